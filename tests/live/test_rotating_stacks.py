"""Images that rotate belong to their stack: by audit, who and export as by the next up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alicloud_image_simulator import OTHER, Simulator

from .conftest import Command
from .world import image, put

WEB, SHOP = "1234567890123456", "1550809237710001"
ROTATION = {"service": "ecs", "family": "golden", "keep": 2, "accounts": {WEB: "team web"}}


def version(number: int, *accounts: str, region: str = "cn-hangzhou"):
    made = f"2026-11-{number:02}T06:00:00Z"
    return image("ecs", f"m-{number}", region, family="golden", created=made, accounts=list(accounts))


def test_audit_finds_shared_images_of_a_rotation_in_order(
    cloud: Simulator, image_share: Command, stack: Callable[..., None]
):
    put(cloud, version(1), version(2, WEB), version(3, WEB))
    stack({"golden": ROTATION})

    said = image_share("audit", "--stack", "dev")

    assert (said.status, "✓ OK 2 images are as their stacks say" in said.output) == (0, True), said.output


def test_audit_reads_the_regions_of_a_rotation(
    cloud: Simulator, image_share: Command, stack: Callable[..., None]
):
    put(cloud, version(1, WEB, region="cn-shanghai"))
    stack({"golden": {**ROTATION, "regions": ["cn-shanghai"]}})

    said = image_share("audit", "--stack", "dev")

    assert (said.status, "✓ OK 1 image" in said.output) == (0, True), said.output


def test_audit_says_what_the_next_up_would_share_and_unshare(
    cloud: Simulator, image_share: Command, stack: Callable[..., None]
):
    put(cloud, version(1, WEB), version(2, WEB), version(3))
    stack({"golden": ROTATION})

    said = image_share("audit", "--stack", "dev", "--format", "json")

    found = {(one["verdict"], one["image"]) for one in said.document["findings"]}
    assert said.status == 2
    assert found == {("DRIFTED", "m-3"), ("UNMANAGED", "m-1"), ("OK", "m-2")}


def test_who_names_the_stack_that_manages_an_image_that_rotated_in(
    cloud: Simulator, image_share: Command, stack: Callable[..., None]
):
    put(cloud, version(1, WEB))
    stack({"golden": ROTATION})

    assert "stack dev" in image_share("who", WEB).output


def test_audit_finds_the_rotation_of_a_role_in_an_account_that_another_stack_is_configured_for(
    cloud: Simulator, image_share: Command, stack: Callable[..., None]
):
    put(cloud, {**version(1, WEB), "owner_id": OTHER.id})
    other = {"alicloud:accessKey": OTHER.key, "alicloud:secretKey": OTHER.secret}
    stack({}, name="dev", **other)
    stack({"golden": {**ROTATION, "role_arn": f"acs:ram::{OTHER.id}:role/images"}}, name="prod")

    said = image_share("audit", "--service", "ecs")

    assert (said.status, "✓ OK 1 image is as its stack says" in said.output) == (0, True), said.output


@pytest.mark.parametrize("form", ["table", "json", "short", "csv", "html"])
@pytest.mark.parametrize(
    ("rotation", "said_of_it"),
    [
        (ROTATION, "there is no image of family golden (ecs cn-hangzhou) that can be shared"),
        (
            {**ROTATION, "regions": ["cn-hangzhou", "cn-shanghai"]},
            "there is no image of family golden (ecs cn-shanghai) that can be shared",
        ),
        (
            {"service": "ens", "name": "win-*", "keep": 1, "accounts": [WEB]},
            "there is no image with a name like win-* (ens) that can be shared",
        ),
    ],
)
def test_audit_names_a_rotation_that_selects_no_image(
    cloud: Simulator,
    image_share: Command,
    stack: Callable[..., None],
    form: str,
    rotation: dict[str, object],
    said_of_it: str,
):
    put(cloud, version(1, WEB) if "regions" in rotation else {**version(1), "family": "old"})
    stack({"golden": rotation})

    said = image_share("audit", "--stack", "dev", "--format", form)

    assert said.status == 1
    assert "share golden of stack dev" in said.output
    assert said_of_it in said.output
    assert "no image is shared, and none is in a stack" not in said.output
