"""A stack file without mistakes becomes the shares that it describes."""

import dataclasses

import pytest

from alicloud_image_share.stack_file import (
    ListedAccount,
    Place,
    ShareDefinition,
    StackValues,
    definitions,
)

WEB = {"1234567890123456": "team web", "1550809237710001": "team shop"}


def read(shares, groups=None):
    place = Place("Pulumi.prod.yaml")
    return definitions(StackValues(place, place, groups=groups or {}, shares=shares))


def share(**fields):
    (definition,) = read({"golden": {"service": "ecs", "image_id": "m-1", **fields}}, {"web": WEB})
    return definition


def test_share_with_every_field_keeps_them():
    fields = {
        "region_id": "cn-beijing",
        "exclusive": True,
        "share_to_ecs": False,
        "role_arn": "acs:ram::1:role/r",
        "timeout": 60,
    }

    definition = share(accounts={"12345": "n"}, **fields)

    assert dataclasses.asdict(definition) == {
        "name": "golden",
        "service": "ecs",
        "image_id": "m-1",
        "accounts": ({"id": "12345", "note": "n", "groups": ()},),
        **fields,
    }


def test_share_with_the_least_leaves_the_rest_to_the_resource():
    assert share(accounts=["12345"]) == ShareDefinition(
        "golden", "ecs", "m-1", accounts=(ListedAccount("12345"),)
    )


def test_images_make_one_share_a_region():
    base = {"service": "ecs", "images": {"cn-hangzhou": "m-1", "cn-shanghai": "m-2"}, "groups": ["web"]}

    found = read({"base": base}, {"web": WEB})

    assert [(d.name, d.region_id, d.image_id) for d in found] == [
        ("base-cn-hangzhou", "cn-hangzhou", "m-1"),
        ("base-cn-shanghai", "cn-shanghai", "m-2"),
    ]
    assert all(d.notes == WEB for d in found)


def test_shares_keep_the_order_of_the_file():
    fields = {"service": "ecs", "image_id": "m-1", "accounts": ["12345"]}

    assert [d.name for d in read({"z": fields, "a": fields})] == ["z", "a"]


def test_account_in_two_groups_is_one_account_with_the_note_of_the_first():
    fields = {"service": "ecs", "image_id": "m-1", "groups": ["second", "first"]}

    (definition,) = read({"golden": fields}, {"first": {"12345": "one"}, "second": {"12345": "two"}})

    assert definition.accounts == (ListedAccount("12345", "two", ("second", "first")),)


def test_account_in_a_group_and_in_accounts_keeps_the_note_of_accounts():
    definition = share(accounts={"1234567890123456": "ours"}, groups=["web"])

    assert definition.notes == {"1234567890123456": "ours", "1550809237710001": "team shop"}


def test_account_listed_without_a_note_takes_the_note_of_its_group():
    definition = share(accounts=["1234567890123456"], groups=["web"])

    assert definition.notes["1234567890123456"] == "team web"


@pytest.mark.parametrize("members", [{"12345": None}, ["12345"], [12345]])
def test_group_of_any_form_gives_its_accounts(members):
    (definition,) = read(
        {"golden": {"service": "ecs", "image_id": "m-1", "groups": ["web"]}}, {"web": members}
    )

    assert definition.notes == {"12345": ""}


def test_account_written_as_large_number_keeps_every_digit():
    assert share(accounts=[2**63 - 1]).notes == {"9223372036854775807": ""}
