import pytest
from alibabacloud_ecs20140526.client import Client
from calling import Caller, accounts, refusal
from ecs_calls import REGION, modify, put

from alicloud_image_simulator import OWNER, Simulator


@pytest.mark.parametrize(
    ("fields", "add", "expected"),
    [
        ({}, OWNER.id, (404, "InvalidAccount.Forbbiden")),
        ({}, "user@example", (404, "InvalidAccount.NotFound")),
        ({}, "0123456", (404, "InvalidAccount.NotFound")),
        ({"encrypted": True}, "333", (403, "OperationDeined.EncryptedSnapshot")),
        ({"status": "Deprecated"}, "333", (403, "OperationDenied.InvalidImageStatus")),
        ({"status": "Creating"}, "333", (403, "OperationDenied.InvalidImageStatus")),
        ({"is_public": True}, "333", (403, "Image.Public")),
    ],
)
def test_modify_that_adds_what_may_not_be_added_changes_nothing(
    ecs: Client, cloud: Simulator, fields: dict, add: str, expected: tuple[int, str]
):
    put(cloud, accounts=["111"], **fields)
    before = cloud.state()

    assert refusal(modify(ecs, add=["222", add], remove=["111"])) == expected
    assert cloud.state() == before


@pytest.mark.parametrize(
    "fields", [{"encrypted": True}, {"status": "Deprecated"}, {"is_public": True}, {"owner_id": OWNER.id}]
)
def test_modify_that_only_removes_is_never_refused_for_the_image(ecs: Client, cloud: Simulator, fields: dict):
    put(cloud, accounts=["111"], **fields)

    modify(ecs, remove=["111"])()

    assert accounts(cloud) == []


@pytest.mark.parametrize(
    ("switch", "reading", "fields", "expected"),
    [
        ("ecs_status_code", "IncorrectImageStatus", {"status": "Deprecated"}, (400, "IncorrectImageStatus")),
        ("ecs_encrypted", "role_missing", {"encrypted": True}, (403, "AssumeRoleError")),
        (
            "ecs_encrypted",
            "service_key_refused",
            {"encrypted": True},
            (403, "InvalidOperation.ServiceKeyEncryptedImageUnsupported"),
        ),
    ],
)
def test_modify_under_another_reading_is_refused_with_its_code(
    ecs: Client, cloud: Simulator, switch: str, reading: str, fields: dict, expected: tuple[int, str]
):
    put(cloud, {switch: reading}, **fields)

    assert refusal(modify(ecs, add=["333"])) == expected


def test_modify_that_shares_with_the_owner_under_the_other_spelling_is_refused_with_it(
    ecs: Client, cloud: Simulator
):
    put(cloud, {"ecs_self_share_code": "InvalidAccount.Forbidden"})

    assert refusal(modify(ecs, add=[OWNER.id])) == (404, "InvalidAccount.Forbidden")


@pytest.mark.parametrize(
    ("switch", "fields"), [("ecs_encrypted", {"encrypted": True}), ("ecs_public_image", {"is_public": True})]
)
def test_modify_under_the_reading_that_allows_it_adds(
    ecs: Client, cloud: Simulator, switch: str, fields: dict
):
    put(cloud, {switch: "allowed"}, **fields)

    modify(ecs, add=["333"])()

    assert accounts(cloud) == ["333"]


def test_modify_that_adds_a_closed_account_is_refused(ecs: Client, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}], "closed_accounts": ["333"]})

    assert refusal(modify(ecs, add=["222", "333"])) == (404, "InvalidAccount.NotFound")
    assert accounts(cloud) == []


def test_modify_that_removes_a_closed_account_is_accepted(ecs: Client, cloud: Simulator):
    shared = {"service": "ecs", "image_id": "m-1", "accounts": ["333"]}
    cloud.put_state({"images": [shared], "closed_accounts": ["333"]})

    modify(ecs, remove=["333"])()

    assert accounts(cloud) == []


def test_modify_with_a_launch_permission_is_refused(ecs: Client, cloud: Simulator):
    put(cloud)

    assert refusal(modify(ecs, launch_permission="hide")) == (400, "ForbiddenParameter.LaunchPermission")


def test_modify_as_a_dry_run_says_that_it_would_pass_and_changes_nothing(ecs: Client, cloud: Simulator):
    put(cloud)

    assert refusal(modify(ecs, add=["111"], dry_run=True)) == (400, "DryRunOperation")
    assert accounts(cloud) == []


@pytest.mark.parametrize("missing", ["RegionId", "ImageId"])
@pytest.mark.parametrize("action", ["ModifyImageSharePermission", "DescribeImageSharePermission"])
def test_call_without_a_parameter_that_it_needs_is_refused(raw: Caller, action: str, missing: str):
    query = {"RegionId": REGION, "ImageId": "m-1"}
    del query[missing]

    reply = raw(action, "2014-05-26", query=query)

    assert reply.refusal == (400, "MissingParameter")
    assert f'"{missing}"' in reply.document["Message"]


def test_images_without_a_region_are_refused(raw: Caller):
    assert raw("DescribeImages", "2014-05-26").refusal == (400, "MissingParameter")
