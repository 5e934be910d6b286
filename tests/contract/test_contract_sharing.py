"""Sharing and unsharing on every service: what is live at the end, and the fewest calls on the way."""

from alicloud_image_share.lifecycle.check import Preview
from tests.contract.stage import FOREIGN, Stage, accounts


def test_create_shares_with_everybody_on_the_list(stage: Stage):
    stage.deployment().up(accounts(3))

    assert stage.live() == set(accounts(3))


def test_create_on_a_full_image_of_many_pages_adds_one_more(stage: Stage):
    there = accounts(stage.more_than_a_page)
    stage.put_image(there)

    stage.deployment().up([FOREIGN])

    assert stage.live() == {*there, FOREIGN}
    assert stage.sent_to_add() == [[FOREIGN]]


def test_update_removes_who_is_listed_on_a_later_page(stage: Stage):
    many = accounts(stage.more_than_a_page)
    deployment = stage.deployment()
    deployment.up(many)

    deployment.up(many[:-1])

    assert stage.live() == set(many[:-1])


def test_create_with_exactly_one_full_batch_writes_once(plain: Stage):
    full = accounts(plain.facts.add_per_call)

    plain.deployment().up(full)

    assert plain.live() == set(full)
    assert plain.sent_to_add() == [full]


def test_create_with_one_more_than_a_batch_writes_twice(plain: Stage):
    more = accounts(plain.facts.add_per_call + 1)

    plain.deployment().up(more)

    assert plain.live() == set(more)
    assert plain.sent_to_add() == [more[:-1], more[-1:]]


def test_update_to_an_exclusive_empty_list_removes_everybody(stage: Stage):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    assert stage.live() == set(accounts(12))

    deployment.up([], exclusive=True)

    assert stage.live() == set()


def test_update_with_twelve_in_and_twelve_out_takes_the_fewest_writes(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(20))
    plain.cloud.clear_calls()

    deployment.up(accounts(20, first=13))

    assert plain.live() == set(accounts(20, first=13))
    assert len(plain.writes()) == plain.fewest_writes(add=12, remove=12)


def test_update_of_a_full_image_swaps_an_account(stage: Stage):
    full = accounts(stage.facts.accounts_per_image or 50)
    stage.put_image(quota=len(full))
    deployment = stage.deployment(accountsPerImage={stage.service: len(full)})
    # Where a call takes one account and each shows late, the waits of fifty come to minutes.
    deployment.up(full, timeout=3600)

    deployment.up([*full[1:], FOREIGN], timeout=3600)

    assert stage.live() == {*full[1:], FOREIGN}


def test_destroy_removes_everybody_that_the_share_owns(stage: Stage):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    assert stage.live() == set(accounts(12))

    deployment.destroy()

    assert stage.live() == set()


def test_create_after_a_killed_run_does_what_is_left(stage: Stage):
    stage.put_image(accounts(10))

    stage.deployment().up(accounts(25))

    assert stage.live() == set(accounts(25))
    assert not {account for batch in stage.sent_to_add() for account in batch} & set(accounts(10))


def test_two_stacks_with_disjoint_lists_leave_each_other_alone(stage: Stage):
    one, two = stage.deployment(), stage.deployment()
    one.up(accounts(12))
    two.up(accounts(12, first=101))
    one.up(accounts(12, first=7))
    two.refresh()
    two.destroy()

    assert stage.live() == set(accounts(12, first=7))


# -- the number of calls ---------------------------------------------------------------------------


def test_create_reads_the_image_and_its_accounts_before_and_after(plain: Stage):
    plain.deployment().up(accounts(23))

    assert len(plain.writes()) == plain.fewest_writes(add=23)
    assert plain.reads() == [plain.facts.describe, plain.facts.list, plain.facts.list]


def test_create_with_several_pages_reads_each_page_once(plain: Stage):
    plain.deployment().up(accounts(200))

    assert len(plain.writes()) == plain.fewest_writes(add=200)
    assert len(plain.reads()) == 1 + plain.pages(0) + plain.pages(200)


def test_create_where_everybody_has_access_already_adopts_without_a_write(plain: Stage):
    plain.put_image(accounts(12))
    deployment = plain.deployment()

    deployment.up(accounts(12))

    assert plain.writes() == []
    assert plain.reads() == [plain.facts.describe, plain.facts.list]
    assert deployment.outputs["owned_accounts"] == dict.fromkeys(accounts(12), "(no note)")


def test_up_with_the_same_accounts_in_any_order_or_form_calls_nothing(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(12))
    plain.cloud.clear_calls()

    deployment.up(accounts(12))
    deployment.up(accounts(12)[::-1])
    deployment.up(dict.fromkeys(accounts(12), ""))
    deployment.up([float(account) for account in accounts(12)])

    assert plain.cloud.calls() == []
    assert plain.live() == set(accounts(12))


def test_up_with_another_note_keeps_it_without_a_call(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(1))
    plain.cloud.clear_calls()

    deployment.up({accounts(1)[0]: "team web"})

    assert plain.cloud.calls() == []
    assert deployment.outputs["owned_accounts"] == {accounts(1)[0]: "team web"}


def test_up_with_another_timeout_calls_nothing(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(1))
    plain.cloud.clear_calls()

    deployment.up(accounts(1), timeout=60)

    assert plain.cloud.calls() == []
    assert deployment.outputs["timeout"] == 60


def test_update_that_only_removes_does_not_describe_the_image(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(3))
    plain.cloud.clear_calls()

    deployment.up(accounts(2))

    assert plain.reads() == [plain.facts.list, plain.facts.list]


def test_destroy_of_what_nobody_has_any_more_writes_nothing(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(3))
    plain.unshare_outside(*accounts(3))
    plain.cloud.clear_calls()

    deployment.destroy()

    assert plain.writes() == []
    assert plain.reads().count(plain.facts.list) == 1


def test_check_of_an_additive_share_calls_nothing(plain: Stage):
    checked = Preview(plain.run()).check({}, plain.inputs(accounts(3)))

    assert checked.failures == ()
    assert plain.cloud.calls() == []
