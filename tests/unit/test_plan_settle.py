"""The laws of settling who gains and who loses access, for any accounts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.sharing.model import Access
from alicloud_image_share.sharing.plan import Intent, plan_of

few_accounts = st.frozensets(st.integers(10_000, 10_011).map(str), max_size=12)
intents = st.builds(
    Intent,
    wanted=few_accounts,
    previously_listed=few_accounts,
    announced_removals=few_accounts,
    wanted_by_other_shares=few_accounts,
    share_to_ecs=st.none() | st.booleans(),
    ecs_as_before=st.booleans(),
)
accesses = st.builds(Access, accounts=few_accounts, in_ecs=st.booleans())


@given(intents)
def test_intent_without_an_account_is_that_of_lists_which_never_named_it(intent):
    rest = intent.without("10000")

    assert rest.wanted == {*intent.wanted} - {"10000"}
    assert rest.previously_listed == {*intent.previously_listed} - {"10000"}
    assert rest.announced_removals == {*intent.announced_removals} - {"10000"}


@given(intents)
def test_intent_names_who_loses_access_by_it_and_who_of_them_nobody_else_asks_for(intent):
    assert intent.removals == {one for one in intent.announced_removals if one not in intent.wanted}
    assert intent.losses == {one for one in intent.removals if one not in intent.wanted_by_other_shares}


@given(intents, accesses)
def test_settle_any_intent_adds_only_who_was_asked_and_has_no_access(intent, live):
    plan = plan_of(intent, live)

    assert plan.add <= intent.wanted - live.accounts


@given(intents, accesses)
def test_settle_any_intent_removes_only_who_was_named_and_is_not_asked(intent, live):
    plan = plan_of(intent, live)

    assert plan.remove <= (intent.announced_removals - intent.wanted) & live.accounts


@given(intents, accesses)
def test_settle_any_intent_spares_accounts_that_another_share_lists(intent, live):
    plan = plan_of(intent, live)

    assert not plan.remove & intent.wanted_by_other_shares
    assert (
        plan.kept_for_other_shares
        == (intent.announced_removals - intent.wanted) & live.accounts & intent.wanted_by_other_shares
    )


@given(intents, accesses)
def test_settle_any_intent_never_adds_who_was_held_before(intent, live):
    plan = plan_of(intent, live)

    assert not plan.add & intent.previously_listed


@given(intents, accesses)
def test_settle_account_unshared_outside_adds_nobody_and_still_removes(intent, live):
    live = replace(live, accounts=live.accounts - {"10000"})
    plan = plan_of(replace(intent, previously_listed=intent.previously_listed | {"10000"}), live)

    assert plan.drifted
    assert plan.unshared_outside == (intent.previously_listed | {"10000"}) - live.accounts
    assert not plan.add
    assert (
        plan.remove
        == ((intent.announced_removals - intent.wanted) & live.accounts) - intent.wanted_by_other_shares
    )


@given(intents, accesses)
def test_settle_without_drift_adds_everybody_who_is_missing(intent, live):
    live = Access(live.accounts | intent.previously_listed, in_ecs=live.in_ecs)
    plan = plan_of(replace(intent, ecs_as_before=False), live)

    assert not plan.drifted
    assert plan.add == intent.wanted - live.accounts


@given(intents, accesses)
def test_settle_switches_the_share_to_ecs_only_to_what_was_asked_and_is_not(intent, live):
    plan = plan_of(intent, live)

    assert plan.share_to_ecs in (None, intent.share_to_ecs)
    assert plan.share_to_ecs in (None, not live.in_ecs)


@given(intents, accesses)
def test_settle_share_to_ecs_that_was_switched_outside_is_left_and_adds_nobody(intent, live):
    plan = plan_of(replace(intent, share_to_ecs=not live.in_ecs, ecs_as_before=True), live)

    assert plan.drifted
    assert plan.ecs_changed_outside
    assert plan.share_to_ecs is None
    assert not plan.add


@given(intents, accesses, st.booleans())
def test_settle_share_to_ecs_is_switched_on_only_without_drift_and_off_always(intent, live, all_held_live):
    live = replace(
        live, accounts=live.accounts | intent.previously_listed if all_held_live else live.accounts
    )
    plan = plan_of(replace(intent, share_to_ecs=not live.in_ecs, ecs_as_before=False), live)

    withheld = not live.in_ecs and plan.drifted
    assert plan.share_to_ecs == (None if withheld else not live.in_ecs)


@given(intents, accesses)
def test_settle_repeated_after_applying_it_changes_nothing(intent, live):
    plan = plan_of(intent, live)
    in_ecs = live.in_ecs if plan.share_to_ecs is None else plan.share_to_ecs
    after = Access((live.accounts | plan.add) - plan.remove, in_ecs=in_ecs)

    assert plan.holds(after)
    assert plan_of(intent, after).is_empty


@given(intents, accesses)
def test_settlement_holds_before_it_is_applied_only_if_it_is_empty(intent, live):
    plan = plan_of(intent, live)

    assert plan.holds(live) == plan.is_empty


@given(intents, accesses, few_accounts)
def test_plan_without_removing_some_keeps_these_and_removes_the_rest(intent, live, spared):
    plan = plan_of(intent, live)
    rest = plan.without_removing(spared)

    assert rest.remove == {account for account in plan.remove if account not in spared}
    assert rest.kept_for_other_shares == {*plan.kept_for_other_shares, *(plan.remove - rest.remove)}
    assert rest.must_not_have_access == {*plan.must_not_have_access} - spared
    assert rest.add == plan.add
