"""A clock that does not wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Time:
    """A clock for provider and simulator alike, which goes on only when somebody sleeps."""

    now: float = field(default_factory=time.time)
    on_sleep: Callable[[], object] = lambda: None

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds
        self.on_sleep()
