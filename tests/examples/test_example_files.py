"""The files of the examples are whole, and the same as those that `init` and docs/ci.md give."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.support.command_line import ImageShareCommand

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/Pulumi.yaml"))
STACK_FILES = [folder for folder in EXAMPLES if folder.name != "python-program"]


def test_every_folder_is_in_the_list_of_examples_and_is_run_by_a_test():
    listed = re.findall(r"\]\(([\w-]+)/README\.md\)", (ROOT / "examples/README.md").read_text())
    tests = (Path(__file__).parent / "test_examples_on_engine.py").read_text()

    listed.remove("other-languages")  # of which tests/plugin runs the program in YAML
    assert sorted(listed) == [folder.name for folder in EXAMPLES]
    assert [name for name in listed if f'example("{name}")' not in tests] == []


@pytest.mark.parametrize("folder", STACK_FILES, ids=lambda folder: folder.name)
def test_example_is_a_project_as_init_makes_it(folder: Path, image_share: ImageShareCommand, tmp_path: Path):
    made = tmp_path / folder.name
    assert image_share("init", made).status == 0

    for name in ("__main__.py", "requirements.txt", ".gitignore"):
        assert (folder / name).read_text() == (made / name).read_text(), name
    beginning = re.sub(r"(?m)^description: .*\n", "", (folder / "Pulumi.yaml").read_text())
    assert beginning.startswith(re.sub(r"(?m)^description: .*\n", "", (made / "Pulumi.yaml").read_text()))


@pytest.mark.parametrize("folder", STACK_FILES, ids=lambda folder: folder.name)
def test_stack_files_of_an_example_are_valid(folder: Path, image_share: ImageShareCommand):
    said = image_share("validate", "--cwd", folder)

    assert said.status == 0, said.errors
    assert re.match(r"[1-9]\d* stack files? checked: no mistakes", said.output), said.output


def test_jobs_of_the_example_are_those_of_the_page():
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    folder = ROOT / "examples/reviews-in-ci"
    files = [folder / ".github/workflows/image-shares.yml", folder / ".gitlab-ci.yml"]

    assert re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) == [file.read_text() for file in files]


def operator_mistakes(manifest: Any) -> list[str]:
    """Give what the operator's published definition of a Stack finds wrong with a manifest."""
    schema = json.loads((Path(__file__).parent / "operator_stack.json").read_text())
    return [error.json_path for error in Draft202012Validator(schema).iter_errors(manifest)]


def test_manifest_of_the_operator_is_what_its_published_definition_allows():
    manifest = yaml.safe_load((ROOT / "examples/kubernetes-operator/stack.yaml").read_text())

    assert (manifest["apiVersion"], manifest["kind"]) == ("pulumi.com/v1", "Stack")
    assert len(manifest["metadata"]["name"]) <= 42
    assert operator_mistakes(manifest) == []


@pytest.mark.parametrize(
    "change",
    [{"refersh": True}, {"resyncFrequencySeconds": "3600"}, {"envRefs": {"NAME": {"literal": {}}}}],
    ids=["unknown", "type", "required"],
)
def test_definition_of_the_operator_finds_a_mistake(change: dict[str, Any]):
    manifest = yaml.safe_load((ROOT / "examples/kubernetes-operator/stack.yaml").read_text())

    assert operator_mistakes({**manifest, "spec": {**manifest["spec"], **change}}) != []


def test_manifest_of_the_operator_names_the_project_and_holds_no_secret():
    folder = ROOT / "examples/kubernetes-operator"
    spec = yaml.safe_load((folder / "stack.yaml").read_text())["spec"]
    _, project, stack = spec["stack"].split("/")

    assert yaml.safe_load((folder / "Pulumi.yaml").read_text())["name"] == project
    assert (folder / f"Pulumi.{stack}.yaml").is_file()
    literal = {name for name, source in spec["envRefs"].items() if source["type"] == "Literal"}
    assert not {name for name in literal if "PASS" in name or "KEY" in name or "SECRET" in name}
