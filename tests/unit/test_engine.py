"""Whether the engine is still there: asked before every write, over one line."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time

import pytest

from alicloud_image_share.lifecycle.engine_link import Engine


class Listener:
    """An engine's port; it counts who connects, and can hang up on them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.lines: list[socket.socket] = []
        self.engine = Engine(f"127.0.0.1:{self._socket.getsockname()[1]}")
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.lines.append(self._socket.accept()[0])

    def wait_for(self, lines: int) -> None:
        for _ in range(500):
            if len(self.lines) >= lines:
                return
            time.sleep(0.01)
        raise AssertionError(f"{len(self.lines)} lines in place of {lines}")

    def hang_up(self) -> None:
        for line in self.lines:
            line.close()

    def close(self) -> None:
        self._socket.close()
        self.hang_up()


@pytest.fixture
def listener():
    with contextlib.closing(Listener()) as found:
        yield found


def test_engine_that_is_asked_again_is_asked_over_the_same_line(listener):
    listener.engine.stop_unless_alive()
    listener.wait_for(lines=1)

    for _ in range(20):
        listener.engine.stop_unless_alive()

    assert len(listener.lines) == 1


def test_engine_that_greets_is_alive(listener):
    listener.engine.stop_unless_alive()
    listener.wait_for(lines=1)
    listener.lines[0].sendall(b"settings")

    listener.engine.stop_unless_alive()

    assert len(listener.lines) == 1


def test_engine_that_has_hung_up_and_listens_is_alive(listener):
    listener.engine.stop_unless_alive()
    listener.wait_for(lines=1)
    listener.hang_up()

    listener.engine.stop_unless_alive()

    listener.wait_for(lines=2)
    assert len(listener.lines) == 2


ENDING = """
import os, sys, threading, time
from alicloud_image_share.lifecycle.engine_link import Engine

class Heavy:
    def __del__(self, write=os.write):
        write(2, b"taken apart")

def work():
    time.sleep(0.3)
    sys.stdout.write("done")

heavy = Heavy()
Engine(sys.argv[1] or None).leave_at_once()
threading.Thread(target=work).start()
"""


def ended(engine: str) -> tuple[str, str]:
    """Give what a process prints that does not flush, and ends while a thread of it is at work."""
    command = [sys.executable, "-c", ENDING, engine]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return done.stdout, done.stderr


def test_provider_process_that_ends_does_its_work_and_is_not_taken_apart():
    assert ended("127.0.0.1:1") == ("done", "")


def test_process_without_an_engine_ends_as_any_other():
    assert ended("") == ("done", "taken apart")
