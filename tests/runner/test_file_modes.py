"""What the command writes is its owner's alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from alicloud_image_share.commands.files import write
from tests.support.cloud_state import put_images

GOLDEN = {"service": "ecs", "image_id": "m-1", "accounts": ["1550809237710001"]}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_document_is_its_owners_alone(tmp_path: Path):
    write("text\n", tmp_path / "approval.json")

    assert mode(tmp_path / "approval.json") == 0o600


def test_document_that_is_there_keeps_its_mode_and_is_written_anew(tmp_path: Path):
    file = tmp_path / "page.html"
    file.write_text("a longer text that was there")
    file.chmod(0o644)

    write("text\n", file)

    assert (mode(file), file.read_text()) == (0o644, "text\n")


@pytest.mark.engine
@pytest.mark.usefixtures("owner", "engine_environment")
def test_state_that_the_command_keeps_is_its_owners_alone(cloud, project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    put_images(cloud, "m-1")
    project.write({"golden": GOLDEN})

    assert project.run("up", "--yes").status == 0

    folder = project.folder / ".state"
    paths = [path for path in folder.rglob("*") if path.name != ".gitignore"]
    assert any(path.name == "dev.json" for path in paths)
    assert {mode(path) for path in (folder, *paths) if path.is_dir()} == {0o700}
    assert {mode(path) for path in paths if path.is_file()} == {0o600}
