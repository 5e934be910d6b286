"""The figures of the last runs in docs/reliability.md: a block for `make test`, one for `make soak`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from alicloud_image_share import __version__
from tools.figures import put_figures

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"


def record(lines: Sequence[str]) -> None:
    """Put the figures of a run in place of those of the last one like it."""
    run = "make soak" if "STEPS" in os.environ else "make test"
    today = datetime.now(timezone.utc).date().isoformat()
    seed = os.environ.get("SEED", "0")
    title = f"`{run}` of version {__version__} on {today}, seed {seed}:"
    put_figures(PAGE, run, "\n".join([title, "", *(f"- {line}" for line in lines)]))
