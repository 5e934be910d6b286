"""The command `image-share`, run in the test's process, and a project that it is run in."""

from __future__ import annotations

import gc
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.commands.main import main
from tests.support.stack_files import write_stack_file


def scripts() -> Path:
    """Give where Python and the scripts of the package lie: forked where that is what the engine starts."""
    return Path(os.environ.get("PULUMI_RUNTIME_VIRTUALENV", sys.prefix), "bin")


def image_share_process() -> list[str]:
    """Give what starts the command in a process of its own."""
    return [str(scripts() / "python"), "-m", "alicloud_image_share"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    output: str
    errors: str

    @property
    def document(self) -> Any:
        """The output as JSON."""
        return json.loads(self.output)


@dataclass(frozen=True, slots=True)
class ImageShareCommand:
    """The command line, run in this process."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Said:
        """Run it."""
        self.capture.readouterr()
        status = main([str(argument) for argument in arguments])
        gc.collect()  # an abandoned program is to go here, and not while pytest parses a source
        return Said(status, *self.capture.readouterr())


@dataclass(frozen=True, slots=True)
class StackProject:
    """A project with one stack, dev."""

    folder: Path
    command: ImageShareCommand

    def write(self, shares: Any, groups: Any = None, **settings: Any) -> None:
        """Write the stack file."""
        write_stack_file(self.folder, shares, groups, **settings)

    def run(self, command: str, *options: str) -> Said:
        """Run a command on the stack."""
        return self.command(command, "--stack", "dev", "--cwd", self.folder, *options)
