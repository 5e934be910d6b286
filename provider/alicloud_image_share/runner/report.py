"""Show a run: messages and changes as they come, and at the end who can use what."""

from __future__ import annotations

import os
from collections.abc import Iterable

from rich.console import Console
from rich.status import Status
from rich.text import Text

from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.runner.stack_run import StackResult
from alicloud_image_share.runner.wording import Line, access_lines, change_lines, plan_lines, result_line

_STYLES = {
    "+": "green",
    "-": "red",
    "~": "yellow",
    "!": "yellow",
    "warning": "yellow",
    "error": "bold red",
    "title": "bold",
}


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


class Report:
    """Listens to runs and prints them; plain lines where the output is no terminal."""

    def __init__(self, output: Console | None = None) -> None:
        self._console = output or console()
        self._errors = self._console if self._console.is_terminal else console(stderr=True)
        self._status: Status | None = None

    def __enter__(self) -> Report:
        """Show from here on, on a terminal, what is being worked on."""
        if self._console.is_terminal:
            self._status = self._console.status("starting the engine")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop showing it."""
        if self._status:
            self._status.stop()
            self._status = None

    def begun(self, name: str) -> None:
        """Show which share the engine works on."""
        if self._status:
            self._status.update(Text(name))

    def changed(self, change: ShareChange) -> None:
        """Print a change that was carried out; planned ones come sorted, with the result."""
        if not change.planned:
            self._print(change_lines(change))

    def said(self, severity: str, text: str) -> None:
        """Print a message."""
        self._print([(text if severity == "info" else f"{severity}: {text}", severity)])

    def finished(self, result: StackResult) -> None:
        """Print what came of a run."""
        if result.operation.plans:
            self._print(plan_lines(result))
        elif result.access and not result.failure:
            self._print(access_lines(result))
        self._print([result_line(result)])

    def _print(self, lines: Iterable[Line]) -> None:
        for text, style in lines:
            console = self._errors if style == "error" else self._console
            console.print(Text(text, _STYLES.get(style, "")), soft_wrap=True)
