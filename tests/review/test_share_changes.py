"""What the steps of a run mean for who has access, share by share."""

from __future__ import annotations

from typing import Any

import pytest

from alicloud_image_share.review.engine_step import SECRET_TEXT, EngineStep, ResourceState
from alicloud_image_share.review.model import Standing
from alicloud_image_share.review.net_access import net_access, without_spared
from alicloud_image_share.review.planned_share import Step
from alicloud_image_share.review.share_change import ShareChange, change, share_changes
from alicloud_image_share.review.standing import standings
from alicloud_image_share.review.state_access import access, owner_of
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.share_types import SHARE_TYPE

from .scenarios import PARTNER, SHOP, STRANGER, WEB

IMAGE = "swas:cn-hangzhou:m-simple"
URN = f"urn:pulumi:dev::shares::{SHARE_TYPE}::simple"
OWNER = PARTNER


def state(*accounts: str, share_to_ecs: bool | None = None, **outputs: Any) -> ResourceState:
    """Give what state holds of a share of the image."""
    service, region, image_id = IMAGE.split(":")
    listed = dict.fromkeys(accounts or (WEB,), "")
    inputs = {"service": service, "region_id": region, "image_id": image_id, "accounts": listed}
    inputs |= {} if share_to_ecs is None else {"share_to_ecs": share_to_ecs}
    return ResourceState(SHARE_TYPE, inputs, {**inputs, "owned_accounts": listed, **outputs})


def changes(*steps: EngineStep) -> tuple[ShareChange, ...]:
    """Give what happens to the shares of a run."""
    return share_changes(steps, planned=False, region_of=lambda _: None)


def test_share_that_a_refresh_finds_as_it_was_counts_as_unchanged():
    (found,) = changes(EngineStep("refresh", URN, state(WEB, SHOP), state(WEB, SHOP)))

    assert (found.step, dict(found.listed)) == (Step.UNCHANGED, {WEB: "", SHOP: ""})


def test_share_that_is_refreshed_and_updated_counts_once():
    refreshed = EngineStep("refresh", URN, state(WEB), state(WEB))
    updated = EngineStep("update", URN, state(WEB), state(WEB, SHOP))

    (found,) = changes(refreshed, updated)

    assert (found.step, found.gains, found.read) == (Step.UPDATE, {SHOP: ""}, True)


def test_owner_on_the_list_keeps_nothing_by_the_share():
    (found,) = changes(
        EngineStep("update", URN, state(WEB, OWNER, owner_id=OWNER), state(WEB, owner_id=OWNER))
    )

    assert dict(found.keeps) == {WEB: ""}


@pytest.mark.parametrize(("owner", "known"), [(OWNER, OWNER), (SECRET_TEXT, None), (None, None), (7, None)])
def test_owner_in_state_is_an_id_or_not_known(owner: object, known: str | None):
    assert owner_of(state(owner_id=owner)) == known


def test_account_that_state_calls_foreign_has_access_unmanaged():
    before = state(WEB, foreign_accounts=[STRANGER])
    found = changes(EngineStep("update", URN, before, state(WEB, SHOP, foreign_accounts=[STRANGER])))

    standing = standings(net_access(found, []).images[IMAGE], found, [], failed=False)

    assert dict(standing[Standing.UNMANAGED]) == {STRANGER: ""}


@pytest.mark.parametrize(
    ("before", "after", "on", "off"),
    [(False, True, {IMAGE}, set()), (True, False, set(), {IMAGE}), (True, True, set(), set())],
)
def test_images_that_a_run_switches_on_and_off_in_ecs_are_told_apart(
    before: bool, after: bool, on: set[str], off: set[str]
):
    step = EngineStep("update", URN, state(WEB, share_to_ecs=before), state(SHOP, share_to_ecs=after))

    net = net_access(changes(step), [])

    assert (net.on_in_ecs, net.off_in_ecs) == (on, off)


@pytest.mark.parametrize("share_to_ecs", [True, False, None])
def test_state_says_whether_the_image_is_shared_to_ecs(share_to_ecs: bool | None):
    assert access(URN, state(share_to_ecs=share_to_ecs)).in_ecs is (share_to_ecs is True)


@pytest.mark.parametrize(
    ("notices", "switched"),
    [
        ([Notice(IMAGE, Kind.LEAVES_ECS)], False),
        ([Notice("swas:cn-hangzhou:m-other", Kind.LEAVES_ECS)], None),
        ([], None),
    ],
)
def test_delete_has_switched_ecs_off_where_its_provider_says_so(notices: list[Notice], switched: bool | None):
    deleted = change(EngineStep("delete", URN, state(share_to_ecs=True)), planned=False)

    assert deleted is not None
    assert deleted.in_ecs is False
    assert without_spared(deleted, notices).in_ecs is switched
