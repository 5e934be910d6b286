"""Files and standard streams that commands read and write."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from alicloud_image_share.engine.own_files import refuse_link_out
from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.printable_text import printable_lines

LARGEST = 2**26
"""Bytes of a file: a preview of some ten thousand resources."""


class FileError(ShareError):
    """A file cannot be read or written."""


class FileTooLargeError(Exception):
    """A file has more than is read."""


def read(path: Path | str) -> str:
    """Return the text of a file, of the input for `-`; raise FileError."""
    try:
        if path != "-":
            with Path(path).open("rb") as opened:
                return _decode(_whole(opened))
        return _decode(_whole(sys.stdin.buffer)) if hasattr(sys.stdin, "buffer") else sys.stdin.read()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    except FileTooLargeError as error:
        raise FileError(f"{path} cannot be read, for it is larger than {LARGEST // 2**20} MB.") from error
    except UnicodeError as error:
        raise FileError(f"{path} cannot be read, for it is not UTF-8 text: {error}.") from error


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
