"""Pacing: at most so many calls of one action in any minute, over all threads of a process."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

MINUTE = 60.0


class Pace:
    """A sliding window for each (service, action)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def reserve(self, service: str, action: str, per_minute: int, now: float, until: float) -> float | None:
        """Reserve the next free moment for a call; return the seconds until then, None if it is too late."""
        with self._lock:
            calls = self._calls[service, action]
            while len(calls) > per_minute or (calls and calls[0] <= now - MINUTE):
                calls.popleft()
            at = max(now, calls[0] + MINUTE) if len(calls) == per_minute else now
            if at > until:
                return None
            calls.append(at)
            return at - now
