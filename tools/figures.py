"""The figures of a run on a page: a block between two comments, which the next run like it writes anew."""

from __future__ import annotations

import re
from pathlib import Path

_END = "<!-- end of figures -->"


def put_figures(page: Path, run: str, block: str) -> None:
    """Put a run's figures in place of those of the last one; raise ValueError where there is no place."""
    begin = f"<!-- figures of {run} -->"
    text, count = re.subn(
        rf"{re.escape(begin)}.*?{re.escape(_END)}",
        lambda _: f"{begin}\n\n{block}\n\n{_END}",
        page.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if count != 1:
        raise ValueError(f"{page.name} has no place for the figures of {run}")
    page.write_text(text, encoding="utf-8")
