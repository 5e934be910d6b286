"""Opens files alone: to read a pipe or a device may last for ever, and no time limit ends it."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path | str) -> BinaryIO:
    """Open a file to read bytes; raise OSError also for a folder, a pipe, a socket and a device."""
    path = Path(path)
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device and not a file", str(path))
    return path.open("rb")
