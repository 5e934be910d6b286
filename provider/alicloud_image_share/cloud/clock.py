"""Time as an argument, so that no test waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """A monotonic clock in seconds, and the way to let time pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time
    """Seconds since the epoch: what an expiry date is compared with."""


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
