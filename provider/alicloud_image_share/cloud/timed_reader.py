"""Reads an answer until a moment that is fixed before: each byte could restart a mere timeout."""

from __future__ import annotations

import io
import socket
import threading
import time
from typing import Any


class TimedReader(io.RawIOBase):
    """What arrives at a socket, until the limits of the thread that reads."""

    def __init__(self, limits: threading.local, sock: socket.socket) -> None:
        self._limits = limits
        self._socket = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Tell that there is something to read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what has arrived; raise TimeoutError where the time is up."""
        remaining = self._limits.until - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the time is up before the answer is whole")
        self._socket.settimeout(min(remaining, self._limits.read))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Close what was opened here; the socket belongs to the connection."""
        self._raw.close()
        super().close()
