"""The lines that a review needs, written and parsed in this one place.

A notice is one line: the resource id, then a sentence of its kind, which may list accounts. An account stands
as its id, followed by its note as a quoted string where it has one. Where the accounts are secret the line
counts them and shows none; such a line parses to a notice without accounts.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass

_CONSEQUENCE = (
    "; instances made from the image can no longer re-initialise their disks, and what still starts from it"
    " fails"
)


class Kind(enum.Enum):
    """What a notice says; the value is its sentence, `{}` the accounts or the detail."""

    ASKED = "is asked for {}"
    ALREADY = "has access already: {}"
    GAINS = "gains access: {}"
    REMOVES = "up removes {}" + _CONSEQUENCE
    LOSES = "loses access: {}" + _CONSEQUENCE
    LEAVES_ECS = "is no longer shared to the owner's ECS" + _CONSEQUENCE
    ALSO = "also has access: {}; `up --refresh` removes it"
    KEEPS = "keeps access, for this share never owned it: {}"
    SPARED = "keeps access, for another share of this run asks for it: {}"
    APPEARED = "appeared during the run and keeps access: {}"
    EVERYONE = "everyone can use this image"
    SKIPPED = "was not read: {}"
    WAITS = "waits: {}"

    @property
    def lists_accounts(self) -> bool:
        """Whether the sentence is about accounts; else `{}` is free text."""
        return self not in (Kind.LEAVES_ECS, Kind.EVERYONE, Kind.SKIPPED, Kind.WAITS)

    @property
    def warns(self) -> bool:
        """Whether the notice is shown as a warning."""
        return self not in (Kind.ASKED, Kind.ALREADY, Kind.GAINS, Kind.WAITS)


@dataclass(frozen=True, slots=True)
class Notice:
    """One such line: about which image, of which kind, with accounts (id, note) or a detail."""

    image: str
    kind: Kind
    accounts: tuple[tuple[str, str], ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.image} {self.kind.value.format(self._filling())}"

    def _filling(self) -> str:
        if not self.kind.lists_accounts or not self.accounts:
            return printable(self.detail)
        return ", ".join(f"{account} {quoted(note)}" if note else account for account, note in self.accounts)


def about(
    image: object, kind: Kind, accounts: Iterable[str], notes: Mapping[str, str], *, secret: bool
) -> Notice:
    """Make a notice about accounts, sorted, each with its note; a count instead where they are secret."""
    listed = tuple((account, notes.get(account, "")) for account in sorted(accounts))
    if secret:
        return Notice(str(image), kind, detail=f"{count(listed)} (secret)")
    return Notice(str(image), kind, listed)


_ACCOUNT = r'\d+(?: "(?:[^"\\]|\\.)*")?'
_PATTERNS = tuple(
    (kind, re.compile(re.escape(kind.value).replace(re.escape("{}"), "(?P<filling>.*)"))) for kind in Kind
)


def parse(line: str) -> Notice | None:
    """Read a line back into the notice that it was made from; None for any other line."""
    image, _, sentence = line.strip().partition(" ")
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(sentence)
        if match and ":" in image:
            filling = match.groupdict().get("filling", "")
            if kind.lists_accounts and re.fullmatch(rf"{_ACCOUNT}(, {_ACCOUNT})*", filling):
                return Notice(image, kind, tuple(map(_account, re.findall(_ACCOUNT, filling))))
            return Notice(image, kind, detail=filling)
    return None


def count(accounts: Sized) -> str:
    """Return '1 account' or '12 accounts'."""
    return f"{len(accounts)} account{'' if len(accounts) == 1 else 's'}"


def quoted(note: str) -> str:
    """Return a note as one quoted, printable line: what could steer a terminal is escaped."""
    return printable(json.dumps(note, ensure_ascii=False))


def printable(text: str) -> str:
    """Return text in which whatever could steer a terminal, or turn the reading direction, is escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _account(text: str) -> tuple[str, str]:
    account, _, note = text.partition(" ")
    return account, json.loads(note) if note else ""
