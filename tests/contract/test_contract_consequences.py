"""Unsharing says what it breaks: in a preview wherever that can be known, and again when it is done."""

from __future__ import annotations

import pytest

from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.sharing.model import UNKNOWN
from alicloud_image_share.sharing.notices import Kind, Notice
from tests.contract.stage import Deployment, SetUp, Stage, accounts

A, B, C, D = accounts(4)


def previewed(deployment: Deployment, asked: object, **fields: object) -> dict[Kind, Notice]:
    """Give what a preview says of a change of the share."""
    run = deployment.run()
    deployment.stage.said()
    checked = Preview(run).check(deployment.inputs, deployment.stage.inputs(asked, **fields))
    assert checked.failures == ()
    Preview(run).diff(deployment.outputs, checked.inputs)
    return deployment.stage.said()


def test_preview_of_another_image_says_who_loses_the_old_one(plain: Stage):
    deployment = plain.deployment()
    deployment.up({A: "team web", B: ""})

    said = previewed(deployment, [A], image_id="m-2")

    assert said[Kind.LOSES].accounts == ((A, "team web"), (B, ""))
    assert said[Kind.LOSES].image.endswith(":m-1")


def test_preview_of_secret_accounts_counts_who_gains_and_who_loses(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B], accounts_secret=True)

    said = previewed(deployment, [B, C, D], accounts_secret=True)

    assert said[Kind.COUNTED].detail == "2 accounts gain, 1 loses"


def test_preview_of_secret_accounts_without_a_change_counts_nobody(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B], accounts_secret=True)

    said = previewed(deployment, [A, B], accounts_secret=True)

    assert Kind.COUNTED not in said
    assert plain.live() == {A, B}


def test_preview_of_accounts_that_are_shown_names_them_and_counts_nobody(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B])

    said = previewed(deployment, [B, C])

    assert said[Kind.LOSES].accounts == ((A, ""),)
    assert Kind.COUNTED not in said


@pytest.mark.parametrize(("before", "warns"), [(True, False), (False, True)])
def test_share_of_another_image_warns_of_losses_unless_state_retains_it(
    plain: Stage, before: bool, warns: bool
):
    deployment = plain.deployment()
    deployment.up([A, B], retain_on_delete=before)

    said = previewed(deployment, [A], image_id="m-2", retain_on_delete=True)

    assert (Kind.LOSES in said) is warns


def test_change_of_what_is_retained_makes_no_call(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B])
    before = len(plain.calls())
    deployment.up([A, B], retain_on_delete=True)

    assert len(plain.calls()) == before
    assert deployment.outputs["retain_on_delete"] is True


def test_preview_of_secret_accounts_that_become_plain_shows_none_of_them(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B], accounts_secret=True)

    said = previewed(deployment, [A])

    assert said[Kind.LOSES].accounts == ()
    assert "1 account" in said[Kind.LOSES].detail


def test_destroy_says_who_has_lost_access(plain: Stage):
    deployment = plain.deployment()
    deployment.up({A: "team web"})
    plain.said()

    deployment.destroy()

    assert plain.said()[Kind.LOSES].accounts == ((A, "team web"),)


def test_exclusive_preview_says_what_removing_breaks(plain: Stage):
    plain.put_image([B])

    run = plain.run()
    Preview(run).check({}, plain.inputs([A], exclusive=True))

    assert "can no longer re-initialise their disks" in str(plain.said()[Kind.REMOVES])


@pytest.mark.parametrize("change", [{"share_to_ecs": False}, {"image_id": "m-2"}])
def test_preview_of_an_image_that_leaves_ecs_says_so(set_up: SetUp, change: dict[str, object]):
    stage = set_up("swas", {})
    deployment = stage.deployment()
    deployment.up([A], share_to_ecs=True)

    said = previewed(deployment, [A], **change)

    assert Kind.LEAVES_ECS in said


def test_preview_of_another_image_says_that_whoever_the_share_owns_loses_the_old_one(plain: Stage):
    plain.put_image([C])
    deployment = plain.deployment()
    deployment.up([A, B])
    deployment.outputs["accounts"] = {A: "", C: ""}

    said = previewed(deployment, [A, B, C], image_id="m-2")

    assert [account for account, _ in said[Kind.LOSES].accounts] == [A, B]


def test_update_says_loses_only_of_accounts_that_the_share_owns(plain: Stage):
    plain.put_image([B])
    deployment = plain.deployment()
    deployment.up([A, B])
    deployment.outputs["owned_accounts"] = {A: ""}

    said = previewed(deployment, [C])

    assert [account for account, _ in said[Kind.LOSES].accounts] == [A]
    assert [account for account, _ in said[Kind.KEEPS].accounts] == [B]


@pytest.mark.parametrize("unknown", ["image_id", "accounts"])
def test_exclusive_share_with_unknown_inputs_says_that_it_was_not_read(plain: Stage, unknown: str):
    Preview(plain.run()).check({}, {**plain.inputs([A], exclusive=True), unknown: UNKNOWN})

    assert plain.said()[Kind.SKIPPED].image.startswith(f"{plain.service}:")


def test_second_check_of_a_replacement_takes_the_region_of_the_first(set_up: SetUp):
    stage = set_up("ecs", {})
    deployment = stage.deployment()
    deployment.up([A])
    run = stage.run(**{"alicloud:region": ""})
    news = {**stage.inputs([A]), "image_id": UNKNOWN}

    first = Preview(run).check(deployment.inputs, news)
    second = Preview(run).check({}, news)

    assert first.failures == second.failures == ()
    assert second.inputs["region_id"] == deployment.inputs["region_id"]


def test_update_fills_in_the_owner_that_old_state_lacks(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A])
    owner = deployment.outputs.pop("owner_id")

    deployment.up([A, B])

    assert deployment.outputs["owner_id"] == owner


@pytest.mark.parametrize("kept", [[A], [A, C]], ids=["one leaves", "one leaves and one comes"])
def test_create_of_a_replacement_calls_no_account_foreign_that_leaves_with_the_old_share(plain: Stage, kept):
    deployment = plain.deployment()
    deployment.up([A, B])
    run = deployment.run()
    news = Preview(run).check(deployment.inputs, plain.inputs(kept)).inputs
    # An option of the resource makes the engine replace what differs, whatever this diff answers.
    Preview(run).diff(deployment.outputs, news)

    created = Lifecycle(run).create(Preview(run).check({}, plain.inputs(kept)).inputs)

    assert created.foreign == ()
    assert plain.live() == {A, B, *kept}


def test_resource_shares_are_asked_for_where_a_share_changes_and_not_else(plain: Stage):
    deployment = plain.deployment(resourceSharing=True)
    deployment.up([A])
    asked = plain.said()

    deployment.up([A])

    # The caller of these tests may not list them, which is said.
    listed = plain.service == "ecs"
    assert (Kind.SKIPPED in asked) is listed
    assert not listed or "made by Resource Sharing are not known" in asked[Kind.SKIPPED].detail
    assert plain.said() == {}
