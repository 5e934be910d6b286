"""Whether there is a file to read, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def is_there(file: Path) -> bool:
    """Tell whether there is anything of a file's name but a folder: a pipe, a link that leads nowhere.

    To pass one of them over would take a stack whose shares nobody has read for one that is not there.
    """
    return not file.is_dir() and (file.exists() or file.is_symlink())


def known_stacks(names: Iterable[str]) -> str:
    """Return which stacks there are, as the end of a sentence that one is missing."""
    known = ", ".join(names)
    return f"known are {known}" if known else "there is none yet"
