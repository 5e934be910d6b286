"""Whose an account is: others are left alone, and nobody loses access by the order of the engine."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.sharing.notices import Kind
from tests.contract.stage import FOREIGN, Stage, accounts

A, B, C = accounts(3)


def test_additive_share_through_its_whole_life_leaves_a_foreign_account_alone(stage: Stage):
    stage.put_image([FOREIGN])
    deployment = stage.deployment()

    deployment.up([A, B])
    deployment.up([B, C])
    deployment.refresh()
    foreign = deployment.outputs["foreign_accounts"]
    deployment.destroy()

    assert stage.live() == {FOREIGN}
    assert foreign == [FOREIGN]


def test_foreign_account_that_is_put_on_the_list_is_owned_and_removed_with_it(stage: Stage):
    stage.put_image([FOREIGN])
    deployment = stage.deployment()
    deployment.up([A])

    deployment.up([A, FOREIGN])
    deployment.up([A])

    assert stage.live() == {A}


def test_refresh_shows_the_owned_accounts_that_are_live_with_their_notes(stage: Stage):
    deployment = stage.deployment()
    deployment.up({A: "web", B: "shop"})
    stage.unshare_outside(B)
    stage.share_outside(FOREIGN)

    deployment.refresh()

    assert deployment.outputs["accounts"] == deployment.inputs["accounts"] == {A: "web"}
    assert deployment.outputs["owned_accounts"] == {A: "web", B: "shop"}
    assert deployment.outputs["foreign_accounts"] == [FOREIGN]


@pytest.mark.parametrize("exclusive", [False, True])
def test_refresh_repeated_gives_the_same_state(stage: Stage, exclusive: bool):
    deployment = stage.deployment()
    deployment.up({A: "web", B: ""}, exclusive=exclusive)
    stage.unshare_outside(B)
    stage.share_outside(FOREIGN)
    deployment.refresh()
    once = deployment.inputs, deployment.outputs

    deployment.refresh()

    assert (deployment.inputs, deployment.outputs) == once


def test_up_after_a_refresh_restores_who_was_removed_outside(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.unshare_outside(B)
    deployment.refresh()

    deployment.up([A, B])

    assert stage.live() == {A, B}


def test_account_removed_outside_then_refreshed_and_shared_again_goes_with_destroy(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.unshare_outside(B)
    deployment.refresh()
    assert stage.live() == {A}
    stage.share_outside(B)

    deployment.destroy()

    assert stage.live() == set()


def test_account_given_up_after_it_was_removed_outside_stays_with_another_stack(stage: Stage):
    here, there = stage.deployment(), stage.deployment()
    here.up([A, B])
    stage.unshare_outside(B)
    here.refresh()
    stage.cloud.clear_calls()
    here.up([A])
    given_up_with = stage.cloud.calls()
    there.up([B])

    here.up([A, C])
    here.destroy()

    assert stage.live() == {B}
    assert given_up_with == []


def test_delete_spares_accounts_that_another_share_of_the_run_lists(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A, B])
    run = stage.run()
    checked = Preview(run).check({}, stage.inputs([B, C]))
    Lifecycle(run).create(checked.inputs)
    stage.said()

    Lifecycle(run).delete(deployment.outputs)

    assert stage.live() == {B, C}
    assert stage.said()[Kind.SPARED].accounts == ((B, ""),)


def test_update_spares_accounts_that_another_share_of_the_run_lists(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A, B])
    run = stage.run()
    Preview(run).check({}, stage.inputs([B]))
    checked = Preview(run).check(deployment.inputs, stage.inputs([C]))

    Lifecycle(run).update(deployment.outputs, checked.inputs)

    assert stage.live() == {B, C}


def test_delete_in_a_run_that_checks_nothing_removes_what_is_owned(stage: Stage):
    one, two = stage.deployment(), stage.deployment()
    one.up([A, B])
    two.up([B, C])

    one.destroy()

    assert stage.live() == {C}


def test_operations_of_four_threads_on_one_image_follow_one_another(plain: Stage):
    run = plain.run()
    preview, lifecycle = Preview(run), Lifecycle(run)
    checked = [preview.check({}, plain.inputs(accounts(3, first=100 * n))).inputs for n in range(1, 5)]
    plain.cloud.clear_calls()

    with ThreadPoolExecutor(max_workers=4) as threads:
        list(threads.map(lifecycle.create, checked))

    alone = [plain.facts.describe, plain.facts.list, plain.facts.add, plain.facts.list]
    assert [call["action"] for call in plain.calls()] == alone * 4
    assert plain.live() == {account for inputs in checked for account in inputs["accounts"]}
