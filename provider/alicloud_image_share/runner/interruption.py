"""Ctrl-C, and being told to end: once finishes what is in flight, twice stops at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruptible(Protocol):
    """What finishes what is in flight when it is interrupted once, and stops when it is again."""

    def interrupt(self) -> None:
        """Interrupt it."""


@contextmanager
def forwarded_to(running: Interruptible, say: Callable[[str], None]) -> Iterator[None]:
    """Let the engine, and not this process, be interrupted while the block runs. Only for the main thread."""

    def forward(_number: int, _frame: FrameType | None) -> None:
        say("finishing what is in flight; interrupt again to stop at once")
        running.interrupt()

    previous = {number: signal.signal(number, forward) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
