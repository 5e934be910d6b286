"""Which signals interrupt a run in an orderly way."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

import pytest

from alicloud_image_share.engine.pulumi_cli import forwarded_to


@dataclass
class Runs:
    interruptions: int = 0

    def interrupt(self) -> None:
        self.interruptions += 1


def no_terminal(_words: str) -> None:
    raise OSError("Input/output error")


def no_handler(_number: int, _frame: object) -> None:
    pytest.fail("the signal came to the handler of before")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_interrupts_the_run_though_the_terminal_is_gone(number: int):
    runs, before = Runs(), signal.signal(number, no_handler)
    try:
        with forwarded_to(runs, no_terminal):
            os.kill(os.getpid(), number)

        assert signal.getsignal(number) is no_handler
    finally:
        signal.signal(number, before)

    assert runs.interruptions == 1


def test_run_under_nohup_is_not_interrupted_by_a_closed_terminal():
    runs, before = Runs(), signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with forwarded_to(runs, no_terminal):
            os.kill(os.getpid(), signal.SIGHUP)

        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

    assert runs.interruptions == 0
