"""What is wrong with the form of a file is found before the engine reads it, with its line and column."""

from pathlib import Path

import pytest

from alicloud_image_share.stack_file import file_problems
from alicloud_image_share.stack_file.project import ProjectError, find_project


def lines(text, file="Pulumi.prod.yaml", project=""):
    return [str(problem) for problem in file_problems(text, file, project=project)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "config:\n  alicloud:region: a-b\n  alicloud:region: c-d\n",
            "line 3, column 3: alicloud:region appears here twice, first in line 2",
        ),
        (
            "config:\n  image-shares:shares:\n    golden: {service: ecs}\n    golden: {service: eds}\n",
            "line 4, column 5: golden appears here twice, first in line 3",
        ),
        ("config: {}\nconfig: {}\n", "line 2, column 1: config appears here twice, first in line 1"),
        ("config: {a: {1: x, 1: y}}\n", "line 1, column 20: 1 appears here twice, first in line 1"),
        ("config: {a: [{b: 1, b: 2}]}\n", "line 1, column 21: b appears here twice, first in line 1"),
        ("- config\n", "line 1, column 1: it is not a map of settings"),
        ("\n\ntext\n", "line 3, column 1: it is not a map of settings"),
        ("config: []\n", "line 1, column 9: config is not a map from keys to values"),
        ("config: text\n", "line 1, column 9: config is not a map from keys to values"),
        ("confg: {}\n", "line 1, column 1: unknown key confg; did you mean config?"),
        (
            "encryptionsalts: v1\n",
            "line 1, column 1: unknown key encryptionsalts; did you mean encryptionsalt?",
        ),
        (
            "config: {}\nimage-shares:shares: {}\n",
            "line 2, column 1: image-shares:shares is a key of the configuration: put it below config",
        ),
    ],
)
def test_form_of_a_stack_file_is_refused_with_line_and_column(text, expected):
    assert lines(text) == [f"Pulumi.prod.yaml: {expected}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "config:\n",
        "config: {}\nencryptionsalt: v1:a\nsecretsprovider: awskms://a\n",
        "encryptedkey: a\nenvironment: [base]\n",
        "config: {a: &web {b: 1}, c: {<<: *web, d: 2}, e: {<<: *web, b: 3}}\n",
        "config: {a: {1: x, '1': y}}\n",
    ],
)
def test_form_that_the_engine_takes_has_no_problem(text):
    assert lines(text) == []


@pytest.mark.parametrize("file", ["Pulumi.prod.yaml", "Pulumi.yaml"])
@pytest.mark.parametrize(
    ("key", "project", "meant"),
    [
        ("image-shares:config:shares", "images", "image-shares:shares"),
        ("image-shares:config:maxRemoved", "images", "image-shares:maxRemoved"),
        ("alicloud:config:endpoints", "images", "alicloud:endpoints"),
        ("deniedAccounts", "image-shares", "image-shares:deniedAccounts"),
        ("endpoints", "alicloud", "alicloud:endpoints"),
    ],
)
def test_key_that_the_engine_takes_for_another_spelling_of_ours_is_refused(key, project, meant, file):
    (problem,) = lines(f"config:\n  {key}: {{value: 1}}\n", file, project)

    assert problem == f"{file}: line 2, column 3: the engine reads {key} as {meant}; write {meant}"


@pytest.mark.parametrize(("key", "project"), [("shares", "images"), ("images:config:shares", "images")])
def test_key_of_the_project_is_no_spelling_of_ours(key, project):
    assert lines(f"config:\n  {key}: 1\n", project=project) == []


@pytest.mark.parametrize("key", ["encryptionsalt", "encryptedkey", "secretsprovider"])
@pytest.mark.parametrize("value", ["", '""', "~", "null"])
def test_key_of_the_engine_without_a_value_is_named(key, value):
    (problem,) = lines(f"config: {{}}\n{key}: {value}\n")

    assert problem.endswith(f"line 2, column 1: {key} has no value; take the line away, and a run writes it")


def test_aliases_that_multiply_are_walked_once():
    rows = "\n".join(f"  k{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40))

    assert lines(f"config:\n  k0: &a0 [x]\n{rows}\n") == []


@pytest.mark.parametrize("file", ["Pulumi.yaml", "Pulumi.yml"])
@pytest.mark.parametrize(
    ("key", "written"),
    [("1234567890123456", "1234567890123456"), ("2024", "2024"), ("on", "on"), ("~", "~"), ("1.5", "1.5")],
)
def test_key_without_quotes_that_is_no_text_is_named_in_a_project_file(file, key, written):
    text = f"name: images\nconfig:\n  image-shares:groups:\n    value:\n      web: {{{key}: note}}\n"

    (found,) = lines(text, file)

    assert found == f"{file}: line 5, column 13: the key {written} is not text; put it in quotes"


@pytest.mark.parametrize(
    "value",
    [
        '{web: {"12345": note}}',
        '{default: {web: {"12345": note}}}',
        '{type: object, value: {web: {"12345": note}}}',
        "{}",
    ],
)
def test_map_of_a_project_file_that_is_not_below_value_is_named(value):
    (found,) = lines(f"name: images\nconfig:\n  image-shares:groups: {value}\n", "Pulumi.yaml")

    assert found == (
        "Pulumi.yaml: line 3, column 3: in this file the value goes below value:"
        " image-shares:groups: {value: …}"
    )


@pytest.mark.parametrize(
    "entry", ['image-shares:deniedAccounts: ["12345"]', "images:size: {type: integer}", "alicloud:region: x"]
)
def test_value_of_a_project_file_that_the_engine_takes_has_no_problem(entry):
    assert lines(f"name: images\nconfig:\n  {entry}\n", "Pulumi.yaml") == []


def test_key_in_quotes_of_a_project_file_has_no_problem():
    text = 'name: images\nconfig: {"image-shares:groups": {value: {web: {"1234567890123456": note}}}}\n'

    assert lines(text, "Pulumi.yaml") == []


@pytest.mark.parametrize("text", ["name: a\nconfg: {}\n", "name: a\nstackConfigDr: x\n"])
def test_key_of_a_project_file_that_is_nearly_a_known_one_is_named(text):
    (found,) = lines(text, "Pulumi.yaml")

    assert "line 2, column 1: unknown key" in found
    assert "did you mean" in found


def test_key_of_a_project_file_that_nobody_here_knows_is_left_to_the_engine():
    assert lines("name: a\nplugins: {}\nsomething-new: {}\n", "Pulumi.yaml") == []


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_stack_file_that_is_too_large_says_so_wherever_its_reading_ends(tmp_path: Path, before: str):
    (tmp_path / "Pulumi.yaml").write_text("{name: images, runtime: python}")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"#{before}{'图' * 2**21}\n", encoding="utf-8")

    with pytest.raises(ProjectError, match=r"Pulumi\.dev\.yaml is larger than 1 MB"):
        find_project(tmp_path).configuration("dev")
