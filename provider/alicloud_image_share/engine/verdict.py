"""The line that says what came of a command, handed over to the process that runs it on many stacks.

That process gives each command a file descriptor, and names it in a variable: what is printed is for people,
and its words may change.
"""

from __future__ import annotations

import json
import os
from typing import IO

VARIABLE = "IMAGE_SHARES_VERDICT_DESCRIPTOR"
"""The variable with the number of the descriptor."""


def hand_over(verdict: str) -> None:
    """Give the verdict to the process that waits for it, where there is one; the last verdict counts."""
    descriptor = os.environ.get(VARIABLE, "")
    if descriptor.isdecimal():
        os.write(int(descriptor), json.dumps({"verdict": verdict}).encode() + b"\n")


def read_verdict(file: IO[bytes]) -> str | None:
    """Return the last verdict in a file; None where the command has ended without one."""
    file.seek(0)
    lines = file.read().splitlines()
    return str(json.loads(lines[-1])["verdict"]) if lines else None
