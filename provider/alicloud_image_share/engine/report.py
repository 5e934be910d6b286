"""Show a run: messages and changes as they come, and at the end a count, or all who have access."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from rich.console import Console

from alicloud_image_share.engine.console import Line, aligned, console, lines_of, print_lines, shows_progress
from alicloud_image_share.engine.result_line import result_line
from alicloud_image_share.engine.run_progress import RunProgress
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.engine.verdict import hand_over
from alicloud_image_share.review.model import OWN_ECS
from alicloud_image_share.review.planned_share import Step
from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.review.state_access import Notes, StateAccess
from alicloud_image_share.sharing.access_end import cut_note
from alicloud_image_share.sharing.notices import quoted

_SIGNS = {Step.CREATE: "+", Step.UPDATE: "~", Step.DELETE: "-", Step.DRIFT: "!"}


ListedBy = Mapping[tuple[str, str], frozenset[str]]
"""(image, account) → the shares that ask for it from then on."""


def change_lines(
    change: ShareChange, listed_by: ListedBy = MappingProxyType({}), *, keeps_ecs: bool = False
) -> Iterator[Line]:
    """Describe a change; whoever a share of the run asks for keeps access, whatever this share does.

    `keeps_ecs` tells that another share asks for the share to the owner's own ECS.
    """
    sign = _SIGNS[change.step]
    fields = f" ({', '.join(change.fields)})" if change.fields else ""
    yield f"{sign} {change.name} {change.image}: {change.step.word(planned=change.planned)}{fields}", sign
    yield from _ecs_lines(change, keeps=keeps_ecs)
    if change.gains is None or change.loses is None or change.renoted is None:
        yield f"    {change.name}: its accounts are secret", sign
        return
    drift = change.step is Step.DRIFT
    removed = "was removed by somebody else" if drift else ""
    for account, note in sorted(change.loses.items()):
        shares = frozenset() if drift else listed_by.get((change.image, account), frozenset())
        whose = "another share requests" if shares - {change.name} else "its replacement requests"
        sign_here, remark = ("=", f"keeps access: {whose} it") if shares else ("-", removed)
        yield from _account_lines(change.name, sign_here, {account: note}, remark)
    yield from _account_lines(change.name, "+", change.gains, "was added by somebody else" if drift else "")
    renoted = {account: note for account, note in change.renoted.items() if note}
    yield from _account_lines(change.name, "~", renoted, "is the new note")
    unnoted = dict.fromkeys(change.renoted.keys() - renoted, "")
    yield from _account_lines(change.name, "~", unnoted, "has no note any more")
    yield from _account_lines(change.name, "!", dict.fromkeys(change.appeared, ""), "also has access")


def _ecs_lines(change: ShareChange, *, keeps: bool) -> Iterator[Line]:
    """Tell of the share to the owner's own ECS what the other lines tell of accounts."""
    if change.in_ecs is None:
        return
    sign, remark = "+" if change.in_ecs else "-", ""
    if change.step is Step.DRIFT:
        remark = "was added by somebody else" if change.in_ecs else "was removed by somebody else"
    elif keeps and not change.in_ecs:
        sign, remark = "=", "keeps access: another share requests it"
    yield from _account_lines(change.name, sign, {f"the {OWN_ECS}": ""}, remark)


def plan_lines(result: StackResult) -> Iterator[Line]:
    """Describe all changes of a plan, those that take access away first."""
    net = result.net_access
    for change in sorted(
        result.changes,
        key=lambda planned: (not planned.loses, planned.name, planned.step.name),
    ):
        yield from change_lines(change, net.listed_by, keeps_ecs=change.image not in net.off_in_ecs)


def access_lines(result: StackResult) -> Iterator[Line]:
    """Tell who can use what, an account a line, aligned."""
    rows = list(dict.fromkeys(row for access in result.access for row in _rows(access, result)))
    yield f"Who has access, {_source(result)}:", "title"
    for row, text in zip(rows, aligned(rows), strict=True):
        yield text, "warning" if not row[2] else ""


