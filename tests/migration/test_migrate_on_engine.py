"""A stack of pulumi-alicloud's permissions is handed over on the real engine, by the printed commands."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pulumi
import pytest
from pulumi.automation import Deployment

from alicloud_image_simulator import Simulator
from tests.engine.project import Project
from tests.migration.export import STACK, TYPE, export, permission
from tests.support import alicloud_plugin
from tests.support.cloud_state import live, put_images, writes
from tests.support.command_line import ImageShareCommand

WEB, SHOP = "1234567890123456", "1550809237710001"
FIRST = permission("golden-web", "m-1", WEB, protect=True)
OLD = (
    FIRST,
    permission("golden-shop", "m-1", SHOP, dependencies=[FIRST["urn"]]),
    permission("base", "m-2", WEB),
)


def folder(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


@pytest.mark.engine
def test_hand_over_writes_nothing_and_takes_access_from_nobody(
    cloud: Simulator, engine_environment: dict[str, str], image_share: ImageShareCommand, tmp_path: Path
):
    assert engine_environment
    put_images(cloud, "m-1", "m-2", accounts=[WEB])
    state = cloud.state()
    state["images"][0]["accounts"] = [WEB, SHOP]
    cloud.put_state(state)
    old = Project(cloud, folder(tmp_path, "old"), name=STACK)
    old.stack.import_stack(Deployment(**export(*OLD)))
    file = written(old, tmp_path)

    program = image_share("migrate", file, "--format", "python").output
    new = Project(cloud, folder(tmp_path, "new"), name="new")
    new.configure(preflight="preview")
    new.program = lambda: exec(compile(program, "program", "exec"), {})
    preview = new.preview()
    assert "gains access" not in preview.messages
    assert "gain access" not in preview.messages
    assert f'{WEB} "base" has access already' in preview.messages
    assert "have access already" in preview.messages
    assert new.up().succeeded

    # What would happen if the old resources left the program first.
    assert "ImageSharePermission" in old.preview().output
    for line in image_share("migrate", file, "--format", "commands").output.splitlines():
        done = state_delete(line, tmp_path / "old")
        assert done.returncode == 0, done.stderr
    left = [one["type"] for one in old.stack.export_stack().deployment["resources"]]
    after = old.preview()

    assert not any("ImageSharePermission" in kind for kind in left)
    assert "ImageSharePermission" not in after.output
    assert writes(cloud) == []
    assert (live(cloud, "m-1"), live(cloud, "m-2")) == ({WEB, SHOP}, {WEB})
    assert set(new.outputs("golden")["owned_accounts"]) == {WEB, SHOP}


@pytest.mark.engine
def test_hand_over_within_one_stack_never_has_the_old_provider_delete(
    cloud: Simulator,
    engine_environment: dict[str, str],
    image_share: ImageShareCommand,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    notes = tmp_path / "notes"
    alicloud_plugin.install(folder(tmp_path, "plugins"), notes)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "plugins"), engine_environment["PATH"]]))
    put_images(cloud, "m-1", accounts=[WEB, SHOP])
    stack = Project(cloud, folder(tmp_path, "old"), name=STACK)

    def old() -> None:
        options = pulumi.ResourceOptions(version="4.0.0")
        for name, account in (("golden-web", WEB), ("golden-shop", SHOP)):
            pulumi.CustomResource(TYPE, name, {"imageId": "m-1", "accountId": account}, options)

    stack.program = old
    assert stack.up().succeeded
    file = written(stack, tmp_path)
    program = image_share("migrate", file, "--format", "python").output

    def share() -> None:
        exec(compile(program, "program", "exec"), {})

    stack.program = lambda: (old(), share())
    adopted = stack.up()
    assert adopted.succeeded, adopted.output
    for line in image_share("migrate", file, "--format", "commands").output.splitlines():
        assert state_delete(line, tmp_path / "old").returncode == 0
    stack.program = share
    left = stack.up()

    assert left.succeeded, left.output
    assert sorted(notes.read_text().splitlines()) == ["create golden-shop", "create golden-web"]
    assert writes(cloud) == []
    assert live(cloud) == {WEB, SHOP}
    assert set(stack.outputs("golden")["owned_accounts"]) == {WEB, SHOP}


def written(stack: Project, folder: Path) -> Path:
    """Export a stack into a file."""
    exported = stack.stack.export_stack()
    file = folder / "export.json"
    file.write_text(json.dumps({"version": exported.version, "deployment": exported.deployment}))
    return file


def state_delete(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a printed command, in the folder of its project."""
    return subprocess.run(
        shlex.split(line), cwd=folder, env=os.environ, capture_output=True, text=True, timeout=60, check=False
    )
