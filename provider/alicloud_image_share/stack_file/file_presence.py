"""Whether there is a file to read, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from alicloud_image_share.stack_file.place import Place, Problem

EXTENSIONS = (".yaml", ".yml", ".json")
"""What the name of a project file or a stack file ends with."""


def is_there(file: Path) -> bool:
    """Tell whether there is anything of a file's name but a folder: a pipe, a link that leads nowhere.

    To pass one of them over would take a stack whose shares nobody has read for one that is not there.
    """
    return not file.is_dir() and (file.exists() or file.is_symlink())


def known_stacks(names: Iterable[str]) -> str:
    """Return which stacks there are, as the end of a sentence that one is missing."""
    known = ", ".join(names)
    return f"known are {known}" if known else "there is none yet"


def extension_problems(stack_file: Path, project_file: Path) -> Iterator[Problem]:
    """Find a stack file that the engine passes over: its extension is not that of the project file."""
    if is_there(stack_file) and stack_file.suffix != project_file.suffix:
        name = f"{stack_file.stem}{project_file.suffix}"
        reason = f"the engine reads {name}, for the project file is {project_file.name}; rename it to {name}"
        yield Problem(Place(stack_file.name), reason)


def name_of_file(stack: str) -> str:
    """Return the name of a stack as its file has it: without the organization and the project."""
    return stack.rsplit("/", 1)[-1]
