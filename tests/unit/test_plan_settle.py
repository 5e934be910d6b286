"""The laws of settling who gains and who loses access, for any accounts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.sharing.model import Access
from alicloud_image_share.sharing.plan import Intent, settle

few_accounts = st.frozensets(st.integers(10_000, 10_011).map(str), max_size=12)
intents = st.builds(
    Intent,
    asked=few_accounts,
    held=few_accounts,
    named=few_accounts,
    reserved=few_accounts,
    share_to_ecs=st.none() | st.booleans(),
    ecs_held=st.booleans(),
)
accesses = st.builds(Access, accounts=few_accounts, in_ecs=st.booleans())


@given(intents, accesses)
def test_settle_any_intent_adds_only_who_was_asked_and_has_no_access(intent, live):
    settlement = settle(intent, live)

    assert settlement.add <= intent.asked - live.accounts


@given(intents, accesses)
def test_settle_any_intent_removes_only_who_was_named_and_is_not_asked(intent, live):
    settlement = settle(intent, live)

    assert settlement.remove <= (intent.named - intent.asked) & live.accounts


@given(intents, accesses)
def test_settle_any_intent_spares_whom_another_share_asks_for(intent, live):
    settlement = settle(intent, live)

    assert not settlement.remove & intent.reserved
    assert settlement.spared == (intent.named - intent.asked) & live.accounts & intent.reserved


@given(intents, accesses)
def test_settle_any_intent_never_adds_who_was_held_before(intent, live):
    settlement = settle(intent, live)

    assert not settlement.add & intent.held


@given(intents, accesses)
def test_settle_account_unshared_outside_adds_nobody_and_still_removes(intent, live):
    live = replace(live, accounts=live.accounts - {"10000"})
    settlement = settle(replace(intent, held=intent.held | {"10000"}), live)

    assert settlement.drifted
    assert settlement.unshared_outside == (intent.held | {"10000"}) - live.accounts
    assert not settlement.add
    assert settlement.remove == ((intent.named - intent.asked) & live.accounts) - intent.reserved


@given(intents, accesses)
def test_settle_without_drift_adds_everybody_who_is_missing(intent, live):
    live = Access(live.accounts | intent.held, in_ecs=live.in_ecs)
    settlement = settle(replace(intent, ecs_held=False), live)

    assert not settlement.drifted
    assert settlement.add == intent.asked - live.accounts


@given(intents, accesses)
def test_settle_switches_the_share_to_ecs_only_to_what_was_asked_and_is_not(intent, live):
    settlement = settle(intent, live)

    assert settlement.share_to_ecs in (None, intent.share_to_ecs)
    assert settlement.share_to_ecs in (None, not live.in_ecs)


@given(intents, accesses)
def test_settle_share_to_ecs_that_was_switched_outside_is_left_and_adds_nobody(intent, live):
    settlement = settle(replace(intent, share_to_ecs=not live.in_ecs, ecs_held=True), live)

    assert settlement.drifted
    assert settlement.ecs_changed_outside
    assert settlement.share_to_ecs is None
    assert not settlement.add


@given(intents, accesses, st.booleans())
def test_settle_share_to_ecs_is_switched_on_only_without_drift_and_off_always(intent, live, all_held_live):
    live = replace(live, accounts=live.accounts | intent.held if all_held_live else live.accounts)
    settlement = settle(replace(intent, share_to_ecs=not live.in_ecs, ecs_held=False), live)

    withheld = not live.in_ecs and settlement.drifted
    assert settlement.share_to_ecs == (None if withheld else not live.in_ecs)


@given(intents, accesses)
def test_settle_repeated_after_applying_it_changes_nothing(intent, live):
    settlement = settle(intent, live)
    in_ecs = live.in_ecs if settlement.share_to_ecs is None else settlement.share_to_ecs
    after = Access((live.accounts | settlement.add) - settlement.remove, in_ecs=in_ecs)

    assert settlement.holds(after)
    assert settle(intent, after).is_empty


@given(intents, accesses)
def test_settlement_holds_before_it_is_applied_only_if_it_is_empty(intent, live):
    settlement = settle(intent, live)

    assert settlement.holds(live) == settlement.is_empty
