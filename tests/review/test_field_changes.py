"""Every field of a share that changes is shown, and approved along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alicloud_image_share.review.approval import read_approval, to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.engine_step import SECRET_TEXT, EngineStep, ResourceState
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.model import Level, Review
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_facts import PreviewFacts
from alicloud_image_share.review.terminal import to_terminal

INPUTS = {
    "service": "ecs",
    "region_id": "cn-hangzhou",
    "image_id": "m-1",
    "accounts": {"1234567890123456": ""},
}
URN = "urn:pulumi:dev::images::pulumi-python:dynamic/alicloud:ImageShare::golden"
ROLE = "acs:ram::1000000000000001:role/images"
CHANGES = {
    "role_arn": (ROLE, f"none → {ROLE}"),
    "exclusive": (True, "false → true"),
    "timeout": (60, "300 → 60"),
    "share_to_ecs": (True, "none → true"),
    "retain_on_delete": (True, "false → true"),
}


def updated(*, op: str = "update", **fields: object) -> Review:
    """Give the review of a share whose fields change, its accounts staying as they are."""
    old = None if op == "create" else ResourceState(inputs=INPUTS, outputs={**INPUTS, "owned_accounts": {}})
    step = EngineStep(op, URN, old, ResourceState(inputs={**INPUTS, **fields}))
    return review(PreviewFacts("dev", (step,)))


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize(
    "form",
    [lambda found: to_terminal(found).plain, to_markdown, to_html, to_json],
    ids=["terminal", "markdown", "html", "json"],
)
def test_field_that_changes_is_shown_in_every_format(field, form):
    value, words = CHANGES[field]
    text = form(updated(**{field: value}))

    assert field in text
    assert words.rpartition(" ")[2] in text


@pytest.mark.parametrize("field", CHANGES)
def test_field_that_changes_since_the_approval_is_not_approved(field):
    value, words = CHANGES[field]
    approval = read_approval(to_json(updated()))

    assert f"not approved: golden: {field}: {words}" in approval.differences(updated(**{field: value}))


@pytest.mark.parametrize("field", CHANGES)
def test_field_that_was_approved_is_no_difference(field):
    found = updated(**{field: CHANGES[field][0]})

    assert read_approval(to_json(found)).differences(found) == ()


@pytest.mark.parametrize(
    ("field", "level"), [("role_arn", Level.CALLED_OTHERWISE), ("exclusive", Level.EXCLUSIVE)]
)
def test_another_role_and_exclusive_are_risks(field, level):
    (risk,) = updated(**{field: CHANGES[field][0]}).risks

    assert (risk.level, risk.name, risk.image) == (level, "golden", "ecs:cn-hangzhou:m-1")


def test_role_of_a_new_share_is_shown_and_approved_and_is_no_risk():
    found = updated(op="create", role_arn=ROLE)

    assert f"golden: role_arn: (new share) → {ROLE}" in to_terminal(found).plain
    assert found.risks == ()
    assert read_approval(to_json(updated(op="create"))).differences(found) != ()


def test_secret_value_of_a_field_is_not_shown():
    (change,) = updated(share_to_ecs=SECRET_TEXT).images[0].fields

    assert change.after == "(secret)"


@pytest.mark.parametrize("op", ["create", "update"])
@pytest.mark.parametrize("field", ["exclusive", "role_arn", "share_to_ecs"])
def test_field_that_is_secret_is_named_as_not_checked_in_every_format(field, op):
    step = updated(op=op, **{field: SECRET_TEXT})
    line = f"golden: {field} is secret, so what it is, and whether it changes, is not shown"

    assert step.not_checked == (line,)
    for form in (lambda found: to_terminal(found).plain, to_html, to_json):
        assert line in form(step)


def test_secret_field_of_an_unchanged_share_is_not_named():
    state = ResourceState(inputs={**INPUTS, "role_arn": SECRET_TEXT})

    assert review(PreviewFacts("dev", (EngineStep("same", URN, state, state),))).not_checked == ()


def test_review_that_changes_no_field_has_no_conditions():
    assert replace(updated(), stack="dev").conditions == frozenset()
