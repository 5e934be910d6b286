"""What a run is working on, while it runs, on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from alicloud_image_share.sharing.printable_text import printable

SLOW = 5
"""Seconds after which a share is shown with its time."""
_BAR = 20
_ROOM_FOR_BAR = 60
"""Columns below which a terminal gets the numbers alone."""


class RunProgress:
    """Counts the shares of a run; a bar, the numbers and the slowest shares stand in the last line."""

    def __init__(
        self, console: Console, total: int | None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._console, self._total, self._now = console, total, now
        self._started: dict[str, float] = {}
        self._finished: set[str] = set()
        self._spinner = Spinner("dots")
        self._live = Live(console=console, transient=True, get_renderable=self._shown, refresh_per_second=8)

    def start(self) -> None:
        """Show it from here on."""
        self._live.start()

    def stop(self) -> None:
        """Take it away."""
        self._live.stop()

    def share_started(self, name: str) -> None:
        """Count a share as being worked on; after a refresh a share begins again."""
        self._finished.discard(name)
        self._started.setdefault(name, self._now())

    def share_ended(self, name: str) -> None:
        """Count a share as done."""
        self._started.pop(name, None)
        self._finished.add(name)

    def __str__(self) -> str:
        """Return `120 of 200 shares, 76 waiting · golden-3 (14 s), golden-4`, the slowest first."""
        done, names = len(self._finished), tuple(self._started.items())
        if not (done or names):
            return "starting the engine"
        total = self._total if self._total and self._total >= done + len(names) else None
        waiting = (total - done - len(names)) if total else 0
        numbers = f"{done} of {total} shares" if total else f"{done} done"
        numbers += f", {waiting} waiting" if waiting else ""
        at_work = (self._text(name, self._now() - since) for name, since in names)
        return " · ".join(filter(None, (numbers, ", ".join(at_work))))

    def _text(self, name: str, seconds: float) -> str:
        return f"{name} ({seconds:.0f} s)" if seconds >= SLOW else name

    def _shown(self) -> Table:
        bar = ProgressBar(self._total or 1, min(len(self._finished), self._total or 1), width=_BAR)
        at_work = bool(self._started or self._finished)
        with_bar = at_work and self._total is not None and self._console.width >= _ROOM_FOR_BAR
        table = Table.grid(padding=(0, 1))
        table.add_row(
            self._spinner,
            *([bar] if with_bar else []),
            Text(printable(str(self)), overflow="ellipsis", no_wrap=True),
        )
        return table
