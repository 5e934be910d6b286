"""Pacing: never more than so many calls in any minute, and never later than that needs."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.cloud.client import MINUTE, RateLimiter

NEVER = float("inf")

gaps = st.lists(st.floats(0, 90), min_size=1, max_size=60)


def moments(pace, per_minute, asked_at):
    """When the calls that were asked for at these times are made."""
    return [now + pace.acquire_slot("swas", "List", per_minute, now, NEVER) for now in asked_at]


def times(between):
    return [sum(between[: n + 1]) for n in range(len(between))]


@given(gaps, st.integers(1, 12))
def test_pace_in_any_minute_makes_at_most_so_many_calls(between, per_minute):
    made = moments(RateLimiter(), per_minute, times(between))

    assert all(
        later - earlier >= MINUTE - 1e-6 for earlier, later in zip(made, made[per_minute:], strict=False)
    )


@given(gaps, st.integers(1, 12))
def test_pace_makes_a_call_at_the_first_moment_that_is_free(between, per_minute):
    asked = times(between)
    made = moments(RateLimiter(), per_minute, asked)

    for n, (now, at) in enumerate(zip(asked, made, strict=True)):
        free = made[n - per_minute] + MINUTE if n >= per_minute else now
        assert at == pytest.approx(max(now, free))


@pytest.fixture
def eager_threads():
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
@pytest.mark.parametrize("per_minute", [1, 10])
def test_pace_asked_by_four_threads_makes_at_most_so_many_calls_in_any_minute(per_minute):
    pace, together = RateLimiter(), Barrier(4)

    def calls(_):
        together.wait()
        nows = (time.monotonic() for _ in range(500))
        return [now + pace.acquire_slot("swas", "List", per_minute, now, NEVER) for now in nows]

    with ThreadPoolExecutor(4) as threads:
        made = sorted(at for of_one in threads.map(calls, range(4)) for at in of_one)

    minutes = len(made) // per_minute - 1
    assert all(
        later - earlier >= MINUTE - 1e-6 for earlier, later in zip(made, made[per_minute:], strict=False)
    )
    assert made[-1] - made[0] == pytest.approx(minutes * MINUTE, abs=5)


def test_pace_of_ten_calls_a_minute_makes_the_eleventh_wait_for_the_first():
    pace = RateLimiter()

    assert [pace.acquire_slot("swas", "List", 10, 100.0, NEVER) for _ in range(11)] == [0.0] * 10 + [MINUTE]


def test_pace_after_a_minute_is_free_again():
    pace = RateLimiter()
    pace.acquire_slot("swas", "List", 1, 100.0, NEVER)

    assert pace.acquire_slot("swas", "List", 1, 160.0, NEVER) == 0.0


@pytest.mark.parametrize("other", [("swas", "Add"), ("ecs", "List")])
def test_pace_of_one_action_does_not_hold_up_another(other):
    pace = RateLimiter()
    pace.acquire_slot("swas", "List", 1, 100.0, NEVER)

    assert pace.acquire_slot(*other, 1, 100.0, NEVER) == 0.0


def test_pace_with_no_free_moment_in_time_reserves_none():
    pace = RateLimiter()
    pace.acquire_slot("swas", "List", 1, 100.0, NEVER)

    assert pace.acquire_slot("swas", "List", 1, 100.0, 159.0) is None
    assert pace.acquire_slot("swas", "List", 1, 100.0, 160.0) == MINUTE
