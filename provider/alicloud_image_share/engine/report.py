"""Show a run: messages and changes as they come, and at the end who can use what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from rich.console import Console
from rich.status import Status
from rich.text import Text

from alicloud_image_share.engine.console import Line, aligned, console, print_lines
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.review.model import Standing
from alicloud_image_share.review.share_change import ShareChange, Step
from alicloud_image_share.review.state_access import Notes, StateAccess
from alicloud_image_share.sharing.notices import cut, quoted

_SIGNS = {Step.CREATE: "+", Step.UPDATE: "~", Step.DELETE: "-", Step.DRIFT: "!"}


ListedBy = Mapping[tuple[str, str], frozenset[str]]
"""(image, account) → the shares that ask for it from then on."""


def change_lines(change: ShareChange, listed_by: ListedBy = MappingProxyType({})) -> Iterator[Line]:
    """Describe a change; whoever a share of the run asks for keeps access, whatever this share does."""
    sign = _SIGNS[change.step]
    fields = f" ({', '.join(change.fields)})" if change.fields else ""
    yield f"{sign} {change.name} {change.image}: {change.step.word(planned=change.planned)}{fields}", sign
    if change.gains is None or change.loses is None or change.renoted is None:
        yield f"    {change.name}: its accounts are secret", sign
        return
    drift = change.step is Step.DRIFT
    removed = "was removed by somebody else" if drift else ""
    for account, note in sorted(change.loses.items()):
        shares = frozenset() if drift else listed_by.get((change.image, account), frozenset())
        whose = "another share asks" if shares - {change.name} else "its replacement asks"
        sign_here, remark = ("=", f"keeps access: {whose} for it") if shares else ("-", removed)
        yield from _account_lines(change.name, sign_here, {account: note}, remark)
    yield from _account_lines(change.name, "+", change.gains, "was added by somebody else" if drift else "")
    renoted = {account: note for account, note in change.renoted.items() if note}
    yield from _account_lines(change.name, "~", renoted, "is its new note")
    unnoted = dict.fromkeys(change.renoted.keys() - renoted, "")
    yield from _account_lines(change.name, "~", unnoted, "has no note any more")
    yield from _account_lines(change.name, "!", dict.fromkeys(change.appeared, ""), "also has access")


def plan_lines(result: StackResult) -> Iterator[Line]:
    """Describe all changes of a plan, those that take access away first."""
    listed_by = result.net_access.listed_by
    for change in sorted(
        result.changes,
        key=lambda planned: (not planned.loses, planned.name, planned.step.name),
    ):
        yield from change_lines(change, listed_by)


def access_lines(result: StackResult) -> Iterator[Line]:
    """Tell who can use what, an account a line, aligned."""
    rows = list(dict.fromkeys(row for access in result.access for row in _rows(access, result)))
    yield f"who can use what, {_source(result)}:", "title"
    for row, text in zip(rows, aligned(rows), strict=True):
        yield text, "warning" if not row[2] else ""


def _source(result: StackResult) -> str:
    """Say which images this run has read, and when; state tells of all others, however old it is."""
    when = f" at {result.ended_at:%Y-%m-%d %H:%M} UTC" if result.ended_at else ""
    if result.refreshed:
        return f"as the images were read{when}"
    read = {change.name for change in result.changes if change.loses is None or change.gains or change.loses}
    shown = {access.name for access in result.access}
    if not shown & read:
        return "as state has it; a refresh reads the images"
    if shown <= read:
        return f"as the images were read{when}"
    names = ", ".join(sorted(shown & read))
    return f"as read{when} for {names}, and as state has it for the others; a refresh reads all images"


def result_line(result: StackResult) -> Line:
    """Sum a run up in one line; a failed one by why it failed."""
    if result.failure:
        return result.failure, "error"
    steps = Counter(change.step for change in result.changes)
    words = [f"{steps[step]} {step.word(planned=result.operation.plans)}" for step in Step if steps[step]]
    shares = "shares: " + ", ".join([*words, f"{result.unchanged} unchanged"])
    counts = [_access_counts(result)] if result.changes else []
    return " · ".join([*counts, shares, f"stack {result.stack}"]), "title"


def _access_counts(result: StackResult) -> str:
    net, secret = result.net_access, result.net_access.secret
    requested = len(net.requested) + secret[Standing.REQUESTED]
    gains, losses = len(net.gains) + secret[Standing.GAINS], len(net.losses) + secret[Standing.LOSES]
    if not result.operation.plans and requested:
        # A create that is done has given access to everybody that it lists.
        gained = f"{_counted(gains + requested, 'gain', 'gains')} ({requested} may have had access already)"
    else:
        requested_text = f"{requested} asked for, " if requested else ""
        gained = f"{requested_text}{_counted(gains, 'gain', 'gains')}"
    return f"{gained}, {_counted(losses, 'loss', 'losses')} of access"


def _counted(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"


def _account_lines(name: str, sign: str, accounts: Notes, remark: str) -> Iterator[Line]:
    for account, note in sorted(accounts.items()):
        yield " ".join(filter(None, ["   ", name, sign, account, _shown(note), remark])), sign


def _rows(access: StateAccess, result: StackResult) -> Iterator[tuple[str, str, str, str]]:
    if access.image in result.open_to_everyone:
        yield access.image, "everyone", "", "everyone can use this image"
    if access.in_ecs:
        yield access.image, "owner's own ECS", access.name, ""
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
    return quoted(cut(note)) if note else ""


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

    def share_started(self, name: str) -> None:
        """Show which share the engine works on."""
        if self._status:
            self._status.update(Text(name))

    def share_changed(self, change: ShareChange) -> None:
        """Print a change that was carried out; planned ones come sorted, with the result."""
        if not change.planned:
            self._print(change_lines(change))

    def message(self, severity: str, text: str) -> None:
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
            print_lines([(text, _STYLES.get(style, ""))], console)
