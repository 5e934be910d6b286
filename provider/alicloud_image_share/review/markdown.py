"""A review as Markdown, made to be a comment of a pull request: never longer than one may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from alicloud_image_share.review.model import (
    Account,
    Accounts,
    ImageReview,
    Review,
    Risk,
    Standing,
)
from alicloud_image_share.review.rows import (
    NEXT_WHEN_INCOMPLETE,
    ROWS,
    Row,
    not_checked,
    remarks,
    verdict,
)
from alicloud_image_share.review.rows import note as shown_note
from alicloud_image_share.sharing.notices import printable

LIMIT = 65_000
"""Characters that a comment may have, with some to spare on every platform."""

_IN_A_CELL = 8
"""Accounts that a cell of the table lists; the list below it has them all."""

_ROWS_SHOWN = 15
"""Rows of the table, and lines of a list, that are shown without being opened."""


def to_markdown(review: Review) -> str:
    """Return the review; its first line is the verdict."""
    budget = _LineBudget(LIMIT - 500)
    budget.add([f"**{words(verdict(review))}**", ""])
    # Whoever gains access is named before anything that may fill the comment.
    budget.add_list(_gaining(review.images), 30_000, "accounts that gain access", blank=True)
    budget.add_list(_incomplete(review), 12_000, "lines")
    budget.add_list([f"- ⚠ {_risk(risk)}" for risk in review.risks], 12_000, "risks", blank=True)
    budget.add_folded("images", _table(review.images), 20_000, head=2)
    budget.add_folded("account by account", _all(review.images), 60_000, head=0)
    budget.add_list([f"not checked: {code(line)}  " for line in not_checked(review)], 60_000, "lines")
    return "\n".join(budget.lines).rstrip() + "\n"


def code(text: str, *, in_table: bool = False) -> str:
    """Return text as code, where nothing is markup, no name is a mention and no address a link."""
    text = printable(text)
    if in_table:
        # A table is cut at its bars before anything else is looked at.
        text = text.replace("|", "\\u007c")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{space}{text}{space}{fence}" if text else ""


def words(text: str) -> str:
    """Return a sentence of our own, in which whatever it quotes is neither markup, mention nor link."""
    escaped = re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", printable(text))
    # An empty comment parts what a platform would take for a name, a number or an address.
    return re.sub(r"[@#!]|:(?=//)|www(?=\.)", lambda found: f"{found[0]}<!-- -->", escaped)


class _LineBudget:
    """Lines that fit into what is left; what does not is counted."""

    def __init__(self, characters: int) -> None:
        self.lines: list[str] = []
        self._left = characters

    def add(self, lines: Iterable[str]) -> None:
        """Add lines that must be there."""
        for line in lines:
            self.lines.append(line)
            self._left -= len(line) + 1

    def add_list(self, lines: Sequence[str], most: int, noun: str, *, blank: bool = False) -> None:
        """Add as many lines as have room, and how many more there are."""
        fitting = self._fitting(lines, most)
        self.add(lines[:fitting])
        if fitting < len(lines):
            self.add([f"- and {len(lines) - fitting} more {noun}"])
        if lines and blank:
            self.add([""])

    def add_folded(self, noun: str, lines: Sequence[str], most: int, *, head: int) -> None:
        """Add lines, behind a summary where they are many; `head` of them are no entries of their own."""
        if len(lines) <= head:
            return
        fitting = max(self._fitting(lines, most), head)
        many = head == 0 or len(lines) - head > _ROWS_SHOWN
        summary = f"{noun} ({len(lines) - head})" if head else noun
        self.add(["<details>", f"<summary>{summary}</summary>", ""] if many else [])
        self.add(lines[:fitting])
        left = len(lines) - fitting
        self.add(["", f"and {left} more; the page and the JSON have them all"] if left else [])
        self.add(["", "</details>", ""] if many else [""])

    def _fitting(self, lines: Sequence[str], most: int) -> int:
        left = min(most, self._left - 200)
        for number, line in enumerate(lines):
            left -= len(line) + 1
            if left < 0:
                return number
        return len(lines)


def _incomplete(review: Review) -> list[str]:
    if review.complete:
        return []
    errors = [f"- error: {code(error)}" for error in review.errors]
    missing = [
        " ".join(filter(None, ["- missing:", code(share.name), code(share.image), code(share.reason)]))
        for share in review.missing
    ]
    return ["### INCOMPLETE", "", NEXT_WHEN_INCOMPLETE, "", *errors, *missing, ""]


def _gaining(images: Sequence[ImageReview]) -> list[str]:
    """Return whoever gains access, or is asked for, an account a line, without notes."""
    places: dict[tuple[Standing, str], list[str]] = {}
    for image in images:
        for standing in (Standing.GAINS, Standing.REQUESTED):
            for account in image.of(standing):
                places.setdefault((standing, account.id), []).append(image.image)
    verbs = {Standing.GAINS: "gains access to", Standing.REQUESTED: "is asked for on"}
    return [
        f"- {_SIGNS[standing]} {code(account)} {verbs[standing]} "
        + (code(names[0]) if len(names) == 1 else f"{len(names)} images")
        for (standing, account), names in sorted(
            places.items(), key=lambda item: (item[0][0].value, item[0][1])
        )
    ]


def _risk(risk: Risk) -> str:
    about = _capped(risk.accounts, ", ")
    return " ".join(filter(None, [code(risk.name), f"{code(risk.image)}:", about, words(risk.text)]))


def _table(images: Sequence[ImageReview]) -> list[str]:
    columns = ["image", "gains", "loses", "keeps", "also has access"]
    drifted = any(image.of(Standing.REMOVED_OUTSIDE, Standing.ADDED_OUTSIDE) for image in images)
    columns += ["drift"] if drifted else []
    head = [f"| {' | '.join(columns)} |", f"| {' | '.join('---' for _ in columns)} |"]
    return [*head, *(_row(image, drifted=drifted) for image in images)]


def _row(image: ImageReview, *, drifted: bool) -> str:
    names = code(", ".join(image.names), in_table=True)
    first = [part for part in (names, code(image.image, in_table=True)) if part]
    first += [code(remark, in_table=True) for remark in remarks(image)]
    keeps = str(len(image.of(Standing.KEEPS, Standing.HAS_ACCESS)) or "")
    gains, loses, also, drift = ([_cell(image, *cell) for cell in column] for column in _COLUMNS)
    cells = [first, gains, loses, [keeps], also, *([drift] if drifted else [])]
    return f"| {' | '.join('<br>'.join(filter(None, cell)) for cell in cells)} |"


_COLUMNS = (
    ((Standing.GAINS, ""), (Standing.REQUESTED, " asked; live state unknown")),
    ((Standing.LOSES, ""), (Standing.LOSES_UNLISTED, " never listed")),
    ((Standing.REMOVED_AT_REFRESH, " `up --refresh` removes it"), (Standing.UNMANAGED, " unmanaged")),
    ((Standing.REMOVED_OUTSIDE, " removed by others"), (Standing.ADDED_OUTSIDE, " added by others")),
)
"""The columns that list accounts: gains, loses, also has access, drift."""

_SIGNS = {row.standing: row.sign for row in ROWS}


def _cell(image: ImageReview, standing: Standing, remark: str) -> str:
    accounts, sign = image.of(standing), _SIGNS[standing]
    shown = [f"{sign} {_account(account, in_table=True)}{remark}" for account in accounts[:_IN_A_CELL]]
    more = len(accounts) - len(shown)
    return "<br>".join([*shown, f"{sign} and {more} more{remark}"] if more else shown)


def _capped(accounts: Accounts, separator: str) -> str:
    shown = [_account(account) for account in accounts[:_IN_A_CELL]]
    more = len(accounts) - len(shown)
    return separator.join([*shown, f"and {more} more"] if more else shown)


def _all(images: Iterable[ImageReview]) -> list[str]:
    lists = [(image, row) for image in images for row in ROWS if row.standing is not Standing.KEEPS]
    return [line for image, row in lists for line in _lines(image, row)]


def _lines(image: ImageReview, row: Row) -> Iterator[str]:
    for account in row.of(image):
        yield f"- {row.sign} {code(image.image)} {_account(account)} {row.words}"


def _account(account: Account, *, in_table: bool = False) -> str:
    note = code(shown_note(account), in_table=in_table)
    word = "group" if len(account.groups) == 1 else "groups"
    names = ", ".join(code(group, in_table=in_table) for group in account.groups)
    return " ".join(filter(None, [code(account.id, in_table=in_table), note, names and f"({word} {names})"]))
