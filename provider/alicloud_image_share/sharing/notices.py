"""The lines that a review needs, written and parsed in this one place.

A notice is one line: the resource id, a sentence of its kind, which may list accounts, and a marker that
stays when the words change. An account stands as its id, followed by its note as a quoted string where it has
one. Where the accounts are secret the line counts them and shows none; such a line parses to a notice without
accounts. Lines of version 0.1.0 have no marker and are recognised by their words.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass

CONSEQUENCE = "instances made from the image can no longer re-initialise their disks"
_CONSEQUENCE = f"; {CONSEQUENCE}, and what still starts from it fails"


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
    ASKED_AGAIN = "keeps access, for this or another share of this run asks for it: {}"
    LEFT_OUT = "belongs to an account on its list, which is left out: {}"
    COUNTED = "update: {} (secret)"
    DIGEST = "secret accounts change; digest {}"
    APPEARED = "appeared during the run and keeps access: {}"
    EVERYONE = "everyone can use this image"
    SKIPPED = "was not read: {}"
    WAITS = "waits: {}"

    @property
    def lists_accounts(self) -> bool:
        """Whether the sentence is about accounts; else `{}` is free text."""
        return self not in (
            Kind.LEAVES_ECS,
            Kind.EVERYONE,
            Kind.SKIPPED,
            Kind.WAITS,
            Kind.COUNTED,
            Kind.DIGEST,
        )

    @property
    def warns(self) -> bool:
        """Whether the notice is shown as a warning."""
        return self not in _SAID_AS_INFORMATION


_SAID_AS_INFORMATION = (
    *(Kind.ASKED, Kind.ALREADY, Kind.GAINS, Kind.WAITS),
    *(Kind.COUNTED, Kind.DIGEST, Kind.ASKED_AGAIN, Kind.LEFT_OUT),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One such line: about which image, of which kind, with accounts (id, note) or a detail."""

    image: str
    kind: Kind
    accounts: tuple[tuple[str, str], ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        """Return the line."""
        sentence = self.kind.value.format(self._filling())
        return f"{self.image} {sentence} {marker(self.kind.name.lower(), self.image)}"

    def _filling(self) -> str:
        if not self.kind.lists_accounts or not self.accounts:
            return printable(self.detail)
        return ", ".join(f"{account} {quoted(note)}" if note else account for account, note in self.accounts)


def about(
    image: object, kind: Kind, accounts: Iterable[str], notes: Mapping[str, str], *, secret: bool
) -> Notice:
    """Make a notice about accounts, sorted, each with its note; a count instead where they are secret.

    A long note is cut, for a line of thousands of characters hides who stands behind it.
    """
    listed = tuple((account, cut(notes.get(account, ""))) for account in sorted(accounts))
    if secret:
        return Notice(str(image), kind, detail=f"{count(listed)} (secret)")
    return Notice(str(image), kind, listed)


_ACCOUNT = r'\d+\b(?! accounts?\b)(?: "(?:[^"\\]|\\.)*")?'
_ACCOUNTS = re.compile(rf"\b{_ACCOUNT}(?:, {_ACCOUNT})*")
_SECRET = re.compile(r"\d+ accounts? \(secret\)")
_PATTERNS = {
    kind: re.compile(re.escape(kind.value).replace(re.escape("{}"), "(?P<filling>.*)")) for kind in Kind
}
SPARING = (Kind.SPARED, Kind.ASKED_AGAIN)
"""What an operation says of accounts that it has left alone, for the run asks for them."""

_SINCE_MARKERS = (Kind.ASKED_AGAIN, Kind.COUNTED, Kind.LEFT_OUT)
"""Kinds that version 0.1.0 did not have: no line without a marker is one of them."""
_MARKED = re.compile(
    r"(?:(?P<text>.*) )?\[image-shares:(?P<name>\w+) (?P<image>[^\s\]]+)\](?P<end>\.?)", re.DOTALL
)


def parse(line: str) -> Notice | None:
    """Read a line back into the notice that it was made from; None for any other line."""
    text, name, image = split_marker(line)
    if name.upper() in Kind.__members__:
        return _notice(image, Kind[name.upper()], text.removeprefix(f"{image} "))
    image, _, sentence = text.partition(" ")
    words = ((kind, pattern) for kind, pattern in _PATTERNS.items() if kind not in _SINCE_MARKERS)
    kinds = (kind for kind, pattern in words if ":" in image and pattern.fullmatch(sentence))
    return next((_notice(image, kind, sentence) for kind in kinds), None)


def _notice(image: str, kind: Kind, sentence: str) -> Notice:
    accounts = _ACCOUNTS.search(sentence) if kind.lists_accounts else None
    if accounts:
        return Notice(image, kind, tuple(map(_account, re.findall(_ACCOUNT, accounts[0]))))
    words = _PATTERNS[kind].fullmatch(sentence)
    secret = _SECRET.search(sentence) if kind.lists_accounts else None
    if words or secret is None:
        return Notice(image, kind, detail=words.groupdict().get("filling", "") if words else sentence)
    return Notice(image, kind, detail=secret[0])


def marker(name: str, image: str) -> str:
    """Return what ends a line of ours, by which it is recognised: `[image-shares:NAME RESOURCE-ID]`."""
    return f"[image-shares:{name} {image}]"


def split_marker(line: str) -> tuple[str, str, str]:
    """Return a line without its marker, the marker's name and its resource id; both empty without one."""
    match = _MARKED.fullmatch(line.strip())
    return (
        ((match["text"] or "") + match["end"], match["name"], match["image"])
        if match
        else (line.strip(), "", "")
    )


def without_markers(message: str) -> str:
    """Return a message as it is shown to people."""
    return "\n".join(split_marker(line)[0] for line in message.splitlines())


def counted(image: object, gains: int, losses: int) -> Notice:
    """Make a notice on how many secret accounts an update gives access, and takes it from."""
    verbs = ((gains, "gains", "gain"), (losses, "loses", "lose"))
    parts = [f"{number} {verb if number == 1 else verbs}" for number, verb, verbs in verbs if number]
    if parts:
        number, _, verb = parts[0].partition(" ")
        parts[0] = f"{count(range(int(number)))} {verb}"
    return Notice(str(image), Kind.COUNTED, detail=", ".join(parts) or "nobody gains or loses access")


def counts(notice: Notice) -> tuple[int, int] | None:
    """Return how many accounts gain and lose access by a notice that counts them; None where it does not."""
    if not notice.detail:
        return None
    gains, losses = (re.search(rf"(\d+) (?:accounts? )?{verb}", notice.detail) for verb in ("gain", "lose"))
    return int(gains[1]) if gains else 0, int(losses[1]) if losses else 0


def count(things: Sized, noun: str = "account") -> str:
    """Return '1 account' or '12 accounts'."""
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


SHOWN = 60
"""Characters of a note that are shown."""


def cut(text: str, most: int = SHOWN) -> str:
    """Return the beginning of a text that is too long to be shown whole."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


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
    try:
        return account, json.loads(note) if note else ""
    except ValueError:
        # No line of ours: it is shown as it stands.
        return account, note
