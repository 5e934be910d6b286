"""Rotation of cloud desktop images by name, from the stack file to the cloud, on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from alicloud_image_simulator import Simulator
from tests.support.command_line import StackProject

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

WEB, SHOP = "1234567890123456", "1550809237710001"
ROTATION = {
    "service": "eds",
    "name": "win11-*",
    "keep": 2,
    "region_id": "cn-shanghai",
    "groups": ["web-teams"],
}
MODIFY = "ModifyImagePermission"


def image(number: int, **fields: Any) -> dict[str, Any]:
    """Give a version of the image; the ids say nothing about the age."""
    named = {"image_id": f"m-gx2{9 - number}", "name": f"win11-24h2-{number}", "region_id": "cn-shanghai"}
    return {"service": "eds", **named, "created": f"2026-11-{number:02}T06:00:00Z", **fields}


def add(cloud: Simulator, *added: dict[str, Any]) -> None:
    cloud.put_state({"images": [*cloud.state()["images"], *added]})


def shared(cloud: Simulator) -> dict[str, set[str]]:
    """Give who can use what, of the images that anybody can use."""
    images: Any = cloud.state()["images"]
    return {one["image_id"]: set(one["accounts"]) for one in images if one["accounts"]}


def written(cloud: Simulator) -> list[tuple[str, str]]:
    """Give image and region of each write, in the order in which they were made."""
    calls: Any = [call["parameters"] for call in cloud.calls() if call["action"] == MODIFY]
    return [(call["ImageId"], call["RegionId"]) for call in calls]


@pytest.fixture
def desktops(cloud: Simulator, project: StackProject, monkeypatch: pytest.MonkeyPatch) -> StackProject:
    """A project that shares the newest two of three versions, and of nothing else."""
    monkeypatch.setenv("ALIBABA_CLOUD_ENDPOINT_ECD", cloud.address)
    elsewhere = image(8, region_id="cn-hangzhou")
    add(cloud, *(image(number) for number in (1, 2, 3)), elsewhere, image(9, name="ubuntu-24"))
    project.write({"desktops": ROTATION}, {"web-teams": {WEB: "team web", SHOP: "team shop"}})
    assert project.run("up", "--yes").status == 0
    return project


def test_newest_desktops_by_name_are_shared_and_no_others(desktops: StackProject, cloud: Simulator):
    assert shared(cloud) == {"m-gx27": {WEB, SHOP}, "m-gx26": {WEB, SHOP}}
    assert sorted(written(cloud)) == [("m-gx26", "cn-shanghai"), ("m-gx27", "cn-shanghai")]
    assert desktops.run("preview").status == 0


def test_new_version_of_a_desktop_is_shared_before_the_oldest_is_unshared(
    desktops: StackProject, cloud: Simulator
):
    add(cloud, image(4))
    cloud.clear_calls()

    preview = desktops.run("preview")
    assert (preview.status, written(cloud)) == (2, [])
    for account, note in ((WEB, "team web"), (SHOP, "team shop")):
        assert f'    desktops-m-gx27 - {account} "{note}"\n' in preview.output
        assert f'    desktops-m-gx25 + {account} "{note}"\n' in preview.output

    assert desktops.run("up", "--yes").status == 0

    assert shared(cloud) == {"m-gx26": {WEB, SHOP}, "m-gx25": {WEB, SHOP}}
    assert written(cloud) == [("m-gx25", "cn-shanghai"), ("m-gx27", "cn-shanghai")]
