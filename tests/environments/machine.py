"""A machine on which somebody runs the command, each time in a process of its own and for a limited time."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import click

from tests.support.command_line import image_share_process
from tools.demo import end

LIMIT = 420
"""Seconds that one command may take."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder to work in, and the command."""

    folder: Path

    def run(self, line: str) -> Said:
        """Run `image-share …`, and show it and its time to whoever looks on (`pytest -s`)."""
        begun = time.monotonic()
        click.echo(f"$ image-share {line}")
        process = subprocess.Popen(
            [*image_share_process(), *line.split()],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            output, errors = process.communicate(timeout=LIMIT)
        except BaseException:
            end(process)
            raise
        last = output.strip().rpartition("\n")[2]
        click.echo(f"{last}\n  exit status {process.returncode} after {time.monotonic() - begun:.0f} s")
        return Said(process.returncode, output, errors)
