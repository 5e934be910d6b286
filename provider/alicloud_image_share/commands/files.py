"""Files and standard streams that commands read and write."""

from __future__ import annotations

import sys
from pathlib import Path

from alicloud_image_share.errors import ShareError


class FileError(ShareError):
    """A file cannot be read or written."""


def read(path: Path | str) -> str:
    """Return the text of a file, of the input for `-`; raise FileError."""
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise FileError(f"{path} cannot be read: {error}.") from error


def write(text: str, path: Path | None = None) -> None:
    """Write a file, or the output; raise FileError."""
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error}.") from error
