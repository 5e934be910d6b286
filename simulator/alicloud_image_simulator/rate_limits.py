"""Sliding minutes: how often an action may be called."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

SECONDS = 60


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The calls of the last minute, for each account, service and action."""

    _times: defaultdict[tuple[str, ...], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def admit(self, key: tuple[str, ...], limit: int, now: float) -> bool:
        """Admit a call, or not; a call that is turned away does not count."""
        times = self._times[key]
        while times and times[0] <= now - SECONDS:
            times.popleft()
        if len(times) >= limit:
            return False
        times.append(now)
        return True
