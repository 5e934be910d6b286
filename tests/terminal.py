"""A terminal with a command in it, and somebody who reads it and types."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence

SILENCE = 120
"""Seconds without a word, or without an end, after which a test fails."""


class Terminal:
    """A command that takes what it is connected to for a terminal."""

    def __init__(self, command: Sequence[str | os.PathLike[str]], environment: Mapping[str, str]) -> None:
        self._here, there = pty.openpty()
        self._process = subprocess.Popen(
            command, stdin=there, stdout=there, stderr=there, env=dict(environment), start_new_session=True
        )
        os.close(there)

    def read(self, until: str | None = None) -> str:
        """Return what it shows until it has shown a text; without one, until it ends."""
        shown = ""
        # An OSError is what Linux says when nobody holds the other end any more.
        with contextlib.suppress(OSError):
            while until is None or until not in shown:
                assert select.select([self._here], [], [], SILENCE)[0], f"silent after: {shown}"
                shown += os.read(self._here, 4096).decode(errors="replace")
        return shown

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._here, f"{line}\n".encode())

    def interrupt(self) -> None:
        """Press Ctrl-C as a person does: again where Python, on its way into readline, has lost the first."""
        for _ in range(5):
            os.killpg(self._process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=10)
                return
        raise AssertionError("it does not end when it is interrupted")

    def status(self) -> int:
        """Return the exit status, once it has ended."""
        return self._process.wait(timeout=SILENCE)
