"""An approval of shares that move to the native provider, or are imported, before it is used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.conftest import SHOP, WEB, live
from tests.support.cloud_state import put_images, set_live, writes
from tests.support.command_line import Said, StackProject
from tests.support.stack_files import golden, share
from tests.support.stacks import ENCRYPTION

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner", "executable")]

NATIVE = {"image-shares:provider": "native"}
TYPE = "image-shares:index:ImageShare"
HOST = """#!{python}
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.plugin.sdks.program_host import program_host
with program_host(Path("."), lambda request: ["false"]) as option:
    print(option.rpartition(":")[2], flush=True)
    time.sleep(100)
"""
"""A host of Python programs, without which the engine imports nothing; it runs none."""


@pytest.fixture
def approval(tmp_path: Path) -> Path:
    return tmp_path / "approval.json"


def reviewed(project: StackProject, approval: Path) -> None:
    assert project.run("review", "--format", "json", "--output", str(approval)).status == 2


def approved_up(project: StackProject, approval: Path, *options: str) -> Said:
    return project.run("up", "--approved", str(approval), *options)


def imported(project: StackProject, name: str, image: str, folder: Path) -> None:
    """Import a share as people do whose stack file has keys that the native provider does not know."""
    host = folder / "hosts" / "pulumi-language-python"
    host.parent.mkdir()
    host.write_text(HOST.format(python=sys.executable, root=str(Path(__file__).parents[2])))
    host.chmod(0o755)
    (folder / "import.yaml").write_text(json.dumps({"config": {}, **ENCRYPTION}))
    options = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false", "--non-interactive"]
    files = ["--config-file", str(folder / "import.yaml"), "--stack", "dev"]
    done = subprocess.run(
        ["pulumi", "import", TYPE, name, image, *options, *files],
        cwd=project.folder,
        env={**os.environ, "PATH": os.pathsep.join([str(host.parent), os.environ["PATH"]])},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def review_of_one_more_account(cloud, project, approval):
    """Share an image with one account, and approve that the dynamic provider adds another one."""
    put_images(cloud, "m-1")
    project.write(golden([WEB]))
    assert project.run("up", "--yes").status == 0
    project.write(golden([WEB, SHOP]))
    reviewed(project, approval)


def test_approval_of_a_dynamic_share_is_used_once_by_its_native_successor(cloud, project, approval):
    review_of_one_more_account(cloud, project, approval)
    refusal = {"kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1}
    cloud.put_faults([{"service": "ecs", "action": "ModifyImageSharePermission", **refusal}])
    project.write(golden([WEB, SHOP]), **NATIVE)
    failed, before = approved_up(project, approval), live(cloud)
    cloud.put_faults([])
    repeated, done = approved_up(project, approval), approved_up(project, approval)
    shared = live(cloud)
    set_live(cloud, [WEB])
    project.write(golden([WEB, SHOP]))
    back = approved_up(project, approval, "--refresh")

    assert (failed.status, before) == (1, {WEB})
    assert (repeated.status, done.status, shared) == (0, 0, {WEB, SHOP})
    assert "all of it is done already: nothing was changed" in done.output
    assert (back.status, live(cloud)) == (3, {WEB})
    assert "the approval is used up" in back.errors


def test_approval_before_a_move_to_the_native_provider_is_used_up_by_the_move(cloud, project, approval):
    review_of_one_more_account(cloud, project, approval)
    project.write(golden([WEB]), **NATIVE)
    assert project.run("up", "--yes").status == 0
    project.write(golden([WEB, SHOP]), **NATIVE)

    said = approved_up(project, approval)

    assert (said.status, live(cloud)) == (3, {WEB})
    assert "the approval is used up: the stack was changed by an update at" in said.errors
    assert "nothing was changed: this is not what was approved; review it again" in said.output


def test_approval_is_not_done_where_an_import_wrote_into_state_what_was_approved(
    cloud, project, approval, tmp_path
):
    put_images(cloud, "m-1")
    project.write(golden([WEB, SHOP]), **NATIVE)
    reviewed(project, approval)
    set_live(cloud, [WEB, SHOP])
    imported(project, "golden", "ecs:cn-hangzhou:m-1", tmp_path)
    set_live(cloud, [])

    plain, refreshed = approved_up(project, approval), approved_up(project, approval, "--refresh")

    assert (plain.status, refreshed.status, live(cloud), writes(cloud)) == (3, 3, set(), [])
    assert "done already" not in plain.output
    assert "no update has done it. State was imported or edited since: review it again" in plain.errors
    assert "the approval is used up" in refreshed.errors


def test_import_of_another_share_uses_an_approval_up_and_a_new_review_holds(
    cloud, project, approval, tmp_path
):
    put_images(cloud, "m-1", "m-2")
    set_live(cloud, [WEB], "m-2")
    project.write({**golden([WEB, SHOP]), "other": share([WEB], image="m-2")}, **NATIVE)
    reviewed(project, approval)
    imported(project, "other", "ecs:cn-hangzhou:m-2", tmp_path)
    old, unchanged = approved_up(project, approval), live(cloud)
    reviewed(project, approval)
    new = approved_up(project, approval)

    assert (old.status, unchanged) == (3, set())
    assert "the approval is used up" in old.errors
    assert (new.status, live(cloud), live(cloud, "m-2")) == (0, {WEB, SHOP}, {WEB})
