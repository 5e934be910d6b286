"""The terminal that commands write to."""

from __future__ import annotations

import os

from rich.console import Console


class _LastingConsole(Console):
    """Says nothing more where whoever read it has gone, as `head` does; the run goes on to its end."""

    def on_broken_pipe(self) -> None:
        """Write to nowhere from here on; to exit, as Rich does, would leave the engine without an answer."""
        self.quiet = True
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), self.file.fileno())


def console(*, stderr: bool = False) -> Console:
    """Return the console that lines are printed on as they are."""
    return _LastingConsole(highlight=False, markup=False, emoji=False, stderr=stderr)
