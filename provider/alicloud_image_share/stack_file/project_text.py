"""The text of a file that a stack file names: of the project's folder, UTF-8, no larger than it may be."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alicloud_image_share.cloud.regular_file import open_regular
from alicloud_image_share.stack_file.place import Place, UnreadFile

LARGEST = 1_000_000
"""Bytes that such a file may have."""


def project_text(name: Any, folder: Path, formats: Sequence[str], place: Place) -> str | UnreadFile:
    """Return the text of a file, whose name ends in one of `formats`, or why it cannot be used.

    The file belongs to the project: a path that leads out of it could have a review print what it must not
    see. `place` is where the name stands.
    """
    try:
        with open_regular(_file(name, folder, formats)) as opened:
            content = opened.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError(f"has more than {LARGEST:,} bytes")
        return content.decode("utf-8-sig")
    except UnicodeError:
        reason = "is not UTF-8 text"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except ValueError as error:
        reason = str(error)
    return UnreadFile((place.wrong(name, reason),))


def _file(name: Any, folder: Path, formats: Sequence[str]) -> Path:
    if not isinstance(name, str) or Path(name).suffix not in formats:
        raise ValueError(f"is not the name of a file that ends in {' or '.join(formats)}")
    try:
        file = (folder / name).resolve()
    except RuntimeError as error:
        raise OSError(errno.ELOOP, "Too many levels of symbolic links") from error
    if not file.is_relative_to(folder.resolve()):
        raise ValueError("is not a file in the project's folder")
    return file
