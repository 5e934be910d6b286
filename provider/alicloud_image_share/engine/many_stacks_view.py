"""Several stacks on one screen while they run, what each has said when it ends, and one summary."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from rich.live import Live
from rich.table import Table
from rich.text import Text

from alicloud_image_share.engine.console import console, lines_of, print_lines, shows_progress
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.many_stacks import StackRunResult
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import printable

OLD = timedelta(days=1)
"""Age from which on the summary says how old a stack's state is."""

_WORDS: dict[int | None, str] = {
    ExitStatus.NOTHING: "done",
    ExitStatus.DIFFERENT: "differs",
    ExitStatus.BROKEN: "RULE BROKEN",
    None: "not started",
}
_STYLES: dict[int | None, str] = {ExitStatus.NOTHING: "green", ExitStatus.DIFFERENT: "yellow", None: "dim"}


class ManyStacksView:
    """Watches stacks; a table of those that run where the output is a terminal."""

    def __init__(self, stacks: Sequence[str], *, documents: bool = False) -> None:
        self._console, self._errors = console(), console(stderr=True)
        self._documents = documents
        self._last = dict.fromkeys(stacks, "waiting")
        self._lock = threading.Lock()
        self._live = Live(console=self._console, transient=True, get_renderable=self._table)

    def __enter__(self) -> ManyStacksView:
        """Show from here on who does what."""
        if shows_progress(self._console):
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop showing it."""
        self._live.stop()

    def stack_started(self, stack: str) -> None:
        """Show that the run of a stack started."""
        self.stack_message(stack, "started")

    def stack_message(self, stack: str, line: str) -> None:
        """Show the last line of a stack."""
        with self._lock:
            self._last[stack] = line

    def stack_ended(self, result: StackRunResult) -> None:
        """Print what a stack has said, as one block."""
        with self._lock:
            self._last.pop(result.stack, None)
        print_lines([(f"== {result.stack}", "bold")], self._errors if self._documents else self._console)
        if not self._documents:
            print_lines(((line, "") for line in result.output), self._console)
        style = "red" if result.status == ExitStatus.FAILED else ""
        print_lines(((line, style) for line in result.errors), self._errors)

    def print_documents(self, results: Iterable[StackRunResult]) -> None:
        """Print the documents of all stacks in the order of their names, and nothing else beside them."""
        for result in results:
            print_lines(((line, "") for line in result.output), self._console)

    def note(self, words: str) -> None:
        """Print a sentence."""
        print_lines(lines_of(words, ""), self._errors)

    def summarise(self, results: Sequence[StackRunResult], ages: Mapping[str, timedelta]) -> None:
        """Print a line a stack, the worst first."""
        print_lines([(f"{count(results, 'stack')}:", "bold")], self._errors)
        width = max(len(result.stack) for result in results)
        for result in sorted(results, key=_order):
            word = _WORDS.get(result.status, "FAILED")
            age = ages.get(result.stack, timedelta())
            old = f"  (state is {age.days} days old: --refresh reads the images)" if age >= OLD else ""
            line = f"{result.stack.ljust(width)}  {word:11}  {result.verdict}{old}".rstrip()
            print_lines([(line, _STYLES.get(result.status, "bold red"))], self._errors)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        with self._lock:
            for stack, line in self._last.items():
                table.add_row(
                    Text(printable(stack), "bold"), Text(printable(line), overflow="ellipsis", no_wrap=True)
                )
        return table


def _order(result: StackRunResult) -> tuple[int, str]:
    """Sort what failed before what differs, and that before what is done."""
    ranks: dict[int | None, int] = {ExitStatus.DIFFERENT: 1, ExitStatus.NOTHING: 2, None: 2}
    return ranks.get(result.status, 0), result.stack
