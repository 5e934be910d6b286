"""A stack of pulumi-alicloud's permissions is handed over on the real engine, by the printed commands."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from pulumi.automation import Deployment

from alicloud_image_simulator import Simulator
from tests.engine.project import Project, live, put_images, writes
from tests.migration.export import STACK, export, permission
from tests.runner.conftest import ImageShareCommand, image_share

__all__ = ["image_share"]  # a fixture

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
    put_images(cloud, "m-1", "m-2", accounts=[WEB])
    state = cloud.state()
    state["images"][0]["accounts"] = [WEB, SHOP]
    cloud.put_state(state)
    old = Project(cloud, folder(tmp_path, "old"), name=STACK)
    old.stack.import_stack(Deployment(**export(*OLD)))
    file = tmp_path / "export.json"
    exported = old.stack.export_stack()
    file.write_text(json.dumps({"version": exported.version, "deployment": exported.deployment}))

    program = image_share("migrate", file, "--format", "python").output
    new = Project(cloud, folder(tmp_path, "new"), name="new")
    new.configure(preflight="preview")
    new.program = lambda: exec(compile(program, "program", "exec"), {})
    preview = new.preview()
    assert "gains access" not in preview.messages
    assert f"has access already: {WEB}" in preview.messages
    assert new.up().succeeded

    # What would happen if the old resources left the program first.
    assert "ImageSharePermission" in old.preview().output
    for line in image_share("migrate", file, "--format", "commands").output.splitlines():
        done = subprocess.run(
            shlex.split(line),
            cwd=tmp_path / "old",
            env=engine_environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    left = [one["type"] for one in old.stack.export_stack().deployment["resources"]]
    after = old.preview()

    assert not any("ImageSharePermission" in kind for kind in left)
    assert "ImageSharePermission" not in after.output
    assert writes(cloud) == []
    assert (live(cloud, "m-1"), live(cloud, "m-2")) == ({WEB, SHOP}, {WEB})
    assert set(new.outputs("golden")["owned_accounts"]) == {WEB, SHOP}
