"""Accounts as users give them: the form of an id, and of a list or a map of them.

A failure shows the one bad value; where the accounts are secret it shows the position instead.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from alicloud_image_share.sharing.access_end import access_end, canonical_note, end_within, split_note
from alicloud_image_share.sharing.model import UNKNOWN

ACCOUNT_ID = re.compile(r"[1-9][0-9]{4,19}", re.ASCII)
LONGEST_NOTE = 200
"""Characters of a note: it says whose an account is, and is shown up to its 60th."""
_ENDS_NOTHING = "stands within the note, where it ends nothing: write it last, or without the brackets"
_EXACT_FLOAT = 2**53

NO_NOTE = "(no note)"
"""The note that state keeps for an account without one.

The engine's diff shows a text that changes to or from an empty one as an account that went or came.
"""


def plain_note(note: str) -> str:
    """Return a note of state as people write it: empty where there is none."""
    return "" if note == NO_NOTE else note


def plain_notes(notes: Mapping[str, str]) -> dict[str, str]:
    """Return account id → note as people write it."""
    return {account: plain_note(note) for account, note in notes.items()}


def show(value: object) -> str:
    """Show one bad value in a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


class Fault(enum.Enum):
    """What can be wrong in a list or a map of accounts."""

    NO_ACCOUNTS = enum.auto()
    """The value as a whole is neither a list nor a map."""
    NO_ID = enum.auto()
    TWICE = enum.auto()
    NOTE = enum.auto()
    """The note is not text; None is no note."""
    LONG_NOTE = enum.auto()
    END = enum.auto()
    """What stands in the note as the end of the access is none."""


_OF_NOTES = (Fault.NOTE, Fault.LONG_NOTE, Fault.END)


@dataclass(frozen=True, slots=True)
class AccountProblem:
    """One thing that is wrong in a list or a map of accounts."""

    fault: Fault
    value: object
    """The bad value: of all accounts, of an id as it is written, of a note, or of the end in a note."""
    position: int = 0
    """Of the account, counted from 0."""
    account: object = ""
    """The account whose note is wrong, as it is written where that is no id."""
    reason: str = ""
    """Of an end: why it is none, as the end of a sentence."""


def read(value: object) -> tuple[dict[str, Any], list[AccountProblem]]:
    """Return account id → note of what is an account, and what is wrong.

    `value` is a list of ids or a map id → note. A note that is None or NO_NOTE becomes "", the end in a note
    gets its one form, and any other note stays as it is. Ids that are unknown are left out.
    """
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        return {}, [AccountProblem(Fault.NO_ACCOUNTS, value)]
    pairs = value.items() if isinstance(value, Mapping) else ((item, "") for item in value)
    notes: dict[str, Any] = {}
    listed: set[str] = set()
    problems = []
    for position, (item, note) in enumerate(pairs):
        account = _account(item)
        if item is UNKNOWN:
            continue
        if account is None:
            problems.append(AccountProblem(Fault.NO_ID, item, position))
        elif account not in notes:
            notes[account] = "" if note in (None, NO_NOTE) else _with_end_put_right(note)
        if (account or str(item)) in listed:
            problems.append(AccountProblem(Fault.TWICE, item, position))
        listed.add(account or str(item))
        problems.extend(_note_problems(note, position, account or item))
    return notes, problems


def _note_problems(note: object, position: int, account: object) -> Iterator[AccountProblem]:
    if note is None or note is UNKNOWN:
        return
    if not isinstance(note, str):
        yield AccountProblem(Fault.NOTE, note, position, account)
        return
    text, end = split_note(note)
    if len(text) > LONGEST_NOTE:
        yield AccountProblem(Fault.LONG_NOTE, note, position, account)
    if within := end_within(note):
        yield AccountProblem(Fault.END, within, position, account, _ENDS_NOTHING)
    if end is None:
        return
    try:
        access_end(end)
    except ValueError as error:
        yield AccountProblem(Fault.END, end, position, account, str(error))


