"""An approval does not hold after what changes access or state without an update; on the real engine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.review.scenarios import PARTNER, SHOP, WEB
from tests.support.cloud_state import live, put_images, set_live, writes
from tests.support.command_line import Said, StackProject
from tests.support.scenes import Scenes
from tests.support.stack_files import golden

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]


@pytest.fixture
def shared(cloud, project: StackProject, scenes: Scenes) -> StackProject:
    put_images(cloud, "m-1")
    project.write(golden([WEB]))
    scenes.carry_out(project)
    return project


@pytest.fixture
def approval(tmp_path: Path) -> Path:
    return tmp_path / "approval.json"


def reviewed(project: StackProject, approval: Path) -> None:
    assert project.run("review", "--format", "json", "--output", str(approval)).status == 2


def revoked(project: StackProject, account: str) -> None:
    said = project.command("revoke", account, "--yes", "--service", "ecs", "--cwd", project.folder)
    assert said.status in (0, 1), said


def approved_up(project: StackProject, approval: Path, *options: str) -> Said:
    return project.run("up", "--approved", str(approval), *options)


def engine(project: StackProject, *arguments: str) -> str:
    command = ["pulumi", "stack", *arguments, "--stack", "dev"]
    done = subprocess.run(
        command, cwd=project.folder, env=os.environ, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_account_that_was_revoked_after_the_approval_gets_nothing_back(shared, cloud, approval):
    shared.write(golden([WEB, SHOP]))
    reviewed(shared, approval)
    revoked(shared, WEB)
    assert live(cloud) == set()

    plain, refreshed = approved_up(shared, approval), approved_up(shared, approval, "--refresh")

    assert (plain.status, refreshed.status) == (1, 3)
    assert f"not approved: {WEB} gains access" in refreshed.errors
    assert live(cloud) == set()


def test_account_that_was_revoked_after_the_approved_up_stays_revoked(shared, cloud, approval):
    shared.write(golden([WEB, SHOP]))
    reviewed(shared, approval)
    assert approved_up(shared, approval).status == 0
    revoked(shared, SHOP)

    plain, refreshed = approved_up(shared, approval), approved_up(shared, approval, "--refresh")

    assert (plain.status, refreshed.status) == (0, 3)
    assert "the approval is used up" in refreshed.errors
    assert live(cloud) == {WEB}


def test_account_that_had_access_when_approved_and_was_revoked_since_is_not_added(cloud, project, approval):
    put_images(cloud, "m-1")
    set_live(cloud, [WEB])
    project.write(golden([WEB, SHOP]), **{"image-shares:preflight": "preview"})
    reviewed(project, approval)
    revoked(project, WEB)

    said = approved_up(project, approval)

    assert said.status == 3
    assert f"not approved: {WEB} gains access" in said.errors
    assert live(cloud) == set()


def test_approval_does_not_hold_where_state_was_imported_in_which_nothing_is_left_to_do(
    shared, cloud, approval
):
    exported = engine(shared, "export")
    shared.write(golden([WEB, SHOP]))
    assert shared.run("up", "--yes").status == 0
    shared.write(golden([WEB]))
    reviewed(shared, approval)
    (approval.parent / "state.json").write_text(exported)
    engine(shared, "import", "--file", str(approval.parent / "state.json"))

    said = approved_up(shared, approval)

    assert said.status == 3
    assert "done already" not in said.output
    assert live(cloud) == {WEB, SHOP}


def test_approval_does_not_hold_where_state_was_imported_that_owns_other_accounts(shared, cloud, approval):
    exported = engine(shared, "export")
    shared.write(golden([WEB, SHOP]))
    assert shared.run("up", "--yes").status == 0
    shared.write(golden([WEB, SHOP, PARTNER]))
    reviewed(shared, approval)
    cloud.clear_calls()
    (approval.parent / "state.json").write_text(exported)
    engine(shared, "import", "--file", str(approval.parent / "state.json"))

    said = approved_up(shared, approval)

    assert (said.status, writes(cloud)) == (3, [])
    assert "the approval is used up for share golden" in said.errors
