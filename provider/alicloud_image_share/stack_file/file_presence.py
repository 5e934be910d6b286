"""Whether there is a file to read."""

from __future__ import annotations

from pathlib import Path


def is_there(file: Path) -> bool:
    """Tell whether there is a file, or a link that leads nowhere: whoever reads that one is told so.

    To pass such a link over would take a stack whose shares nobody has read for one that is not there.
    """
    return file.is_file() or (file.is_symlink() and not file.exists())
