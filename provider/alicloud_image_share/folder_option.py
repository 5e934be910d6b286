"""The option by which every command is told in which project it works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

HELP = "The project's folder, or one below it; by default this one."


def folder_option(words: str = HELP) -> Callable[[F], F]:
    """Return the option `--cwd`, which a command gets as `folder`."""
    return click.option(
        "--cwd",
        "folder",
        default=".",
        metavar="DIR",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help=words,
    )
