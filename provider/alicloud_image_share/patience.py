"""How the loop waits: it reads again until a write shows, and goes round again until all is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import tenacity

from alicloud_image_share.clock import Clock, Deadline
from alicloud_image_share.model import Access
from alicloud_image_share.request import Tell

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
    ) -> Access:
        """Repeat one round until it is done; give up when the time is up."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda access: not done(access)),
            wait=tenacity.wait_random_exponential(multiplier=0.5, max=20),
            stop=self._stop,
            before_sleep=self._told,
            sleep=self.clock.sleep,
            retry_error_callback=lambda _: give_up(),
        )
        access: Access = retrying(one)
        return access

    def _stop(self, state: tenacity.RetryCallState) -> bool:
        return state.upcoming_sleep >= self.deadline.left

    def _told(self, state: tenacity.RetryCallState) -> None:
        if state.upcoming_sleep > LONG_WAIT:
            words = "the cloud accepted the change and does not show it yet"
            self.tell(f"{words}; it is read again in about {state.upcoming_sleep:.0f} s")
