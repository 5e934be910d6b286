"""Files and standard streams that commands read and write."""

from __future__ import annotations

from pathlib import Path

from alicloud_image_share.errors import ShareError


class FileError(ShareError):
    """A file cannot be read or written."""


def read(path: Path) -> str:
    """Return the text of a file; raise FileError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise FileError(f"{path} cannot be read: {error}.") from error


def write(path: Path, text: str) -> None:
    """Write a file; raise FileError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error}.") from error
