"""How long and how often something is tried again: waits that grow, carry jitter and end at a deadline.

Each is a generator over attempts, so that a loop is a loop: `for _ in attempts(…)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tenacity

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.request import OnWait
from alicloud_image_share.cloud.service import ServiceSpec
from alicloud_image_share.errors import InconsistentPages, ResponseLost, UnreadableResponse

LOOKS = 4
"""How often a read that does not show a write yet is repeated before the write is."""
MOST_PAGES = 1000
"""How many pages one list may have: those of a service hold up to 100 entries each."""
LONG_WAIT = 5.0
"""Seconds from which on the user hears of a wait."""
GROWING = tenacity.wait_random_exponential(multiplier=0.5, max=20)
"""Seconds between two attempts."""


def attempts(
    deadline: Deadline, tell: OnWait, lost_response: Callable[[], ResponseLost | None] = lambda: None
) -> Iterator[int]:
    """Yield 1, 2, …, with a wait between two; end where the next wait would pass the deadline.

    `lost` gives what came in place of an answer to the last write, and so the wait that the server asked for.
    """

    def wait(state: tenacity.RetryCallState) -> float:
        error = lost_response()
        return max(GROWING(state), (error and error.wait) or 0.0)

    def before_sleep(state: tenacity.RetryCallState) -> None:
        if state.upcoming_sleep > LONG_WAIT:
            why = lost_response() or "the change is accepted but not visible yet"
            tell(f"{why}; trying again in about {state.upcoming_sleep:.0f} s")

    yield from _numbers(deadline, wait, before_sleep=before_sleep)


def looks(deadline: Deadline, most: int = LOOKS, *, seconds_apart: float = 0.0) -> Iterator[int]:
    """Yield 1, 2, … for reads that may not show yet what was written, at most so many."""
    growing = tenacity.wait_exponential(multiplier=0.5, max=10) + tenacity.wait_random(0, 0.5)
    wait = tenacity.wait_fixed(seconds_apart) if seconds_apart else growing
    yield from _numbers(deadline, wait, most)


def consistent_lists(deadline: Deadline) -> Iterator[tenacity.AttemptManager]:
    """Yield attempts at a list, a new one while its pages do not fit together, until the time is up."""
    yield from retrying(deadline, lambda exc: isinstance(exc, InconsistentPages))


def retrying(deadline: Deadline, is_retried: Callable[[BaseException], bool]) -> tenacity.Retrying:
    """Return what calls a function again after such an exception, with growing waits, while there is time."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(is_retried),
        wait=GROWING,
        stop=lambda state: state.upcoming_sleep >= deadline.remaining,
        sleep=deadline.clock.sleep,
        reraise=True,
    )


def page_numbers(deadline: Deadline, api: ServiceSpec, action: str) -> Iterator[int]:
    """Yield 1, 2, … for the pages of one list.

    The first page is read in any case. Raises ResponseLost where the time is up before the next page, and
    UnreadableResponse where the list has more than MOST_PAGES.
    """
    product = api.ram_prefix.upper()
    for number in range(1, MOST_PAGES + 1):
        if number > 1 and not deadline.remaining:
            raise ResponseLost(
                action, f"{product} gave {number - 1} pages without the last one until the time was up"
            )
        yield number
    raise UnreadableResponse(action, f"{product} gave {MOST_PAGES} pages without the last one")


def _numbers(
    deadline: Deadline,
    wait: Callable[[tenacity.RetryCallState], float],
    most: int | None = None,
    before_sleep: Callable[[tenacity.RetryCallState], None] | None = None,
) -> Iterator[int]:
    rounds = tenacity.Retrying(
        retry=tenacity.retry_always,
        wait=wait,
        stop=lambda state: state.attempt_number == most or state.upcoming_sleep >= deadline.remaining,
        before_sleep=before_sleep,
        sleep=deadline.clock.sleep,
        retry_error_callback=lambda _: None,
    )
    for attempt in rounds:
        yield attempt.retry_state.attempt_number
        attempt.retry_state.set_result(None)
