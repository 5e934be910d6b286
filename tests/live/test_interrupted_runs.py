"""An account that an interrupted run may have given access has a verdict of its own, until it is settled."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.engine.interrupted import InterruptedShare
from alicloud_image_share.inventory.audit import findings
from alicloud_image_share.inventory.audit_result import InterruptedRun, Verdict
from alicloud_image_share.inventory.declared import Declared
from alicloud_image_share.inventory.live import AccountInventory, LiveAccount, LiveImage, ServiceRegion
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_simulator import OWNER, Simulator
from tests.support.stacks import changed_deployment, state_file

from .conftest import Command, StackWriter
from .world import image, put

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "runner/interrupted_states.json").read_text(encoding="utf-8")
)
PEOPLE = [str(1_550_000_000_000_000 + n) for n in range(21)]
OUTSIDER = "1999999999999999"
GOLDEN = {"service": "ecs", "image_id": "m-1", "accounts": PEOPLE[:3]}

Keep = Callable[..., None]


@pytest.fixture
def keep(engine_environment: dict[str, str], folder: Path) -> Keep:
    """Gives the stack dev the state that a killed run has left; `pulumi stack import` would settle it."""

    def write(recorded: str, service: str = "ecs", **inputs: Any) -> None:
        command = ["pulumi", "--non-interactive", "stack", "init", "dev"]
        subprocess.run(command, cwd=folder, env=engine_environment, check=True, timeout=60)
        state = json.loads(json.dumps(RECORDED[recorded]).replace('"ecs"', f'"{service}"'))
        for operation in state["pending_operations"]:
            operation["resource"]["inputs"].update(inputs)
        with changed_deployment(state_file()) as deployment:
            deployment.update(_complete(state))

    return write


def _complete(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state with what the recording leaves out: that its resources are custom ones."""
    resources = [*state["resources"], *(one["resource"] for one in state["pending_operations"])]
    for resource in resources:
        resource["custom"] = True
    return state


@pytest.mark.engine
def test_audit_after_a_killed_update_whose_program_was_reverted_names_who_was_given_access(
    cloud: Simulator, image_share: Command, stack: StackWriter, keep: Keep
):
    put(cloud, image(accounts=[*PEOPLE[:13], OUTSIDER]))
    stack({"golden": GOLDEN})
    keep("updating")

    said = {form: image_share("audit", "--format", form) for form in ("table", "json", "csv", "html")}

    assert {one.status for one in said.values()} == {2}
    line = next(line for line in said["table"].output.splitlines() if "INTERRUPTED" in line)
    assert line.startswith("! INTERRUPTED  ecs cn-hangzhou m-1  an interrupted update of golden; 15500")
    assert line.endswith("stack dev")
    (finding,) = (one for one in said["json"].document["findings"] if one["verdict"] == "INTERRUPTED")
    assert [one["account"] for one in finding["accounts"]] == PEOPLE[3:13]
    assert finding["stacks"] == ["dev"]
    rows = list(csv.reader(io.StringIO(said["csv"].output)))
    assert [row[5] for row in rows if row[-1] == "INTERRUPTED"] == PEOPLE[3:13]
    assert "INTERRUPTED" in said["html"].output
    unmanaged = [one for one in said["json"].document["findings"] if one["verdict"] == "UNMANAGED"]
    assert [[one["account"] for one in found["accounts"]] for found in unmanaged] == [[OUTSIDER]]


@pytest.mark.engine
def test_audit_after_a_killed_create_that_left_the_stack_names_who_was_given_access(
    cloud: Simulator, image_share: Command, stack: StackWriter, keep: Keep
):
    put(cloud, image("eds", accounts=PEOPLE[:2]))
    stack({})
    keep("creating", service="eds")

    said = image_share("audit", "--format", "json")

    assert [
        (one["verdict"], [each["account"] for each in one["accounts"]], one["remark"])
        for one in said.document["findings"]
    ] == [("INTERRUPTED", PEOPLE[:2], "an interrupted create of golden")]


@pytest.mark.engine
def test_audit_after_a_killed_run_that_gave_nobody_access_is_settled(
    cloud: Simulator, image_share: Command, stack: StackWriter, keep: Keep
):
    put(cloud, image(accounts=PEOPLE[:3]))
    stack({"golden": GOLDEN})
    keep("updating")

    assert image_share("audit").status == 0


@pytest.mark.engine
def test_audit_after_a_killed_run_that_was_done_again_is_settled(
    cloud: Simulator, image_share: Command, stack: StackWriter, keep: Keep
):
    put(cloud, image(accounts=[*PEOPLE[:3], OUTSIDER]))
    stack({"golden": GOLDEN})
    keep("created")

    said = image_share("audit")

    assert "INTERRUPTED" not in said.output
    assert "UNMANAGED" in said.output


def test_audit_without_an_engine_names_the_state_that_it_could_not_read(
    cloud: Simulator,
    image_share: Command,
    stack: StackWriter,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    put(cloud, image(accounts=[*PEOPLE[:3], OUTSIDER]))
    stack({"golden": GOLDEN})
    (folder / ".state").mkdir()
    for name in ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))

    said = image_share("audit")

    assert said.status == 2
    assert "UNMANAGED" in said.output
    assert (
        "NOT read: the state of dev (there is no engine to read it with);"
        " what an interrupted run has shared is reported as UNMANAGED" in said.output
    )


def test_audit_of_a_project_that_has_no_state_yet_makes_no_folder_for_it(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    put(cloud, image(accounts=[OUTSIDER]))
    stack({})
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(folder))

    said = image_share("audit")

    assert (said.status, "NOT read" in said.output) == (2, False)
    assert not (folder / ".state").exists()


KEY = ImageKey("swas", "cn-hangzhou", "m-1")


def verdicts(share: InterruptedShare, *accounts: str, in_ecs: bool = False) -> dict[Verdict, list[str]]:
    """Return the accounts of each verdict on an image of no stack, of which a run was interrupted."""
    found = LiveImage(KEY, OWNER.id, accounts=tuple(map(LiveAccount, accounts)), in_ecs=in_ecs)
    account = AccountInventory(OWNER.id, "", (ServiceRegion.of(KEY),), (found,))
    runs = {KEY: (InterruptedRun("dev", share),)}
    return {one.verdict: [each.id for each in one.accounts] for one in findings(account, Declared(), runs)}


def test_account_of_encrypted_ones_may_be_any_that_no_stack_lists():
    share = InterruptedShare("golden", "update", KEY, None, secret=True)

    assert verdicts(share, OUTSIDER) == {Verdict.INTERRUPTED: [OUTSIDER]}


def test_image_that_an_interrupted_run_may_have_shared_with_the_owners_ecs_is_named():
    share = InterruptedShare("golden", "create", KEY, {}, to_ecs=True)

    assert verdicts(share, in_ecs=True) == {Verdict.INTERRUPTED: []}
    assert verdicts(share, OUTSIDER, in_ecs=False) == {Verdict.UNMANAGED: [OUTSIDER]}
