"""What a command prints, up to a size and within a time; nothing of that is written anywhere."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence

LARGEST = 2**16
"""Bytes: a key has less than a kilobyte, and its token a few."""

SAFE_PATH = "PYTHONSAFEPATH"
"""With it Python imports no module of the folder that it is started in; for Python 3.11 and later."""
OUR_SAFE_PATH = "image-share"
"""Our value, so that the one of a user stays: Python takes any value for yes."""


class OutputError(Exception):
    """A command gave no output that is taken; the text says why, and quotes nothing."""


def output_of(command: Sequence[str], seconds: float) -> bytes:
    """Return what a command prints; raise OutputError where it fails, prints too much or takes too long.

    Raises OSError and ValueError where it cannot be started. Only the process that is started here is ended:
    what that has started itself goes on, and is not waited for.
    """
    until = time.monotonic() + seconds
    printed = bytearray()
    process = subprocess.Popen(  # noqa: S603 - the user's own command, as the cloud's command line runs it
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=_environment(),
    )
    reader = threading.Thread(target=_read, args=(process, printed), daemon=True)
    reader.start()
    try:
        reader.join(seconds)
        if len(printed) > LARGEST:
            raise OutputError(f"it printed more than {LARGEST // 2**10} kB")
        if reader.is_alive():
            raise OutputError("TimeoutExpired")
        status = process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired as exc:
        raise OutputError(type(exc).__name__) from None
    finally:
        process.kill()
        process.wait()
        if process.stdout and not reader.is_alive():
            process.stdout.close()
    if status:
        raise OutputError(f"it ended with {status}")
    return bytes(printed)


def _read(process: subprocess.Popen[bytes], printed: bytearray) -> None:
    """Read on until the end, or until there is more than is taken."""
    while process.stdout and len(printed) <= LARGEST and (part := process.stdout.read(LARGEST)):
        printed += part


def _environment() -> dict[str, str]:
    """Return the environment of the user, whose own program may import what lies beside it."""
    return {name: value for name, value in os.environ.items() if (name, value) != (SAFE_PATH, OUR_SAFE_PATH)}
