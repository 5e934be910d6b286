"""A review holds what a preview would do to the rules of the stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alicloud_image_share.commands.review import exit_status
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.model import Level, Review
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.risks import with_broken_rules

INPUTS = Path(__file__).parent / "inputs"


def held(name: str, **rules: object) -> Review:
    found = review(read_preview((INPUTS / f"{name}.json").read_text()))
    return with_broken_rules(found, {f"image-shares:{key}": value for key, value in rules.items()})


def broken(found: Review) -> list[str]:
    return [risk.text for risk in found.risks if risk.level is Level.RULE]


def losing(name: str) -> list[str]:
    return [account.id for image in held(name).images for account in image.losing]


def test_share_that_leaves_the_program_is_held_to_never_lose():
    account = losing("delete")[0]

    found = held("delete", neverLose=[account])

    assert account in broken(found)[0]
    assert "allowRemoval" in broken(found)[0]
    assert exit_status(found, ()) == 3


def test_share_that_leaves_the_program_is_held_to_the_number_of_removals():
    most = max(len(image.losing) for image in held("delete").images)

    assert "at most" in broken(held("delete", maxRemoved=most - 1))[0]
    assert broken(held("delete", maxRemoved=most)) == []


@pytest.mark.parametrize("name", ["delete", "create", "update"])
def test_review_without_rules_breaks_none(name: str):
    assert held(name).changes
    assert broken(held(name)) == []


def test_account_that_is_denied_breaks_a_rule():
    found = held("create")
    account = next(account.id for image in found.images for account in image.gaining)

    assert account in broken(held("create", deniedAccounts=json.dumps([account])))[0]


def test_secret_share_that_leaves_the_program_is_named_as_not_held_to_the_rules():
    (line,) = held("secret_left", neverLose=["1234567890123456"], maxRemoved=0).not_checked

    assert line.startswith("image-shares:neverLose, image-shares:maxRemoved for golden ecs:cn-hangzhou:m-1: ")
    assert held("secret_left").not_checked == ()
    assert held("secret_left", maxRemoved=0, allowRemoval=["ecs:cn-hangzhou:m-1"]).not_checked == ()


@pytest.mark.parametrize("value", ["[secret]", {"secure": "v1:AAAA"}, [{"secure": "v1:AAAA"}]])
def test_rule_that_is_secret_is_named_as_not_checked(value: object):
    found = held("delete", neverLose=value)

    assert (broken(found), found.not_checked) == ([], ("image-shares:neverLose: it is secret",))


def test_rule_that_is_malformed_counts_as_broken():
    assert [text.partition(": ")[0] for text in broken(held("nothing", maxRemoved="many"))] == [
        "image-shares:maxRemoved"
    ]
