"""Files and standard streams that commands read and write."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from alicloud_image_share.engine.own_files import refuse_link_out
from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.printable_text import printable_lines

LARGEST = 2**26
"""Bytes of a file: a preview of some ten thousand resources."""


class FileError(ShareError):
    """A file cannot be read or written."""


class FileTooLargeError(Exception):
    """A file has more than is read."""


Parsed = TypeVar("Parsed")


def read(path: Path | str) -> str:
    """Return the text of a file, of the input for `-`; raise FileError."""
    try:
        return _decode(_content(path))
    except UnicodeError as error:
        raise _not_utf_8(path, error) from error


def read_output(path: Path | str, parse: Callable[[str], Parsed]) -> Parsed:
    """Return what `parse` makes of the output of a tool, `-` for the input; raise FileError, or as it does.

    Other tools may have printed lines in another encoding before or after it. Their bytes reach `parse` as
    half characters, which it refuses within what it reads.
    """
    content = _content(path)
    try:
        return parse(_decode(content))
    except UnicodeError as error:
        undecodable = error
    try:
        return parse(content.decode("utf-8", "surrogateescape"))
    except ShareError as error:
        if isinstance(error.__cause__, UnicodeError):
            raise _not_utf_8(path, undecodable) from error
        raise


def _not_utf_8(path: Path | str, error: UnicodeError) -> FileError:
    return FileError(f"{path} cannot be read, for it is not UTF-8 text: {error}.")


def _content(path: Path | str) -> bytes:
    try:
        if path != "-":
            with Path(path).open("rb") as opened:
                return _whole(opened)
        if sys.stdin is None:
            raise FileError("The input cannot be read, for it is closed.")
        return _whole(sys.stdin.buffer) if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    except FileTooLargeError as error:
        raise FileError(f"{path} cannot be read, for it is larger than {LARGEST // 2**20} MB.") from error


def _whole(opened: BinaryIO) -> bytes:
    content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileTooLargeError
    return content


def _decode(content: bytes) -> str:
    """Return the text of a file; some shells redirect output as UTF-16, with a mark or without."""
    return content.decode(json.detect_encoding(content))


def _owners_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write(text: str, path: Path | None = None) -> None:
    """Write a document into a file or to the output, as UTF-8 unless that is a terminal; raise FileError.

    A new file is its owner's alone, and a link leads into no other folder.
    """
    text = printable_lines(text)
    if path is None:
        if not sys.stdout.isatty() and (reconfigure := getattr(sys.stdout, "reconfigure", None)):
            # Whoever reads a document there takes it for UTF-8, whatever a terminal would show.
            reconfigure(encoding="utf-8")
        sys.stdout.write(text)
        return
    refuse_link_out(path)
    try:
        with open(path, "w", encoding="utf-8", opener=_owners_alone) as opened:
            opened.write(text)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.") from error
