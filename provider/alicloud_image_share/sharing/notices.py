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

from alicloud_image_share.sharing.access_end import cut_note, ended_note
from alicloud_image_share.sharing.old_sentences import SENTENCES_OF_0_1_0
from alicloud_image_share.sharing.printable_text import printable

CONSEQUENCE = (
    "existing instances can no longer re-initialise their disks from this image, and new ones cannot be"
    " created from it"
)


class Kind(enum.Enum):
    """What a notice says; the value is its sentence.

    `{}` stands for the accounts or the detail, `[has|have]` for the verb of one account and of several.
    """

    ASKED = (
        "the new share requests access for {}; the image was not read, so who has access already is not known"
    )
    ALREADY = "{} [has|have] access already"
    GAINS = "{} [gains|gain] access"
    REMOVES = f"up removes the access of {{}}; {CONSEQUENCE}"
    LOSES = f"{{}} [loses|lose] access; {CONSEQUENCE}"
    LEAVES_ECS = f"the image is no longer shared to the owner's ECS; {CONSEQUENCE}"
    ALSO = "{} [has|have] access but [is|are] not listed; `up --refresh` will remove that access"
    KEEPS = "{} [keeps|keep] access: this share did not grant it"
    SPARED = "{} [keeps|keep] access: another share of this run requests it"
    ASKED_AGAIN = "{} [keeps|keep] access: this share or another share of this run requests it"
    LEFT_OUT = "{} owns the image, so the account is left out of the list"
    ENDED = "{} [is|are] not requested: the access has ended"
    ENDING = "the access of {} ends soon"
    COUNTED = "update: {} (secret)"
    DIGEST = "secret accounts change; digest {}"
    APPEARED = (
        "{} [was|were] given access by someone else during this run and [keeps|keep] it;"
        " the next preview will list [it|them]"
    )
    EVERYONE = "everyone can use this image"
    RESOURCE_SHARE = "the image is also shared {}; no share here manages that"
    SKIPPED = "the image was not read: {}"
    WAITS = "waiting: {}"

    def sentence(self, filling: str, *, several: bool) -> str:
        """Return the sentence about one account or about several."""
        return _FORMS.sub(r"\2" if several else r"\1", self.value).format(filling)

    @property
    def lists_accounts(self) -> bool:
        """Whether the sentence is about accounts; else `{}` is free text."""
        return self not in _WITHOUT_ACCOUNTS

    @property
    def warns(self) -> bool:
        """Whether the notice is shown as a warning."""
        return self not in _SAID_AS_INFORMATION


_FORMS = re.compile(r"\[(\w+)\|(\w+)\]")

_WITHOUT_ACCOUNTS = (
    *(Kind.LEAVES_ECS, Kind.EVERYONE, Kind.RESOURCE_SHARE, Kind.SKIPPED),
    *(Kind.WAITS, Kind.COUNTED, Kind.DIGEST),
)
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
        return printable(f"{self.image}: {self.sentence} {marker(self.kind.name.lower(), self.image)}")

    @property
    def sentence(self) -> str:
        """The line without the image."""
        several = len(self.accounts) > 1 or not (self.accounts or self.detail.startswith("1 "))
        return self.kind.sentence(self._filling(), several=several)

    def _filling(self) -> str:
        if not self.kind.lists_accounts or not self.accounts:
            return printable(self.detail)
        return ", ".join(account_words(*account) for account in self.accounts)


def account_words(account: str, note: str) -> str:
    """Return an account with its note, where it has one."""
    return f"{account} {quoted(note)}" if note else account


def about(
    image: object, kind: Kind, accounts: Iterable[str], notes: Mapping[str, str], *, secret: bool
) -> Notice:
    """Make a notice about accounts, sorted, each with its note; a count instead where they are secret.

    A long note is cut, for a line of thousands of characters hides who stands behind it.
    """
    shown = ((account, cut_note(notes.get(account, ""))) for account in sorted(accounts))
    has_ended = kind is Kind.ENDED
    listed = tuple((account, ended_note(note) if has_ended else note) for account, note in shown)
    if secret:
        return Notice(str(image), kind, detail=f"{count(listed)} (secret)")
    return Notice(str(image), kind, listed)


_ACCOUNT = r'\d+\b(?! accounts?\b)(?: "(?:[^"\\]|\\.)*")?'
_ACCOUNTS = re.compile(rf"\b{_ACCOUNT}(?:, {_ACCOUNT})*")
_SECRET = re.compile(r"\d+ accounts? \(secret\)")


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.escape(sentence).replace(re.escape("{}"), "(?P<filling>.*)"))


_OLD_PATTERNS = {Kind[name]: _pattern(sentence) for name, sentence in SENTENCES_OF_0_1_0.items()}
_PATTERNS = {kind: _pattern(kind.value) for kind in Kind if not kind.lists_accounts}
SPARING = (Kind.SPARED, Kind.ASKED_AGAIN)
"""What an operation says of accounts that it has left alone, for the run asks for them."""

_MARKED = re.compile(
    r"(?:(?P<text>.*) )?\[image-shares:(?P<name>\w+) (?P<image>[^\s\]]+)\](?P<end>\.?)", re.DOTALL
)


def parse(line: str) -> Notice | None:
    """Read a line back into the notice that it was made from; None for any other line."""
    text, name, image = split_marker(line)
    if name.upper() in Kind.__members__:
        sentence = text.removeprefix(image).removeprefix(":").removeprefix(" ")
        return _notice(image, Kind[name.upper()], sentence)
    image, _, sentence = text.partition(" ")
    kinds = (kind for kind, pattern in _OLD_PATTERNS.items() if pattern.fullmatch(sentence))
    if ":" not in image or image.endswith(":"):
        return None
    return next((_notice(image, kind, sentence) for kind in kinds), None)


def _notice(image: str, kind: Kind, sentence: str) -> Notice:
    if not kind.lists_accounts:
        return Notice(image, kind, detail=_detail(kind, sentence))
    accounts, secret = _ACCOUNTS.search(sentence), _SECRET.search(sentence)
    if accounts:
        return Notice(image, kind, tuple(map(_account, re.findall(_ACCOUNT, accounts[0]))))
    return Notice(image, kind, detail=secret[0] if secret else sentence)


def _detail(kind: Kind, sentence: str) -> str:
    """Return what fills the sentence; all of a sentence in words of another version."""
    patterns = (_PATTERNS[kind], _OLD_PATTERNS.get(kind))
    words = next(filter(None, (pattern.fullmatch(sentence) for pattern in patterns if pattern)), None)
    return words.groupdict().get("filling", "") if words else sentence


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


def access_counts(before: int, after: int) -> str:
    """Return how many accounts have access, and how many a change would give it to."""
    return f"{count(range(before))} {'has' if before == 1 else 'have'} access; this would make {after}"


def quoted(note: str) -> str:
    """Return a note as one quoted, printable line: what could steer a terminal is escaped."""
    return printable(json.dumps(note, ensure_ascii=False))


def _account(text: str) -> tuple[str, str]:
    account, _, note = text.partition(" ")
    try:
        return account, json.loads(note) if note else ""
    except ValueError:
        # No line of ours: it is shown as it stands.
        return account, note
