"""Time as an argument, so that no test waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_BEYOND_EVERY_DEADLINE = 1e7
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A monotonic clock in seconds, and the way to let time pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time
    """Seconds since the epoch: what an expiry date is compared with."""
    cancelled: Callable[[], bool] = lambda: False
    """Whether the user has asked for an end: then nothing new begins."""


class Cancellation:
    """The end that a user asks for while operations are under way: waits end, and every deadline has passed.

    Whoever takes something back afterwards has time of its own.
    """

    def __init__(self) -> None:
        self._asked_for = threading.Event()
        self._leap = 0.0

    def cancel(self) -> None:
        """End all waits; deadlines that were set before have passed."""
        self._leap = _BEYOND_EVERY_DEADLINE
        self._asked_for.set()

    def clock(self) -> Clock:
        """Return the clock of whoever is to end then."""
        return Clock(lambda: time.monotonic() + self._leap, self._sleep, cancelled=self._asked_for.is_set)

    def _sleep(self, seconds: float) -> None:
        if self._asked_for.is_set():
            time.sleep(seconds)
        else:
            self._asked_for.wait(seconds)


@dataclass(slots=True)
class Deadline:
    """The moment until which an operation may go on."""

    clock: Clock
    at: float
    counts_pacing: bool = True
    """Whether a wait for pacing is part of the time; else the moment moves on by it."""

    @classmethod
    def after(cls, clock: Clock, seconds: float, *, counts_pacing: bool = True) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(clock, clock.now() + seconds, counts_pacing)

    @property
    def remaining(self) -> float:
        """Seconds until the deadline, 0 when it has passed."""
        return max(0.0, self.at - self.clock.now())

    def pause(self, seconds: float) -> None:
        """Move on by a wait for pacing that was just made, where such waits are not part of the time."""
        if not self.counts_pacing:
            self.at += seconds
