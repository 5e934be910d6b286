"""Links that a project brings along lead nothing that we write to another place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from alicloud_image_share.commands.files import write
from alicloud_image_share.engine.environment import engine_environment, reading_variables
from alicloud_image_share.stack_file.project import ProjectError, find_project


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


def prepared(project) -> None:
    engine_environment(find_project(project.folder), {})


@pytest.mark.parametrize("prepare", [engine_environment, reading_variables])
def test_state_folder_that_is_a_link_is_refused_and_its_target_left_alone(new_project, elsewhere, prepare):
    (new_project.folder / ".state").symlink_to(elsewhere)

    with pytest.raises(ProjectError, match=r"\.state is a link") as refused:
        prepare(find_project(new_project.folder), {})

    assert "PULUMI_BACKEND_URL" in str(refused.value)
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("prepare", [engine_environment, reading_variables])
def test_state_folder_that_is_a_link_to_nothing_is_refused_and_nothing_made(new_project, elsewhere, prepare):
    (new_project.folder / ".state").symlink_to(elsewhere / "new")

    with pytest.raises(ProjectError, match=r"\.state is a link"):
        prepare(find_project(new_project.folder), {})

    assert not (elsewhere / "new").exists()


def test_state_folder_that_is_a_file_is_refused_with_a_sentence(new_project):
    (new_project.folder / ".state").write_text("mine")

    with pytest.raises(ProjectError, match=r"\.state is a link or no folder"):
        prepared(new_project)

    assert (new_project.folder / ".state").read_text() == "mine"


def test_state_folder_of_somebody_else_keeps_its_mode(new_project, monkeypatch: pytest.MonkeyPatch):
    folder = new_project.folder / ".state"
    folder.mkdir()
    folder.chmod(0o755)
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)

    prepared(new_project)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


@pytest.mark.parametrize("name", [".pulumi", ".pulumi/stacks", ".pulumi/stacks/images", ".pulumi/locks"])
def test_link_in_the_state_folder_is_refused(new_project, elsewhere, name):
    link = new_project.folder / ".state" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)

    with pytest.raises(ProjectError, match="is a link, and state is kept in no other place"):
        prepared(new_project)


@pytest.mark.parametrize("name", [".gitignore", ".pulumi/stacks/images/dev.json"])
def test_file_of_the_state_folder_that_is_a_link_is_refused_and_not_written(new_project, elsewhere, name):
    link = new_project.folder / ".state" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere / "profile")

    with pytest.raises(ProjectError, match="is a link"):
        prepared(new_project)

    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_document_is_not_written_through_a_link_out_of_its_folder(tmp_path, elsewhere, there):
    target = elsewhere / "profile"
    if there:
        target.write_text("mine")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "approval.json").symlink_to(target)

    with pytest.raises(ProjectError, match=r"approval\.json is a link to"):
        write("text\n", tmp_path / "project" / "approval.json")

    assert not there or target.read_text() == "mine"
    assert target.exists() == there


def test_document_is_not_written_through_a_folder_that_is_a_link_out_of_the_working_folder(
    tmp_path, elsewhere, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "reviews").symlink_to(elsewhere)
    monkeypatch.chdir(tmp_path / "project")

    with pytest.raises(ProjectError, match="is a link to"):
        write("text\n", Path("reviews/approval.json"))

    assert list(elsewhere.iterdir()) == []


def test_document_is_written_through_a_link_within_its_folder_and_to_the_output(tmp_path):
    (tmp_path / "latest.json").symlink_to(tmp_path / "approval.json")

    write("text\n", tmp_path / "latest.json")
    write("", Path("/dev/stdout"))

    assert (tmp_path / "approval.json").read_text() == "text\n"


@pytest.mark.engine
@pytest.mark.usefixtures("owner", "engine_environment")
def test_stack_file_that_is_a_link_out_of_the_project_gets_no_salt(new_project, elsewhere):
    target = elsewhere / "config.yaml"
    target.write_text("# mine\nconfig: {}\n")
    (new_project.folder / "Pulumi.dev.yaml").unlink(missing_ok=True)
    (new_project.folder / "Pulumi.dev.yaml").symlink_to(target)

    ran = new_project.run("up", "--yes")

    assert ran.status == 1
    assert "Pulumi.dev.yaml is a link to" in ran.errors
    assert target.read_text() == "# mine\nconfig: {}\n"
