"""Ctrl-C, and being told to end: once finishes what is in flight, twice stops at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from alicloud_image_share.runner.pulumi_cli import PulumiCli

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def forwarded_to(cli: PulumiCli, say: Callable[[str], None]) -> Iterator[None]:
    """Let the engine, and not this process, be interrupted while the block runs. Only for the main thread."""

    def forward(_number: int, _frame: FrameType | None) -> None:
        say("finishing what is in flight; interrupt again to stop at once")
        cli.interrupt()

    previous = {number: signal.signal(number, forward) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
