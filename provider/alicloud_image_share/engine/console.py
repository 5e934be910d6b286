"""The terminal that commands write to, and the lines of reports."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from threading import current_thread, main_thread
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from alicloud_image_share.sharing.printable_text import printable

Line = tuple[str, str]
"""A line of a report, and the style that it has on a terminal; empty where it has none."""
_WIDTH = 80
"""Columns of a terminal that says nothing of its width."""


class _LastingConsole(Console):
    """Says nothing more where whoever read it has gone, as `head` does; the run goes on to its end.

    What cannot be written, as on a full disk, is an error for the main thread alone, at what it prints next:
    the engine's SDK would print the event on which another thread fails.
    """

    _lost: OSError | None = None

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as Rich does."""
        is_main = current_thread() is main_thread()
        try:
            if is_main and self._lost:
                raise self._lost
            super().print(*objects, **options)
        except OSError as error:
            if is_main:
                raise
            self._lost = error

    def on_broken_pipe(self) -> None:
        """Write to nowhere from here on; to exit, as Rich does, would leave the engine without an answer."""
        self.quiet = True
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), self.file.fileno())


def console(*, stderr: bool = False) -> Console:
    """Return the console that lines are printed on as they are; without any style where NO_COLOR says so."""
    return _LastingConsole(
        highlight=False,
        markup=False,
        emoji=False,
        stderr=stderr,
        # Rich prints nothing at all on a terminal of no width, which some CI systems announce.
        width=_WIDTH if os.environ.get("COLUMNS", "1").strip("0") == "" else None,
        color_system=None if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else "auto",
    )


def shows_progress(where: Console) -> bool:
    """Tell whether a line can be written over there: not in a file, nor on a terminal without a cursor."""
    return where.is_terminal and not where.is_dumb_terminal


def lines_of(text: str, style: str) -> list[Line]:
    """Return the lines of a sentence that may have several."""
    return [(line, style) for line in text.split("\n")]


def print_lines(lines: Iterable[Line], where: Console) -> None:
    """Print lines, each in its style, in full and printable; the terminal folds them."""
    for text, style in lines:
        where.print(Text(printable(text), style), soft_wrap=True)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines whose cells stand below each other."""
    # By what a cell takes on a terminal. A table of rich takes a hundred times as long.
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(set_cell_size, row, widths)).rstrip() for row in rows]