def _with_end_put_right(note: object) -> object:
    try:
        return canonical_note(note) if isinstance(note, str) else note
    except ValueError:
        return note


def text_notes(notes: Mapping[str, Any]) -> dict[str, str]:
    """Return the accounts with those notes that are text; the others get none."""
    return {account: note if isinstance(note, str) else "" for account, note in notes.items()}


def account_map(accounts: object) -> object:
    """Turn a list or a map of accounts into a map id → note; give back as a list of ids what is no such map.

    Used by the program before the SDK serialises the value, which would lose a None note and the digits of a
    large number. What is wrong stays visible in the returned list, for check to name it.
    """
    if not isinstance(accounts, Iterable) or isinstance(accounts, str | bytes):
        return accounts
    accounts = accounts if isinstance(accounts, Mapping) else list(accounts)
    notes, problems = read(accounts)
    if all(problem.fault in _OF_NOTES for problem in problems):
        return notes
    return [_exact(item) for item in accounts]


def checked_accounts(value: object, secret: bool, failures: list[str], before: Mapping[str, str]) -> object:
    """Return the map id → note, UNKNOWN where an id is unknown; what is wrong is added to `failures`.

    An account without a note gets NO_NOTE, or the empty note that an older version recorded `before`.
    """
    if value is UNKNOWN:
        return UNKNOWN
    # As almost all are: nothing in them is to be put right.
    if isinstance(value, dict) and all(map(_is_account_id, value)) and all(map(_is_note, value.values())):
        return _recordable(plain_notes(value), before)
    notes, problems = read(value)
    failures.extend(f"accounts: {_sentence(problem, secret)}." for problem in problems)
    unknown = isinstance(value, Iterable) and any(item is UNKNOWN for item in value)
    return UNKNOWN if unknown else _recordable(notes, before)


def _recordable(notes: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, Any]:
    recorded_empty = {account for account, note in before.items() if not note}
    return {
        account: note if account in recorded_empty else note or NO_NOTE
        for account, note in sorted(notes.items())
    }


def _sentence(problem: AccountProblem, secret: bool) -> str:
    value = f"number {problem.position + 1}" if secret else show(problem.value)
    match problem.fault:
        case Fault.NO_ACCOUNTS:
            what = "a value that is" if secret else f"{value} is"
            return f"{what} neither a list of account ids nor a map from an id to a note"
        case Fault.NO_ID:
            return f"{value} is not an account id: {_expected(problem.value)}"
        case Fault.TWICE:
            return f"{value} is there twice"
        case Fault.NOTE:
            note, account = ("", value) if secret else (f", {value},", show(problem.account))
            return f"the note{note} of {account} is not text"
        case Fault.LONG_NOTE:
            account = value if secret else show(problem.account)
            return f"the note of {account} has more than {LONGEST_NOTE} characters"
        case Fault.END:
            end, account = ("", value) if secret else (f" {value}", show(problem.account))
            return f"the end{end} of {account} {problem.reason}"


def _is_account_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and ACCOUNT_ID.fullmatch(value) is not None


def _is_note(note: object) -> bool:
    """Tell whether a note is one without a bracket, and so without an end: as state keeps it."""
    return isinstance(note, str) and len(note) <= LONGEST_NOTE and "]" not in note


def _account(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOAT:
        value = int(value)
    value = _exact(value)
    return value if _is_account_id(value) else None


def _exact(value: object) -> object:
    # The wire has floats only; a whole number is text before it gets there, so no digit is lost.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _expected(item: object) -> str:
    if isinstance(item, float):
        return "a number this large loses digits; put the id in quotes"
    if isinstance(item, str) and ("@" in item or re.search("[A-Za-z]", item)):
        return "images are shared with accounts, not with RAM users; the id has 5 to 20 digits"
    return "it has 5 to 20 digits and does not begin with 0"
