"""State that released versions wrote stays usable: refresh, up without a change, destroy.

`tests/state/<version>.json` holds the checkpoint of a released version, as `pulumi stack export` gives it,
with the shares that `declare` declares; `next.json` that of the version to come, written by
`pytest --record-state`.
"""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi import automation

from alicloud_image_share import ImageShare
from alicloud_image_share.resource import ImageShareProvider
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import live, writes

from .project import Project

pytestmark = pytest.mark.engine

FOLDER = Path(__file__).parents[1] / "state"
CHECKPOINTS = sorted(FOLDER.glob("*.json"))
A, B, C = (str(1550809237710000 + number) for number in range(1, 4))
STRANGER = "1999999999999999"


def declare() -> None:
    ImageShare("additive", service="ecs", image_id="m-1", accounts={A: "team web", B: ""})
    ImageShare("exclusive", service="ecs", image_id="m-2", accounts=[A, C], exclusive=True, timeout=600)
    ImageShare("to-ecs", service="swas", image_id="m-3", accounts=[], share_to_ecs=True)
    ImageShare("edge", service="ens", image_id="m-4", accounts=[A])


def put_cloud(cloud: Simulator, *, shared: bool) -> None:
    images: list[dict[str, Any]] = [
        {"service": "ecs", "image_id": "m-1", "accounts": [A, B, STRANGER] if shared else [STRANGER]},
        {"service": "ecs", "image_id": "m-2", "accounts": [A, C] if shared else []},
        {"service": "swas", "image_id": "m-3", "in_share": shared},
        {"service": "ens", "image_id": "m-4", "accounts": [A] if shared else []},
    ]
    cloud.put_state({"images": images})


def portable(deployment: dict[str, Any]) -> dict[str, Any]:
    """Leave out what belongs to one machine: where the program stands, ports and keys of one simulator."""
    for resource in deployment["resources"]:
        for key in ("sourcePosition", "stackTrace"):
            resource.pop(key, None)
        if resource["type"].startswith("pulumi:providers:"):
            resource["inputs"] = resource["outputs"] = {}
    return deployment


def put_state(project: Project, deployment: dict[str, Any]) -> None:
    project.stack.import_stack(automation.Deployment(version=3, deployment=deployment))


@pytest.fixture
def older(project: Project, cloud: Simulator, request: pytest.FixtureRequest) -> Project:
    put_cloud(cloud, shared=True)
    put_state(project, json.loads(request.param.read_text()))
    project.program = declare
    return project


def test_state_of_this_version_is_recorded(project: Project, cloud: Simulator, pytestconfig: pytest.Config):
    put_cloud(cloud, shared=False)
    project.program = declare
    result = project.up()

    assert result.succeeded, result.output
    deployment = portable(project.stack.export_stack().deployment)
    recorded = FOLDER / "next.json"
    if pytestconfig.getoption("--record-state"):
        recorded.write_text(json.dumps(deployment, indent=1, sort_keys=True) + "\n")
    assert shares(json.loads(recorded.read_text())) == shares(deployment)


def shares(deployment: dict[str, Any]) -> dict[str, Any]:
    return {
        resource["id"]: (resource["inputs"], resource["outputs"])
        for resource in deployment["resources"]
        if resource["type"].endswith("ImageShare")
    }


@pytest.mark.parametrize("older", CHECKPOINTS, indirect=True, ids=lambda path: path.stem)
def test_state_of_a_released_version_refreshes_and_shows_no_change(older: Project, cloud: Simulator):
    before = shares(older.stack.export_stack().deployment)

    refreshed = older.refresh()
    cloud.clear_calls()
    result = older.up()

    assert refreshed.succeeded, refreshed.output
    assert result.succeeded, result.output
    assert {"same"} == set(result.steps.values())
    assert writes(cloud) == []
    assert before == shares(older.stack.export_stack().deployment)


@pytest.mark.parametrize("older", CHECKPOINTS, indirect=True, ids=lambda path: path.stem)
def test_account_without_a_note_in_state_of_a_released_version_stays_out_of_the_diff_of_others(
    older: Project, cloud: Simulator
):
    older.program = lambda: ImageShare(
        "additive", service="ecs", image_id="m-1", accounts={A: "team web", B: "", C: "new"}
    )

    preview, up = older.preview(diff=True), older.up()

    assert preview.details["additive"] == up.details["additive"] == {f"accounts.{C}": "add"}
    assert f"{B}:" not in preview.output.partition("exclusive")[0]
    assert live(cloud) == {A, B, C, STRANGER}


@pytest.mark.parametrize("older", CHECKPOINTS, indirect=True, ids=lambda path: path.stem)
def test_state_of_a_released_version_is_destroyed(older: Project, cloud: Simulator):
    result = older.destroy()

    assert result.succeeded, result.output
    assert [{STRANGER}, set(), set()] == [live(cloud, image) for image in ("m-1", "m-2", "m-4")]
    assert not cloud.state()["images"][2]["in_share"]


@pytest.mark.parametrize("protocol", [4, 5])
def test_state_pickled_with_another_protocol_shows_the_same_preview(
    project: Project, cloud: Simulator, protocol: int
):
    put_cloud(cloud, shared=False)
    project.program = declare
    project.up()
    deployment = project.stack.export_stack().deployment
    pickled = base64.b64encode(pickle.dumps(ImageShareProvider(), protocol=protocol)).decode()
    for resource in deployment["resources"]:
        if resource["type"].endswith("ImageShare"):
            resource["inputs"]["__provider"] = resource["outputs"]["__provider"] = pickled
    put_state(project, deployment)
    cloud.clear_calls()

    result = project.preview()

    assert {"same"} == set(result.steps.values())
    assert writes(cloud) == []


def test_share_written_by_another_python_and_renamed_loses_nobody(project: Project, cloud: Simulator):
    put_cloud(cloud, shared=False)
    project.program = lambda: ImageShare("old", service="ecs", image_id="m-1", accounts=[A])
    project.up()
    deployment = project.stack.export_stack().deployment
    pickled = base64.b64encode(pickle.dumps(ImageShareProvider(), protocol=5)).decode()
    for resource in deployment["resources"]:
        if resource["type"].endswith("ImageShare"):
            resource["inputs"]["__provider"] = resource["outputs"]["__provider"] = pickled
    put_state(project, deployment)
    cloud.clear_calls()
    project.program = lambda: ImageShare("new", service="ecs", image_id="m-1", accounts=[A])

    result = project.up()

    assert result.succeeded, result.output
    assert writes(cloud) == []
    assert {A, STRANGER} == live(cloud)


def test_share_moves_between_stacks_without_anybody_losing_access(
    project: Project, cloud: Simulator, tmp_path: Path
):
    put_cloud(cloud, shared=False)
    folder = tmp_path / "receiver"
    folder.mkdir()
    receiver = Project(cloud, folder, name="receiver")

    def share(**options: Any) -> None:
        ImageShare("golden", service="ecs", image_id="m-1", accounts=[A, B], **options)

    project.program = receiver.program = share
    project.up()
    cloud.clear_calls()

    receiver.up()
    project.program = lambda: share(opts=pulumi.ResourceOptions(retain_on_delete=True))
    project.up()
    project.program = lambda: None
    result = project.up()

    assert result.succeeded, result.output
    assert project.state() == {}
    assert writes(cloud) == []
    receiver.destroy()
    assert {STRANGER} == live(cloud)
