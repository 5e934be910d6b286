"""Ctrl-C: once finishes and records what is in flight, however long it waits; twice ends all at once."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.crash.stack import MODIFY, Stack, ended, left_running, live, until, up_until_throttled, writes

pytestmark = pytest.mark.engine

ASKED = ["1550000000000000", "1550000000000001"]


def interrupt(process: subprocess.Popen[str], number: int = signal.SIGINT) -> None:
    """Press Ctrl-C, or close the terminal, which sends that to the whole group."""
    os.killpg(process.pid, number)


def until_said(process: subprocess.Popen[str], words: bytes) -> bool:
    """Wait until a command has said something; return whether it has."""
    said = bytearray()

    def is_there() -> bool:
        said.extend(os.read(process.stdout.fileno(), 4096))
        return words in said

    return until(is_there)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_once_the_operation_waits_to_its_end_and_is_recorded(
    stack: Stack, cloud: Simulator, number: int
):
    stack.ask(ASKED)
    process = up_until_throttled(stack, cloud, seconds=3)

    interrupt(process, number)
    status, output = ended(process)

    assert status == 1
    assert "operations in progress were finished and recorded in state" in output
    assert live(cloud) == set(ASKED)
    assert stack.stored()["owned_accounts"].keys() == set(ASKED)


def test_run_whose_reader_has_gone_continues_to_its_end(stack: Stack, cloud: Simulator):
    stack.ask(ASKED)
    process = up_until_throttled(stack, cloud, seconds=6)

    process.stdout.close()
    status = process.wait(timeout=60)

    assert status == 0
    assert live(cloud) == set(ASKED)
    assert stack.stored()["owned_accounts"].keys() == set(ASKED)


def test_interrupted_twice_everything_ends_at_once(stack: Stack, cloud: Simulator, tmp_path: Path):
    stack.ask(ASKED)
    process = up_until_throttled(stack, cloud, seconds=200)

    interrupt(process)
    assert until_said(process, b"finishing")
    interrupt(process)
    status, _ = ended(process)

    assert status == 1
    assert until(lambda: not left_running(tmp_path), seconds=20), left_running(tmp_path)
    assert live(cloud) == set()


def test_interrupted_twice_no_further_write_begins(stack: Stack, cloud: Simulator, tmp_path: Path):
    stack.ask([f"155{number:013d}" for number in range(100)])
    cloud.put_faults([{"kind": "delay", "action": MODIFY, "every": 1, "delay_ms": 700}])
    process = stack.start("up", "--yes")
    assert until(lambda: writes(cloud)), "it wrote nothing"

    interrupt(process)
    assert until_said(process, b"finishing")
    interrupt(process)
    begun = len(writes(cloud))
    ended(process)
    assert until(lambda: not left_running(tmp_path), seconds=20), left_running(tmp_path)

    # One may be on its way, and one more in the moment that the engine takes to pass the word on.
    assert len(writes(cloud)) <= begun + 2
    assert len(writes(cloud)) < 10
