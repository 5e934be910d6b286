"""What changes while an operation is under way: lists that shift, shares that are checked beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import sleep

from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.sharing.notices import Kind
from tests.contract.stage import FOREIGN, Stage, accounts

A, B, C = accounts(3)


def while_the_next_page_is_on_its_way(stage: Stage, change: Callable[[], None]) -> threading.Thread:
    """Have a change happen between the moment that a page is read and the moment that it arrives."""
    stage.cloud.clear_calls()
    stage.fail(stage.facts.list, "delay", delay_ms=300)

    def watch() -> None:
        while not any(call["action"] == stage.facts.list for call in stage.calls()):
            sleep(0.005)
        change()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_destroy_while_a_list_shifts_between_two_pages_leaves_nobody(plain: Stage):
    everybody = accounts(plain.more_than_a_page + 3)
    deployment = plain.deployment()
    deployment.up(everybody)
    assert plain.live() == set(everybody)

    thread = while_the_next_page_is_on_its_way(plain, lambda: plain.unshare_outside(everybody[0]))
    deployment.destroy()
    thread.join()

    assert plain.live() == set()


def test_refresh_while_a_list_shifts_between_two_pages_drops_nobody_who_has_access(plain: Stage):
    everybody = accounts(plain.more_than_a_page + 3)
    deployment = plain.deployment()
    deployment.up(everybody)

    thread = while_the_next_page_is_on_its_way(plain, lambda: plain.unshare_outside(everybody[0]))
    deployment.refresh()
    thread.join()

    assert set(deployment.outputs["accounts"]) >= plain.live()


def test_account_that_another_share_asks_for_during_an_update_keeps_access(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B])
    run = plain.run()
    news = Preview(run).check(deployment.inputs, plain.inputs([A])).inputs
    plain.fail(plain.facts.remove, "throttle", retry_after_ms=30_000)
    plain.time.on_sleep = lambda: Preview(run).check({}, plain.inputs([B]))

    updated = Lifecycle(run).update(deployment.outputs, news)

    assert plain.live() == {A, B}
    assert updated.foreign == ()
    assert plain.said()[Kind.SPARED].accounts == ((B, ""),)


def test_account_that_another_share_asks_for_while_a_delete_waits_its_turn_keeps_access(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B])
    run = plain.run()
    image = Lifecycle(run).read(deployment.outputs).share.image  # type: ignore[union-attr]
    deleting = threading.Thread(target=Lifecycle(run).delete, args=(deployment.outputs,))

    with run.ledger(image).operating:
        deleting.start()
        Preview(run).check({}, plain.inputs([B, C]))
    deleting.join()

    assert plain.live() == {B}


def test_operation_that_waits_for_another_one_on_the_image_says_so(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A])
    run = plain.run()
    image = Lifecycle(run).read(deployment.outputs).share.image  # type: ignore[union-attr]
    deleting = threading.Thread(target=Lifecycle(run).delete, args=(deployment.outputs,))
    plain.said()

    with run.ledger(image).operating:
        deleting.start()
        deleting.join(timeout=6)
        waiting = plain.said()
    deleting.join()

    assert "another operation of this run on the same image" in waiting[Kind.WAITS].detail
    assert plain.live() == set()


def test_update_that_only_changes_a_note_of_an_exclusive_share_writes_and_lists_nothing_more(plain: Stage):
    deployment = plain.deployment()
    deployment.up({A: "team web"}, exclusive=True)
    plain.cloud.clear_calls()

    deployment.up({A: "team shop"}, exclusive=True)

    assert plain.reads() == [plain.facts.list]  # the check's
    assert deployment.outputs["owned_accounts"] == {A: "team shop"}


def test_update_of_a_note_of_an_exclusive_share_removes_accounts_that_its_check_named(plain: Stage):
    deployment = plain.deployment()
    deployment.up({A: "team web"}, exclusive=True)
    plain.share_outside(FOREIGN)

    deployment.up({A: "team shop"}, exclusive=True)

    assert plain.said()[Kind.REMOVES].accounts == ((FOREIGN, ""),)
    assert plain.live() == {A}
