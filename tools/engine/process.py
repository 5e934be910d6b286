"""Run other programs within a time limit, and keep their last words."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class UnavailableError(Exception):
    """A way to an engine that is not open on this machine; the message says why."""


def run(
    command: Sequence[str | Path],
    *,
    seconds: float,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Return what the command printed.

    Raise UnavailableError if it fails, with the last line of its errors; or if it takes longer than
    `seconds`: then it is ended, with everything it has started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the callers name the programs, no user does
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    except OSError as error:
        raise UnavailableError(f"{command[0]} does not run: {error.strerror}") from error
    return _output(process, seconds)


def _output(process: subprocess.Popen[str], seconds: float) -> str:
    with process:
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"not done within {seconds:g} seconds") from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise UnavailableError((errors.strip() or f"exit status {process.returncode}").splitlines()[-1])
    return output.strip()
