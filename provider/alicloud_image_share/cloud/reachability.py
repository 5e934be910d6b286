"""Which hosts can't be reached, as all calls of one process have found together."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.errors import Unreachable

BELIEVED_AFTER = 10.0
"""Seconds after which it is believed that a host can't be reached."""
BELIEVED_FOR = 30.0
"""Seconds for which a host that is believed to be out of reach is not tried again."""


@dataclass(frozen=True, slots=True)
class _Miss:
    """A host that could not be reached: since when, when last, and why."""

    since: float
    last: float
    words: str
    reported: bool = False
    """Whether the user has heard of it."""


class Reachability:
    """What calls have found of hosts; safe for several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._misses: dict[str, _Miss] = {}

    def reached(self, host: str) -> None:
        """Note that a host was reached."""
        with self._lock:
            self._misses.pop(host, None)

    def missed(self, host: str, action: str, words: str) -> Unreachable:
        """Note that a host could not be reached; return the error that says so."""
        now = self._clock.now()
        with self._lock:
            known = self._misses.get(host)
            # A miss of long ago says nothing of now.
            miss = known if known and now < known.last + BELIEVED_FOR else _Miss(now, now, words)
            self._misses[host] = replace(miss, last=now, words=words)
        return Unreachable(action, words, until=miss.since + BELIEVED_AFTER)

    def is_first_report(self, host: str) -> bool:
        """Return whether the user has not heard yet that a host is out of reach; the answer is True once."""
        with self._lock:
            miss = self._misses.get(host)
            if not miss or miss.reported:
                return False
            self._misses[host] = replace(miss, reported=True)
            return True

    def refuse(self, host: str, action: str) -> None:
        """Raise Unreachable where a host is believed to be out of reach: no call waits for it again."""
        now = self._clock.now()
        with self._lock:
            miss = self._misses.get(host)
        if miss and miss.last >= miss.since + BELIEVED_AFTER / 2 and now < miss.last + BELIEVED_FOR:
            raise Unreachable(action, miss.words, until=now)
