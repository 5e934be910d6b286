"""`image-share init` writes a project and overwrites nothing."""

import sys
from pathlib import Path

import pytest
import yaml

from alicloud_image_share.commands.init import FILES
from alicloud_image_share.stack_file import Place, StackValues, definitions, value_problems
from alicloud_image_share.stack_file.project import find_project


def test_init_writes_a_project_and_says_what_is_next(image_share, tmp_path):
    folder = tmp_path / "my images"

    said = image_share("init", folder)

    assert said.status == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        ".gitignore",
        "Pulumi.dev.yaml",
        "Pulumi.yaml",
        "__main__.py",
        "image-shares.schema.json",
        "requirements.txt",
    ]
    assert "Next: " in said.output
    steps = [line.partition("    #")[0].strip() for line in said.output.splitlines()[-3:]]
    assert steps == [
        f"image-share doctor --cwd '{folder}'",
        f"image-share preview --stack dev --cwd '{folder}'",
        f"image-share up --stack dev --cwd '{folder}'",
    ]


def test_init_names_the_project_after_its_folder(image_share, tmp_path):
    image_share("init", tmp_path / "my images")

    settings = yaml.safe_load((tmp_path / "my images" / "Pulumi.yaml").read_text())
    assert settings["name"] == "my-images"
    assert "main" not in settings


def test_init_makes_a_program_of_one_line_that_the_command_knows(project):
    assert len((project.folder / "__main__.py").read_text().splitlines()) == 1
    assert find_project(project.folder).runs_the_stack_program()


def test_init_outside_the_environment_names_the_one_that_pulumi_install_makes(project):
    assert find_project(project.folder).virtual_environment == project.folder.resolve() / ".venv"


def test_init_around_the_environment_names_it(image_share, tmp_path, monkeypatch):
    environment = tmp_path / ".venv"
    environment.mkdir()
    monkeypatch.setattr(sys, "prefix", str(environment))

    image_share("init", tmp_path)

    assert find_project(tmp_path).virtual_environment == environment
    assert "virtualenv: .venv}" in (tmp_path / "Pulumi.yaml").read_text()


@pytest.mark.parametrize("name", FILES)
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


def test_new_stack_file_has_no_problem(project):
    assert list(find_project(project.folder).text_problems("dev")) == []
    assert values_of(project)[0] == []


def test_example_in_the_stack_file_is_valid_once_uncommented(project):
    stack_file: Path = project.folder / "Pulumi.dev.yaml"
    head, config, example = stack_file.read_text().partition("config:\n")
    lines = [
        line.replace("# ", "", 1) if line.startswith("      # ") else line for line in example.splitlines()
    ]
    stack_file.write_text("\n".join([f"{head}{config.rstrip()}", *lines, ""]))

    assert list(find_project(project.folder).text_problems("dev")) == []
    problems, read = values_of(project)
    assert problems == []
    assert len(definitions(read)) == 3


@pytest.mark.engine
def test_example_is_uncommented_after_a_first_run(project, owner, cloud):  # noqa: ARG001 - set up
    assert project.run("up", "--yes").status == 0

    test_example_in_the_stack_file_is_valid_once_uncommented(project)

    said = project.run("preview")
    assert said.status == 2, said.errors
    assert "3 shares to create" in said.output


def values_of(project) -> tuple[list[str], StackValues]:
    config = yaml.safe_load((project.folder / "Pulumi.dev.yaml").read_text())["config"]
    groups, shares = config["image-shares:groups"], config["image-shares:shares"]
    read = StackValues(Place("f"), Place("f"), groups=groups, shares=shares)
    return [str(problem) for problem in value_problems(read)], read


def test_requirements_name_the_package_of_this_version(project):
    assert "alicloud-image-share~=0.1.0" in (project.folder / "requirements.txt").read_text()


def test_stack_file_names_the_schema_that_lies_beside_it(project, image_share):
    first = (project.folder / "Pulumi.dev.yaml").read_text().splitlines()[0]

    assert first == "# yaml-language-server: $schema=image-shares.schema.json"
    assert (project.folder / "image-shares.schema.json").read_text() == image_share("schema").output


def test_environment_and_state_are_kept_out_of_repositories(project):
    assert {".venv/", ".state/"} <= set((project.folder / ".gitignore").read_text().splitlines())
