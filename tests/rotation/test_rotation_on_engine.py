"""Rotation where the list of images, or an image, is not as it should be; on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from alicloud_image_simulator import Simulator
from tests.support.command_line import StackProject

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

WEB = "1234567890123456"


def image(number: int, **fields: Any) -> dict[str, Any]:
    made = f"2026-11-{number:02}T06:00:00Z"
    return {"service": "ecs", "image_id": f"m-{number}", "family": "golden", "created": made, **fields}


def put(cloud: Simulator, *numbers: int, **fields: Any) -> None:
    """Add images; those that are there stay as they are."""
    cloud.put_state({"images": [*cloud.state()["images"], *(image(number, **fields) for number in numbers)]})


def shared(cloud: Simulator) -> list[str]:
    return sorted(str(one["image_id"]) for one in cloud.state()["images"] if one["accounts"])


def refuse_listing(cloud: Simulator) -> None:
    error = {"kind": "error", "code": "Forbidden.RAM", "status": 403}
    cloud.put_faults([{"service": "ecs", "action": "DescribeImages", "every": 1, **error}])


@pytest.fixture
def rotating(cloud: Simulator, project: StackProject) -> StackProject:
    """A project whose two newest images are shared."""
    put(cloud, 1, 2)
    project.write({"golden": {"service": "ecs", "family": "golden", "keep": 2, "accounts": [WEB]}})
    assert project.run("up", "--yes").status == 0
    assert shared(cloud) == ["m-1", "m-2"]
    return project


def test_list_that_cannot_be_read_whole_unshares_nothing_and_declares_nothing(rotating, cloud):
    put(cloud, 3)
    refuse_listing(cloud)
    cloud.clear_calls()

    said = rotating.run("up", "--yes")

    assert said.status == 1
    assert (
        "golden: the newest ecs images of family golden are not known, so nothing is unshared." in said.errors
    )
    assert "Traceback" not in said.errors
    assert {call["action"] for call in cloud.calls()} == {"DescribeImages"}
    assert shared(cloud) == ["m-1", "m-2"]


def test_oldest_stays_shared_where_the_newest_cannot_be_shared(rotating, cloud):
    put(cloud, 3)
    error = {"kind": "error", "code": "Forbidden.RAM", "status": 403}
    cloud.put_faults([{"service": "ecs", "action": "ModifyImageSharePermission", "nth": [1], **error}])

    said = rotating.run("up", "--yes")

    assert said.status == 1
    assert shared(cloud) == ["m-1", "m-2"]


def test_image_that_is_not_available_is_passed_over_and_said_so(rotating, cloud):
    put(cloud, 3, status="Creating")

    said = rotating.run("up", "--yes")

    assert said.status == 0
    assert (
        "warning: m-3 of family golden (ecs in cn-hangzhou) is passed over: its status is Creating"
        in said.output
    )
    assert shared(cloud) == ["m-1", "m-2"]


def test_share_with_the_name_of_a_rotating_one_is_refused(rotating, cloud):
    rotation = {"service": "ecs", "family": "golden", "keep": 1, "accounts": [WEB]}
    rotating.write(
        {"golden": rotation, "golden-m-2": {"service": "ecs", "image_id": "m-1", "accounts": [WEB]}}
    )

    said = rotating.run("up", "--yes")

    assert said.status == 1
    assert "Two shares would be named golden-m-2" in said.errors
    assert shared(cloud) == ["m-1", "m-2"]


def test_destroy_unshares_every_image_also_where_they_cannot_be_listed(rotating, cloud):
    put(cloud, 3)
    refuse_listing(cloud)

    said = rotating.run("destroy", "--yes")

    assert said.status == 0
    assert shared(cloud) == []
