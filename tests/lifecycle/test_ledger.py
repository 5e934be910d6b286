"""What one run knows of an image: who is asked for and who loses access, over all of its shares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alicloud_image_share.lifecycle.ledger import ImageLedger
from alicloud_image_share.lifecycle.register import RunRegister
from alicloud_image_share.sharing.model import ImageKey, Share
from alicloud_image_share.sharing.plan import Claims

IMAGE = ImageKey("swas", "cn-hangzhou", "m-1")
A, B, C = "1550809237710001", "1550809237710002", "1550809237710003"
SHARE = Share(IMAGE, {A: "", B: ""})


@pytest.fixture
def ledger() -> ImageLedger:
    """A run that has seen no share yet."""
    return RunRegister().ledger(IMAGE)


def of(*accounts: str, **fields: Any) -> Share:
    """Give a share that lists accounts."""
    return replace(SHARE, accounts=dict.fromkeys(accounts, ""), **fields)


def inputs(*accounts: str, **fields: Any) -> dict[str, Any]:
    """Give the inputs of such a share."""
    return {**of(*accounts).inputs, **fields}


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        (of(A, B), of(B, C), True),
        (of(A, B), of(C), False),
        (of(A, exclusive=True), of(C), True),
        (of(A), of(C, exclusive=True), True),
    ],
)
def test_share_that_must_not_stand_beside_another_one_is_told_which(
    ledger: ImageLedger, first: Share, second: Share, *, clashes: bool
):
    assert ledger.claim("urn:first", first) is None

    assert ledger.claim("urn:second", second) == ("urn:first" if clashes else None)


def test_share_that_is_checked_twice_does_not_stand_beside_itself(ledger: ImageLedger):
    ledger.claim("urn:first", of(A, exclusive=True))

    assert ledger.claim("urn:first", of(A, exclusive=True)) is None


@pytest.mark.parametrize("share_to_ecs", [None, False, True])
def test_run_asks_for_what_its_shares_ask_for(ledger: ImageLedger, share_to_ecs: bool | None):
    ledger.want_accounts(of(A))
    ledger.want_accounts(of(B, share_to_ecs=share_to_ecs))
    ledger.want_accounts(of(C, share_to_ecs=False))

    assert ledger.claims() == Claims(frozenset({A, B, C}), share_to_ecs is True)
    assert ledger.wanted == {A, B, C}


def test_run_that_has_only_noted_owned_accounts_asks_for_nothing(ledger: ImageLedger):
    ledger.record_owned([A])

    assert ledger.claims() == Claims()


def test_accounts_that_no_share_lists_or_owns_are_foreign(ledger: ImageLedger):
    ledger.want_accounts(of(A))
    ledger.record_owned([B])

    assert ledger.foreign(frozenset({A, B, C})) == (C,)


def test_account_that_a_share_asks_for_counts_as_no_removal(ledger: ImageLedger):
    ledger.record_removals([A, B])
    ledger.want_accounts(of(B))

    assert ledger.removals_so_far == {A}


def test_announced_removals_stand_in_the_claims(ledger: ImageLedger):
    ledger.announce_removals([C])

    assert ledger.claims(frozenset({A})) == Claims(
        announced_removals=frozenset({C}), wanted_before=frozenset({A})
    )


def test_owner_that_is_left_out_is_news_once(ledger: ImageLedger):
    assert [ledger.leave_out(A), ledger.leave_out(A), ledger.leave_out(B)] == [True, False, True]
    assert ledger.left_out == {A, B}


def test_agreed_changes_add_up(ledger: ImageLedger):
    ledger.agree([A], [C])
    ledger.agree([B], [])

    assert ledger.agreed == ({A, B}, {C})


@pytest.mark.parametrize("in_ecs", [True, False])
def test_switch_to_ecs_is_as_the_last_read_of_the_run_has_it(ledger: ImageLedger, *, in_ecs: bool):
    assert ledger.in_ecs is None

    ledger.record_in_ecs(not in_ecs)
    ledger.record_in_ecs(in_ecs)
    ledger.want_accounts(of(A))

    assert ledger.in_ecs is in_ecs


def test_accounts_before_are_those_of_the_first_check_with_the_same_inputs(ledger: ImageLedger):
    ledger.remember_first_check(inputs(A), [B])

    assert ledger.accounts_before(inputs(A)) == {B}
    assert ledger.accounts_before(inputs(A, timeout=30)) == {B}
    assert ledger.accounts_before(inputs(C)) is None


def test_replacement_of_a_share_asks_again_for_the_accounts_of_its_first_check(ledger: ImageLedger):
    ledger.remember_first_check(inputs(A, C), of(A, B).account_ids)

    assert ledger.asked_again(of(A, B)) == {A, C}
    assert ledger.asked_again(of(B, C)) == frozenset()


def test_share_with_the_same_list_asks_again_for_all_of_it(ledger: ImageLedger):
    ledger.want_accounts(of(A, B))

    assert ledger.asked_again(of(A, B)) == {A, B}
    assert ledger.asked_again(of(A)) == frozenset()