def _source(result: StackResult) -> str:
    """Say which images this run has read, and when; state tells of all others, however old it is."""
    when = f" at {result.ended_at:%Y-%m-%d %H:%M} UTC" if result.ended_at else ""
    if result.refreshed:
        return f"as read from the cloud{when}"
    read = {change.name for change in result.changes if _is_read(change)}
    shown = {access.name for access in result.access}
    if not shown & read:
        return "according to state (use --refresh to read it from the cloud)"
    if shown <= read:
        return f"as read from the cloud{when}"
    names = ", ".join(sorted(shown & read))
    others = "according to state for the others (use --refresh to read all)"
    return f"as read from the cloud{when} for {names}, {others}"


def _is_read(change: ShareChange) -> bool:
    """Tell whether carrying out a change has read the image: a note or a time is changed without a call."""
    is_switched = change.step is Step.CREATE or change.in_ecs is not None
    return is_switched or change.loses is None or bool(change.gains or change.loses)


def _account_lines(name: str, sign: str, accounts: Notes, remark: str) -> Iterator[Line]:
    for account, note in sorted(accounts.items()):
        yield " ".join(filter(None, ["   ", name, sign, account, _shown(note), remark])), sign


def _rows(access: StateAccess, result: StackResult) -> Iterator[tuple[str, str, str, str]]:
    if access.image in result.open_to_everyone:
        yield access.image, "everyone", "", "everyone can use this image"
    if access.in_ecs:
        yield access.image, OWN_ECS, access.name, ""
    managed = {account for other in result.access if other.image == access.image for account in other.managed}
    losers = {account for image, account in result.net_access.losses if image == access.image}
    for account in access.foreign:
        if account not in managed | losers:
            yield access.image, account, "", "also has access"
    if access.accounts is None:
        yield access.image, "(secret)", access.name, ""
    for account, note in sorted((access.accounts or {}).items()):
        yield access.image, account, access.name, _shown(note)


def _shown(note: str) -> str:
    return quoted(cut_note(note)) if note else ""


_STYLES = {
    "+": "green",
    "-": "red",
    "~": "yellow",
    "!": "yellow",
    "warning": "yellow",
    "error": "bold red",
    "title": "bold",
}


class Report:
    """Listens to runs and prints them; plain lines where the output is no terminal."""

    def __init__(self, output: Console | None = None, *, verbose: bool = False) -> None:
        self._console = output or console()
        self._errors = self._console if self._console.is_terminal else console(stderr=True)
        self._verbose = verbose
        self._progress: RunProgress | None = None
        self._earlier: set[tuple[str, str]] = set()

    @contextmanager
    def progress(self, total: Callable[[], int | None]) -> Iterator[None]:
        """Show on a terminal what is being worked on, of so many shares."""
        if not shows_progress(self._console):
            yield
            return
        self._progress = RunProgress(self._console, total())
        self._progress.start()
        try:
            yield
        finally:
            self._progress.stop()
            self._progress = None

    def share_started(self, name: str) -> None:
        """Show that the engine works on a share."""
        if self._progress:
            self._progress.share_started(name)

    def share_ended(self, name: str) -> None:
        """Count a share as done."""
        if self._progress:
            self._progress.share_ended(name)

    def share_changed(self, change: ShareChange) -> None:
        """Print a change that was carried out; planned ones come sorted, with the result."""
        if not change.planned:
            self._print(change_lines(change))

    def message(self, severity: str, text: str) -> None:
        """Print a message, once: an up after its preview warns of the same."""
        if (severity, text) in self._earlier and severity != "error":
            return
        self._earlier.add((severity, text))
        self._print(lines_of(text if severity == "info" else f"{severity}: {text}", severity))

    def finished(self, result: StackResult) -> None:
        """Print what came of a run."""
        if result.operation.plans:
            self._print(plan_lines(result))
        elif self._verbose and result.access and not result.failure:
            self._print(access_lines(result))
        line = result_line(result)
        self._print(lines_of(*line))
        hand_over(result.failure or line[0])

    def _print(self, lines: Iterable[Line]) -> None:
        for text, style in lines:
            console = self._errors if style == "error" else self._console
            print_lines([(text, _STYLES.get(style, ""))], console)
