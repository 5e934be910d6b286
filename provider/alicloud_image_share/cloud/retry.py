"""How the loop waits: it reads again until a write shows, and goes round again until all is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.request import Tell
from alicloud_image_share.errors import AnswerLost, ListChanged
from alicloud_image_share.sharing.model import Access

T = TypeVar("T")

LOOKS = 4
"""How often a read that does not show a write yet is repeated before the write is."""
LONG_WAIT = 5.0
"""Seconds from which on a wait is told to the user."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits that grow and carry jitter, until a deadline; long ones are told."""

    clock: Clock
    deadline: Deadline
    tell: Tell

    def look(
        self, read: Callable[[], Access], shows: Callable[[Access], bool], *, looks: int = LOOKS
    ) -> Access:
        """Read until it shows, at most so often; return the last read."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda access: not shows(access)),
            wait=tenacity.wait_exponential(multiplier=0.5, max=10) + tenacity.wait_random(0, 0.5),
            stop=lambda state: state.attempt_number >= looks or self._stop(state),
            sleep=self.clock.sleep,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        access: Access = retrying(read)
        return access

    def rounds(
        self,
        one: Callable[[], Access],
        done: Callable[[Access], bool],
        give_up: Callable[[], Access],
        lost: Callable[[], AnswerLost | None],
    ) -> Access:
        """Repeat one round until it is done; give up when the time is up.

        `lost` gives what came in place of an answer to the last write, and so the wait that it asked for.
        """
        grow = tenacity.wait_random_exponential(multiplier=0.5, max=20)

        def wait(state: tenacity.RetryCallState) -> float:
            error = lost()
            return max(grow(state), (error and error.wait) or 0.0)

        def told(state: tenacity.RetryCallState) -> None:
            if state.upcoming_sleep > LONG_WAIT:
                why = lost() or "the cloud accepted the change and does not show it yet"
                self.tell(f"{why}; it goes on in about {state.upcoming_sleep:.0f} s")

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda access: not done(access)),
            wait=wait,
            stop=self._stop,
            before_sleep=told,
            sleep=self.clock.sleep,
            retry_error_callback=lambda _: give_up(),
        )
        access: Access = retrying(one)
        return access

    def _stop(self, state: tenacity.RetryCallState) -> bool:
        return state.upcoming_sleep >= self.deadline.left


def until_whole(read: Callable[[], T], deadline: Deadline) -> T:
    """Read a list anew while its pages do not fit together, until the time is up."""
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(ListChanged),
        wait=tenacity.wait_random_exponential(multiplier=0.5, max=20),
        stop=lambda state: state.upcoming_sleep >= deadline.left,
        sleep=deadline.clock.sleep,
        reraise=True,
    )
    found: T = retrying(read)
    return found
