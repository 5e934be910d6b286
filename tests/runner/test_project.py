"""Which files make a project, and where a stack's settings stand."""

import pytest

from alicloud_image_share.commands.main import main
from alicloud_image_share.stack_file.project import ProjectError, find_project


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text(
        "name: images\nstackConfigDir: stacks\nconfig: {image-shares:groups: {value: {}}, 'a:b': {value: 1}}"
    )
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text("config: {'a:b': 2}\n")
    (tmp_path / "stacks" / "Pulumi.dev.json").write_text("{}")
    return tmp_path


def test_project_is_found_from_a_folder_below(folder):
    assert find_project(folder / "stacks").folder == folder.resolve()


def test_project_whose_file_is_no_yaml_is_refused(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("a: [")

    with pytest.raises(ProjectError, match=r"Pulumi\.yaml is not valid YAML: .* line 1"):
        find_project(tmp_path)


def test_project_whose_file_is_no_map_is_refused(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("- a")

    with pytest.raises(ProjectError, match="is not a map"):
        find_project(tmp_path)


def test_stacks_are_those_with_a_file(folder):
    assert find_project(folder).stacks() == ("dev", "prod")


@pytest.mark.parametrize(
    ("stack", "file"),
    [
        ("prod", "Pulumi.prod.yaml"),
        ("org/project/prod", "Pulumi.prod.yaml"),
        ("dev", "Pulumi.dev.json"),
        ("new", "Pulumi.new.yaml"),
    ],
)
def test_stack_file_is_found_by_the_name_of_the_stack(folder, stack, file):
    assert find_project(folder).stack_file(stack) == folder.resolve() / "stacks" / file


@pytest.mark.parametrize(
    ("key", "file"),
    [("image-shares:groups", "Pulumi.yaml"), ("a:b", "Pulumi.prod.yaml"), ("none:here", "Pulumi.prod.yaml")],
)
def test_key_is_of_the_file_that_sets_it(folder, key, file):
    assert find_project(folder).file_of(key, "prod") == file


def test_project_with_another_program_is_told_apart(folder):
    (folder / "__main__.py").write_text("import pulumi")

    assert not find_project(folder).runs_the_stack_program()


def test_text_of_project_file_and_stack_file_is_looked_at(folder):
    (folder / "Pulumi.yaml").write_text(
        "stackConfigDir: stacks\nconfig: {image-shares:groups: {value: {a: [01234]}}}"
    )
    (folder / "stacks" / "Pulumi.prod.yaml").write_text("config: {image-shares:groups: {b: [01234]}}")

    found = [str(problem) for problem in find_project(folder).text_problems("prod")]

    assert [line.partition(":groups")[0] for line in found] == [
        "Pulumi.yaml, image-shares",
        "Pulumi.prod.yaml, image-shares",
    ]


def test_plain_value_in_the_project_file_is_of_every_stack(folder):
    file = folder / "Pulumi.yaml"
    plain = "config: {'image-shares:maxRemoved': 3, 'c:d': {type: integer}, "
    file.write_text(file.read_text().replace("config: {", plain))

    found = find_project(folder).configuration("prod")

    assert found == {"image-shares:groups": {}, "image-shares:maxRemoved": 3, "a:b": 2}


@pytest.mark.parametrize(
    ("project", "stack"), [("yaml", "yml"), ("yaml", "json"), ("yml", "yaml"), ("json", "yaml")]
)
@pytest.mark.parametrize(
    "command",
    [
        "validate",
        "audit",
        pytest.param("preview --stack dev", marks=pytest.mark.engine),
        "export --stack dev",
    ],
)
def test_stack_file_that_the_engine_passes_over_is_named_by_every_command(
    tmp_path, capsys, monkeypatch, project, stack, command
):
    for name in ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("MAX_RETRY_TIMEOUT", "1")
    (tmp_path / f"Pulumi.{project}").write_text('{"name": "images", "runtime": "python"}')
    (tmp_path / "__main__.py").write_text("import alicloud_image_share.stack_program\n")
    (tmp_path / f"Pulumi.dev.{stack}").write_text('{"config": {"image-shares:shares": {}}}')

    status = main([*command.split(), "--cwd", str(tmp_path)])

    assert status == 1
    if command != "audit":
        assert f"Pulumi.dev.{stack}: the engine reads Pulumi.dev.{project}" in capsys.readouterr().err
