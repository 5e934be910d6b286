"""The rules that a team sets on sharing, and what breaks them: pure.

Two kinds of rules: on who may be on a list (`allowedAccounts`, `deniedAccounts`, `maxUntil`,
`exclusiveAllowed`), and on who loses access (`neverLose`, `maxRemoved`), from which `allowRemoval`
exempts single images.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from alicloud_image_share.sharing.access_end import cut_note, end_of
from alicloud_image_share.sharing.model import NO_ACCOUNTS
from alicloud_image_share.sharing.notices import count, marker, quoted, split_marker


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one configuration; without any, everything is allowed. Hashable."""

    allowed: frozenset[str] | None = None
    """The only accounts that may be on a list; None allows all."""
    denied: frozenset[str] = NO_ACCOUNTS
    never_lose: frozenset[str] = NO_ACCOUNTS
    max_removed: int | None = None
    """How many accounts one run may take off one image; None sets no limit."""
    exclusive_allowed: bool | frozenset[str] = True
    """Whether shares may be exclusive, or the resource ids of the images where they may."""
    max_until: int | None = None
    """How many days ahead the access of every listed account must end; None sets no limit."""
    end_unattended: bool | None = None
    """Whether a run that nobody reviews may take off access that has ended; None says nothing of it."""
    allow_removal: frozenset[str] = frozenset()
    """Resource ids of images for which the rules on losing access do not hold."""
    notes: tuple[tuple[str, str], ...] = ()
    """What the configuration says of an account: pairs of id and note."""
    outside: bool = False
    """Whether they come from outside of the project: no configuration of it exempts from them."""
    place: str = ""
    """Where `allowRemoval` exempts from them, if that is not the configuration of the stack."""

    @property
    def are_on_lists(self) -> bool:
        """Whether any of them says who may be on a list, or for how long."""
        return self.allowed is not None or bool(self.denied) or self.max_until is not None


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Change:
    """What a run is about to do to one image, as far as rules are concerned."""

    image: str
    """Its resource id."""
    added: frozenset[str] = NO_ACCOUNTS
    """Accounts asked for: the whole list of a share, or only those who gain access."""
    removed: frozenset[str] = NO_ACCOUNTS
    """Accounts that lose access."""
    exclusive: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    """Account id → note; an account whose note is not known is left out."""
    now: datetime | None = None
    """By which time access has ended; None where the rule on ends is held elsewhere."""
    secret: bool = False
    """Whether no account may be shown: those asked for go by their position in order of the ids."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a change breaks."""

    rule: str
    """The key under `image-shares:`."""
    image: str
    accounts: tuple[str, ...]
    """The accounts that break it, sorted; empty where they are secret, or the rule is not about accounts."""
    breach: str
    """What breaks the rule, beginning with the field or the rule."""
    way_out: str

    @property
    def sentence(self) -> str:
        """The breach and the way out, joined by a semicolon."""
        return f"{self.breach}; {self.way_out}."

    @property
    def marker(self) -> str:
        """By which a review recognises the sentence, whatever its words are."""
        return marker(self.rule, self.image)


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that a message says is broken, and the image where it says that, too."""

    rule: str
    image: str = ""


NOT_APPROVED = "approved"
"""Stands in place of a rule where a run would do what nobody has agreed to."""

_IMAGE = r"(?P<image>[^\s;]+)"
_LOSES = rf".* would lose access to {_IMAGE}"
_BROKEN = {
    "neverLose": rf"image-shares:neverLose: {_LOSES}",
    "maxRemoved": rf"image-shares:maxRemoved: {_LOSES} in one run, and at most \d+ may",
    "deniedAccounts": "accounts: .* (?:is|are) denied by image-shares:deniedAccounts"
    rf"(?:; take \w+ off the list of {_IMAGE} and off its groups)?",
    "allowedAccounts": "accounts: .* (?:is|are) not in image-shares:allowedAccounts"
    rf"(?:; take \w+ off the list of {_IMAGE}, or have \w+ allowed there)?",
    "exclusiveAllowed": rf"exclusive: image-shares:exclusiveAllowed does not allow it for {_IMAGE}",
}
_LATER_RULES = ("maxUntil",)
"""Rules that version 0.1.0 did not have."""
_PATTERNS = {rule: re.compile(rf"{words}(?:; .*)?\.") for rule, words in _BROKEN.items()}
"""What each rule said in version 0.1.0 when it was broken: in a sentence, or in one line of a failure."""


def broken_rule(message: str) -> BrokenRule | None:
    """Return the rule that a message says is broken; None for any other message."""
    for line in message.splitlines():
        _, name, image = split_marker(line)
        if name in (*_PATTERNS, *_LATER_RULES, NOT_APPROVED):
            return BrokenRule(name, image)
        for rule, pattern in _PATTERNS.items():
            match = pattern.fullmatch(line.strip())
            if match:
                return BrokenRule(rule, match["image"] or "")
    return None


def violations(rules: Rules, change: Change) -> tuple[Violation, ...]:
    """Return every rule that a change breaks, the worst first."""
    broken = (
        *_losses(rules, change),
        *_listed(rules, change),
        *_without_end(rules, change),
        *_exclusive(rules, change),
    )
    if not rules.outside:
        return broken
    way_out = "leave that as it is, for this rule comes from outside of the project (IMAGE_SHARES_RULES)"
    return tuple(replace(violation, way_out=way_out) for violation in broken)


def every_violation(rules: Iterable[Rules], change: Change) -> tuple[Violation, ...]:
    """Return the violations of several sets of rules, each rule once for the same accounts."""
    broken = (violation for each in rules for violation in violations(each, change))
    return tuple({(each.rule, each.image, each.accounts, each.breach): each for each in broken}.values())


def _losses(rules: Rules, change: Change) -> Iterator[Violation]:
    if change.image in rules.allow_removal:
        return
    removed = change.removed
    exempt = f"name {change.image} in image-shares:allowRemoval{rules.place}"
    protected = removed & rules.never_lose
    if protected:
        breach = f"{_each(rules, change, protected)} would lose access to {change.image}"
        way_out = f"leave access as it is, or {exempt}"
        yield _violation("neverLose", change, protected, f"image-shares:neverLose: {breach}", way_out)
    if rules.max_removed is not None and len(removed) > rules.max_removed:
        named = "" if change.secret else f" ({_each(rules, change, removed)})"
        breach = (
            f"image-shares:maxRemoved: {count(removed)}{named} would lose access to {change.image} in one"
            f" run, and at most {rules.max_removed} may"
        )
        yield _violation("maxRemoved", change, removed, breach, f"take fewer off in one run, or {exempt}")


def _listed(rules: Rules, change: Change) -> Iterator[Violation]:
    denied = change.added & rules.denied
    if denied:
        breach = f"{_listed_ones(rules, change, denied)} denied by image-shares:deniedAccounts"
        way_out = f"take {_them(denied)} off the list of {change.image} and off its groups"
        yield _violation("deniedAccounts", change, denied, breach, way_out)
    others = NO_ACCOUNTS if rules.allowed is None else change.added - rules.allowed - denied
    if others:
        breach = f"{_listed_ones(rules, change, others)} not in image-shares:allowedAccounts"
        them = _them(others)
        way_out = f"take {them} off the list of {change.image}, or have {them} allowed there"
        yield _violation("allowedAccounts", change, others, breach, way_out)


def without_required_end(notes: Mapping[str, str], days: int | None, now: datetime) -> frozenset[str]:
    """Return the accounts, id → note, whose access does not end within so many days; None sets no limit."""
    if days is None:
        return NO_ACCOUNTS
    ends = {account: end_of(note) for account, note in notes.items()}
    return frozenset(account for account, end in ends.items() if end is None or not end.is_within(days, now))


def _without_end(rules: Rules, change: Change) -> Iterator[Violation]:
    days, now = rules.max_until, change.now
    if days is None or now is None:
        return
    known = {account: note for account, note in change.notes.items() if account in change.added}
    too_long = without_required_end(known, days, now)
    if too_long:
        verb = "has" if len(too_long) == 1 else "have"
        breach = (
            f"accounts: {_each(rules, change, too_long)} {verb} no end within {count(range(days), 'day')},"
            " which image-shares:maxUntil requires"
        )
        way_out = f"set until for {_them(too_long)} in the list of {change.image} and in its groups"
        yield _violation("maxUntil", change, too_long, breach, way_out)


def _exclusive(rules: Rules, change: Change) -> Iterator[Violation]:
    allowed = rules.exclusive_allowed
    if not change.exclusive or allowed is True or (allowed and change.image in allowed):
        return
    breach = f"exclusive: image-shares:exclusiveAllowed does not allow it for {change.image}"
    way_out = "leave it out, or have the image named there"
    yield _violation("exclusiveAllowed", change, (), breach, way_out)


def _violation(rule: str, change: Change, accounts: Iterable[str], breach: str, way_out: str) -> Violation:
    shown = () if change.secret else tuple(sorted(accounts))
    return Violation(rule, change.image, shown, breach, way_out)


def _listed_ones(rules: Rules, change: Change, accounts: frozenset[str]) -> str:
    return f"accounts: {_each(rules, change, accounts)} {'is' if len(accounts) == 1 else 'are'}"


def _them(accounts: frozenset[str]) -> str:
    return "it" if len(accounts) == 1 else "them"


def _each(rules: Rules, change: Change, accounts: frozenset[str]) -> str:
    """Name accounts with their notes; secret ones by position where they are asked for, else counted."""
    if not change.secret:
        notes = {**dict(rules.notes), **{account: note for account, note in change.notes.items() if note}}
        return ", ".join(f"{a} {quoted(cut_note(notes[a]))}" if notes.get(a) else a for a in sorted(accounts))
    if not accounts <= change.added:
        return f"{count(accounts)} (secret)"
    positions = [n for n, account in enumerate(sorted(change.added), 1) if account in accounts]
    return f"number {', '.join(map(str, positions))} (in order of the ids)"
