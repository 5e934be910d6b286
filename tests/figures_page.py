"""The figures of the last runs in docs/reliability.md: a block for `make test`, one for `make soak`."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from alicloud_image_share import __version__

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"


def record(lines: Sequence[str]) -> None:
    """Put the figures of a run in place of those of the last one like it."""
    run = "make soak" if "STEPS" in os.environ else "make test"
    today = datetime.now(timezone.utc).date().isoformat()
    seed = os.environ.get("SEED", "0")
    title = f"`{run}` of version {__version__} on {today}, seed {seed}:"
    block = "\n".join([_begin(run), "", title, "", *(f"- {line}" for line in lines), "", _END])
    page = PAGE.read_text(encoding="utf-8")
    found, count = re.subn(rf"{re.escape(_begin(run))}.*?{re.escape(_END)}", block, page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{PAGE.name} has no place for the figures of {run}")
    PAGE.write_text(found, encoding="utf-8")


def _begin(run: str) -> str:
    return f"<!-- figures of {run} -->"


_END = "<!-- end of figures -->"
