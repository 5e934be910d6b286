"""Files of ours are written where they are named: a link in a project may lead anywhere."""

from __future__ import annotations

import os
from pathlib import Path

from alicloud_image_share.stack_file.project import ProjectError

_OF_THE_SYSTEM = (Path("/dev"), Path("/proc"))
"""Folders whose links stand for open files, such as /dev/stdout."""


def refuse_link_out(path: Path) -> None:
    """Raise ProjectError where links lead a path out of the working folder, or a file out of its folder."""
    named = Path(os.path.normpath(Path.cwd() / path))
    if any(named.is_relative_to(folder) for folder in _OF_THE_SYSTEM):
        return
    folder = next((each for each in (Path.cwd(), named.parent) if named.is_relative_to(each)), named.parent)
    target = named.resolve()
    if not target.is_relative_to(folder.resolve()):
        raise ProjectError(f"{path} is a link to {target}, and nothing is written there. Remove the link.")


def make_private(folder: Path) -> None:
    """Make a folder that is its owner's alone, its links refused; leave the mode of another owner's folder.

    Raises ProjectError.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        # Not by its name, which could become a link between two calls.
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(descriptor).st_uid == os.getuid():
                os.fchmod(descriptor, 0o700)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ProjectError(
            f"{folder} is a link or no folder, or cannot be used: {error.strerror}. Remove it, or set"
            " PULUMI_BACKEND_URL to where state is to be kept."
        ) from error


def refuse_links_in(folder: Path, depth: int) -> None:
    """Raise ProjectError for a link in a folder or in the folders below it, down to a depth."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_symlink():
            raise ProjectError(
                f"{entry.path} is a link, and state is kept in no other place. Remove the link."
            )
        if depth and entry.is_dir(follow_symlinks=False):
            refuse_links_in(Path(entry.path), depth - 1)


def write_once(path: Path, text: str) -> None:
    """Write a new file, and leave alone whatever has its name."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return
