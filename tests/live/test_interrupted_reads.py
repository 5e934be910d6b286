"""Ctrl-C ends a command that reads, whatever answer it waits for."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.support.command_line import image_share_process
from tests.support.servers import server

pytestmark = pytest.mark.usefixtures("forked_processes")

ACCOUNT = "1550809237710001"
LONGEST = 4.0
"""Seconds: the command itself ends within two, and the machine may be busy."""


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(60):
        connection.sendall(b" ")
        time.sleep(1)


def say_nothing(_connection: socket.socket) -> None:
    time.sleep(60)


@pytest.mark.parametrize("answer", [drip, say_nothing])
@pytest.mark.parametrize(
    "command", [["who", ACCOUNT], ["audit"], ["export"], ["revoke", ACCOUNT, "--yes"], ["doctor"]], ids=str
)
def test_one_interruption_ends_a_command_that_waits_for_an_answer(
    command: list[str], answer: Callable[[socket.socket], None], cloud: Simulator, tmp_path: Path
):
    asked = threading.Event()

    def handle(connection: socket.socket) -> None:
        asked.set()
        answer(connection)

    with server(handle) as port:
        environment = {
            name: value.replace(cloud.address, f"127.0.0.1:{port}")
            for name, value in {**os.environ, **cloud.environment}.items()
        }
        process = subprocess.Popen(
            [*image_share_process(), *command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asked.wait(60)
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)

    assert time.monotonic() - began < LONGEST
    assert process.returncode == 1
    assert errors.endswith("stopped; nothing was changed\n")
    assert "Traceback" not in errors
