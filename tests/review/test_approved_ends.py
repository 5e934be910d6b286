"""An approval holds until when an account has access, and a review shows each end that changes."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.review.approval import read_approval, to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.terminal import to_terminal
from tests.review.scenarios import PARTNER, WEB

TYPE = "pulumi-python:dynamic/alicloud:ImageShare"
IMAGE = "ecs:cn-hangzhou:m-1"
SOON, LATE, NEVER = "partner [until 2027-03-31]", "partner [until 2099-12-31]", "partner"


def of_update(before: dict[str, str], after: dict[str, str]) -> Review:
    """Give the review of an update of the list, id → note."""

    def inputs(accounts: dict[str, str]) -> dict[str, object]:
        return {"service": "ecs", "image_id": "m-1", "region_id": "cn-hangzhou", "accounts": accounts}

    step = {
        "op": "update",
        "urn": f"urn:pulumi:dev::images::{TYPE}::golden",
        "oldState": {"type": TYPE, "inputs": inputs(before), "outputs": {"owned_accounts": before}},
        "newState": {"type": TYPE, "inputs": inputs(after), "outputs": {}},
    }
    return review(read_preview(json.dumps({"steps": [step], "diagnostics": []})))


@pytest.mark.parametrize(("approved", "carried_out"), [(SOON, LATE), (SOON, NEVER), (NEVER, SOON)])
def test_gain_until_another_day_than_approved_is_refused(approved: str, carried_out: str):
    approval, later = (of_update({WEB: ""}, {WEB: "", PARTNER: note}) for note in (approved, carried_out))
    differences = read_approval(to_json(approval)).differences(later)

    assert read_approval(to_json(approval)).differences(approval) == ()
    assert differences[0].startswith(f"not approved: {PARTNER} gains access to {IMAGE}")


@pytest.mark.parametrize(("before", "after"), [(SOON, LATE), (SOON, NEVER), (NEVER, SOON)])
def test_end_that_changes_is_shown_in_every_format_and_approved_along(before: str, after: str):
    changed = of_update({PARTNER: before}, {PARTNER: after})
    noted = of_update({PARTNER: before}, {PARTNER: before.replace("partner", "our partner")})

    for form in (lambda value: to_terminal(value).plain, to_markdown, to_html, to_json):
        assert f"until of {PARTNER}" in form(changed)
        assert f"until of {PARTNER}" not in form(noted)
    (line,) = read_approval(to_json(noted)).differences(changed)
    assert line.startswith(f"not approved: golden: until of {PARTNER}: ")
