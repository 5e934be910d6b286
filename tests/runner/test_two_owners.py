"""A stack file that shares images of two accounts, on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from alicloud_image_simulator import OTHER, OWNER, Account, Simulator

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

WEB, SHOP = "1234567890123456", "1550809237710001"
ROLE = f"acs:ram::{OTHER.id}:role/images"


def shares(web: tuple[str, ...] = (WEB,), role: str = ROLE) -> dict[str, Any]:
    mine = {"service": "ecs", "image_id": "m-mine", "accounts": dict.fromkeys(web, "")}
    return {"mine": mine, "theirs": {**mine, "image_id": "m-theirs", "role_arn": role}}


def live(cloud: Simulator) -> list[list[str]]:
    return [sorted(image["accounts"]) for image in cloud.state()["images"]]


@pytest.fixture
def images(cloud: Simulator) -> Simulator:
    owners: list[tuple[str, Account]] = [("m-mine", OWNER), ("m-theirs", OTHER)]
    cloud.put_state(
        {"images": [{"service": "ecs", "image_id": name, "owner_id": owner.id} for name, owner in owners]}
    )
    return cloud


def test_images_of_two_accounts_are_shared_by_one_stack_through_its_life(images: Simulator, project: Any):
    project.write(shares())
    assert project.run("up", "--yes").status == 0
    assert live(images) == [[WEB], [WEB]]

    project.write(shares((WEB, SHOP), f"{ROLE}-2"))
    assert project.run("up", "--yes").status == 0
    assert live(images) == [sorted([WEB, SHOP])] * 2

    refused = shares((WEB,), f"acs:ram::{OWNER.id}:role/images")
    project.write({"theirs": refused["theirs"], "mine": shares((WEB, SHOP))["mine"]})
    failed = project.run("up", "--yes")
    assert failed.status == 1
    assert f"the caller is then account {OWNER.id}" in failed.output + failed.errors
    assert live(images) == [sorted([WEB, SHOP])] * 2

    assert project.run("destroy", "--yes").status == 0
    assert live(images) == [[], []]


def test_role_that_is_none_fails_the_preview_with_a_sentence(images: Simulator, project: Any):
    project.write(shares(role="acs:ram::1:role/x"))

    failed = project.run("preview")

    assert failed.status == 1
    assert "role_arn: 'acs:ram::1:role/x' is not the name of a role" in failed.output + failed.errors
    assert images.calls() == []


@pytest.mark.parametrize("in_list", [False, True], ids=["an object", "a list with one"])
def test_role_of_the_stack_file_is_assumed_for_every_share(images: Simulator, project: Any, in_list: bool):
    role = {"roleArn": ROLE, "sessionName": "stack"}
    theirs = {key: value for key, value in shares()["theirs"].items() if key != "role_arn"}
    project.write({"theirs": theirs}, **{"alicloud:assumeRole": [role] if in_list else role})

    assert project.run("up", "--yes").status == 0

    assert live(images) == [[], [WEB]]
    (assumed,) = (call for call in images.calls() if call["action"] == "AssumeRole")
    assert assumed["parameters"]["RoleSessionName"] == "stack"


def test_one_group_with_both_owners_serves_the_images_of_both(images: Simulator, project: Any):
    both = {OWNER.id: "us", OTHER.id: "them", WEB: ""}
    mine = {"service": "ecs", "image_id": "m-mine", "groups": ["all"]}
    mine["role_arn"] = f"acs:ram::{OWNER.id}:role/images"
    file = {"mine": mine, "theirs": {**mine, "image_id": "m-theirs", "role_arn": ROLE}}
    groups = {"image-shares:groups": {"all": both}}

    project.write(file, **groups)
    refused = project.run("preview")
    assert refused.status == 1
    assert "owns the image, by role_arn acs:ram::" in refused.output + refused.errors
    assert "image-shares:skipOwner: true" in refused.output + refused.errors

    project.write(file, **groups, **{"image-shares:skipOwner": True})
    previewed = project.run("preview")
    assert previewed.status == 2
    assert (
        f'{OTHER.id} "them" owns the image, so the account is left out of the list'
        in previewed.output + previewed.errors
    )
    assert project.run("up", "--yes").status == 0
    assert live(images) == [sorted([WEB, OTHER.id]), sorted([WEB, OWNER.id])]
    assert project.run("preview", "--refresh").status == 0
    assert project.run("destroy", "--yes").status == 0
    assert live(images) == [[], []]


def test_owner_that_is_left_out_is_not_said_to_have_access(images: Simulator, project: Any):
    both = {"image-shares:groups": {"all": {OWNER.id: "us", WEB: ""}}, "image-shares:skipOwner": True}
    mine = {"service": "ecs", "image_id": "m-mine", "groups": ["all"]}
    project.write({"old": mine}, **both)
    made = project.run("up", "--yes", "--verbose")
    project.write({"new": mine}, **both)
    renamed = project.run("up", "--yes", "--verbose")

    assert (made.status, renamed.status, live(images)[0]) == (0, 0, [WEB]), (made, renamed)
    assert "\n1 account gained access (or had it already) · " in made.output
    assert "\nnobody gained or lost access · " in renamed.output
    for said, name in ((made, "old"), (renamed, "new")):
        assert f"{name} + {OWNER.id}" not in said.output
        assert f"ecs:cn-hangzhou:m-mine  {OWNER.id}" not in said.output
