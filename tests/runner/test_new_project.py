"""`image-share init` writes three files and overwrites none."""

import sys
from pathlib import Path

import pytest
import yaml

from alicloud_image_share.stack_file import Place, StackValues, definitions, value_problems
from alicloud_image_share.stack_file.project import find_project


def test_init_writes_a_project_and_says_what_is_next(image_share, tmp_path):
    folder = tmp_path / "my images"

    said = image_share("init", folder)

    assert said.status == 0
    assert sorted(path.name for path in folder.iterdir()) == ["Pulumi.dev.yaml", "Pulumi.yaml", "__main__.py"]
    assert "Next: " in said.output
    assert f"image-share preview --stack dev --cwd {folder}" in said.output


def test_init_names_the_project_after_its_folder(image_share, tmp_path):
    image_share("init", tmp_path / "my images")

    settings = yaml.safe_load((tmp_path / "my images" / "Pulumi.yaml").read_text())
    assert settings["name"] == "my-images"
    assert "main" not in settings


def test_init_makes_a_program_of_one_line_that_the_command_knows(project):
    assert len((project.folder / "__main__.py").read_text().splitlines()) == 1
    assert find_project(project.folder).runs_the_stack_program()


def test_init_outside_the_environment_names_none(project):
    assert find_project(project.folder).virtual_environment is None


def test_init_around_the_environment_names_it(image_share, tmp_path, monkeypatch):
    environment = tmp_path / ".venv"
    environment.mkdir()
    monkeypatch.setattr(sys, "prefix", str(environment))

    image_share("init", tmp_path)

    assert find_project(tmp_path).virtual_environment == environment
    assert "virtualenv: .venv}" in (tmp_path / "Pulumi.yaml").read_text()


@pytest.mark.parametrize("name", ["Pulumi.yaml", "__main__.py", "Pulumi.dev.yaml"])
def test_init_overwrites_nothing(image_share, tmp_path, name):
    (tmp_path / name).write_text("mine")

    said = image_share("init", tmp_path)

    assert said.status == 1
    assert said.errors == f"error: {tmp_path} already has {name}; nothing was written.\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_init_where_nothing_can_be_made_is_one_sentence(image_share, tmp_path):
    (tmp_path / "file").write_text("")

    said = image_share("init", tmp_path / "file" / "images")

    assert said.status == 1
    assert said.errors == f"error: {tmp_path}/file/images cannot be written: Not a directory.\n"


def test_example_in_the_stack_file_is_valid_once_uncommented(project):
    stack_file: Path = project.folder / "Pulumi.dev.yaml"
    _, _, example = stack_file.read_text().partition("config:\n")
    lines = [line.replace("# ", "", 1) for line in example.splitlines() if not line.endswith("shares: {}")]
    kept = [line for line in lines if line.startswith(("  image-shares", "    "))]
    shares = [line for line in kept if not line.startswith("  image-shares")]
    groups = kept.index("  image-shares:groups:")
    text = "\n".join(["image-shares:shares:", *kept[:groups], "image-shares:groups:", *shares[groups:]])

    values = yaml.safe_load(text)
    read = StackValues(
        Place("f"), Place("f"), groups=values["image-shares:groups"], shares=values["image-shares:shares"]
    )

    assert list(value_problems(read)) == []
    assert len(definitions(read)) == 3
