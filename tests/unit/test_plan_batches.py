"""The laws of batches, for any accounts, limits and quotas."""

from dataclasses import replace
from itertools import product
from math import ceil

from hypothesis import assume, given
from hypothesis import strategies as st

from alicloud_image_share.sharing.model import Batch, Limits
from alicloud_image_share.sharing.plan import batches

ECS = Limits(add=10, remove=10, accounts_per_image=50)


def accounts(first, number):
    return frozenset(str(10_000 + n) for n in range(first, first + number))


some_accounts = st.frozensets(st.integers(10_000, 10_040).map(str), max_size=40)


@st.composite
def changes(draw):
    """What is live, what is added, what is removed, and limits under which the result is allowed."""
    live, add, remove = draw(some_accounts), draw(some_accounts), draw(some_accounts)
    remove -= add
    after = len((live | add) - remove)
    quota = draw(st.none() | st.integers(min_value=max(1, after), max_value=60))
    return live, add, remove, Limits(draw(st.integers(1, 12)), draw(st.integers(1, 12)), quota)


def accounts_on_the_way(live, planned):
    """The accounts that an image has after each batch, the first being what it starts with."""
    states = [live]
    for batch in planned:
        states.append((states[-1] | set(batch.add)) - set(batch.remove))
    return states


@given(changes())
def test_batches_applied_in_order_give_what_was_asked(change):
    live, add, remove, limits = change
    planned = list(batches(live, add, remove, limits))

    assert accounts_on_the_way(live, planned)[-1] == (live | add) - remove


@given(changes())
def test_batches_are_never_empty_or_above_the_limits_of_a_call(change):
    live, add, remove, limits = change

    for batch in batches(live, add, remove, limits):
        assert batch != Batch()
        assert len(batch.add) <= limits.add
        assert len(batch.remove) <= limits.remove


@given(changes())
def test_batches_add_nobody_who_has_access_and_remove_nobody_who_has_none(change):
    live, add, remove, limits = change
    planned = list(batches(live, add, remove, limits))

    for before, batch in zip(accounts_on_the_way(live, planned), planned, strict=False):
        assert not before & set(batch.add)
        assert set(batch.remove) <= before


@given(changes())
def test_batches_on_the_way_stay_within_the_quota_even_if_a_call_adds_before_it_removes(change):
    live, add, remove, limits = change
    planned = list(batches(live, add, remove, limits))
    quota = limits.accounts_per_image
    assume(quota is not None)

    for before, batch in zip(accounts_on_the_way(live, planned), planned, strict=False):
        assert not batch.add or len(before) + len(batch.add) <= quota
        assert len(before) <= max(quota, len(live))


@given(changes())
def test_batches_with_room_in_the_quota_are_as_few_as_the_limits_allow(change):
    live, add, remove, limits = change
    limits = Limits(limits.add, limits.remove, None)
    planned = list(batches(live, add, remove, limits))

    fewest = max(ceil(len(add - live) / limits.add), ceil(len(remove & live) / limits.remove))
    assert len(planned) == fewest


@given(changes())
def test_batches_of_a_service_that_takes_one_kind_in_a_call_add_or_remove(change):
    live, add, remove, limits = change
    planned = list(batches(live, add, remove, replace(limits, together=False)))

    assert all(bool(batch.add) != bool(batch.remove) for batch in planned)
    assert accounts_on_the_way(live, planned)[-1] == (live | add) - remove


@given(changes())
def test_batches_put_additions_off_only_where_the_quota_leaves_no_room(change):
    live, add, remove, limits = change
    planned = list(batches(live, add, remove, limits))
    missing = len(add - live)

    for before, batch in zip(accounts_on_the_way(live, planned), planned, strict=False):
        room = missing if limits.accounts_per_image is None else limits.accounts_per_image - len(before)
        assert len(batch.add) == min(missing, limits.add, max(0, room))
        missing -= len(batch.add)


def fewest_by_search(live, add, remove, limits):
    """Count the batches of the shortest sequence that obeys limits and quota, by trying every one."""
    reached, steps = {(add, remove)}, 0
    while (0, 0) not in reached:
        steps += 1
        reached |= {
            (adding - a, removing - r)
            for adding, removing in reached
            for a, r in product(range(limits.add + 1), range(limits.remove + 1))
            if a <= adding and r <= removing
            if a == 0 or live + (add - adding) - (remove - removing) + a <= limits.accounts_per_image
        }
    return steps


@given(
    st.integers(0, 8), st.integers(0, 6), st.integers(0, 8), st.integers(1, 4), st.integers(1, 4), st.data()
)
def test_batches_within_a_narrow_quota_are_the_fewest_there_can_be(live, add, remove, adds, removes, data):
    remove = min(remove, live)
    quota = data.draw(st.integers(max(1, live + add - remove), 16))
    limits = Limits(adds, removes, quota)
    present = accounts(0, live)
    planned = list(batches(present, accounts(100, add), accounts(0, remove), limits))

    assert len(planned) == fewest_by_search(live, add, remove, limits)


@given(changes())
def test_batches_planned_again_after_applying_them_are_none(change):
    live, add, remove, limits = change
    after = (live | add) - remove

    assert list(batches(after, add, remove, limits)) == []


def test_batches_twelve_in_and_twelve_out_are_two():
    planned = list(batches(accounts(0, 20), accounts(100, 12), accounts(0, 12), ECS))

    assert [(len(batch.add), len(batch.remove)) for batch in planned] == [(10, 10), (2, 2)]


def test_batches_of_a_swap_on_a_full_image_remove_first():
    planned = list(batches(accounts(0, 50), accounts(100, 1), accounts(0, 1), ECS))

    assert planned == [Batch(remove=("10000",)), Batch(add=("10100",))]


def test_batches_of_a_swap_with_one_free_place_fill_it_at_once():
    planned = list(batches(accounts(0, 49), accounts(100, 12), accounts(0, 12), ECS))

    assert [(len(batch.add), len(batch.remove)) for batch in planned] == [(1, 10), (10, 2), (1, 0)]


def test_batches_on_an_image_above_its_quota_remove_without_adding():
    planned = list(batches(accounts(0, 55), frozenset(), accounts(0, 3), ECS))

    assert planned == [Batch(remove=("10000", "10001", "10002"))]


def test_batches_beyond_the_quota_are_left_to_the_cloud_to_refuse():
    planned = list(batches(accounts(0, 50), accounts(100, 2), frozenset(), ECS))

    assert planned == [Batch(add=("10100", "10101"))]
