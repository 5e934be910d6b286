"""Read the rules from configuration; what is malformed becomes a sentence, and nothing raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alicloud_image_share.sharing.accounts import LONGEST_NOTE, Fault, read, show, text_notes
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.rules import Rules
from alicloud_image_share.sharing.strict_json import parse_json

ALLOWED = "image-shares:allowedAccounts"
DENIED = "image-shares:deniedAccounts"
NEVER_LOSE = "image-shares:neverLose"
MAX_REMOVED = "image-shares:maxRemoved"
EXCLUSIVE_ALLOWED = "image-shares:exclusiveAllowed"
ALLOW_REMOVAL = "image-shares:allowRemoval"
MAX_UNTIL = "image-shares:maxUntil"
END_UNATTENDED = "image-shares:endUnattended"
KEYS = (
    *(ALLOWED, DENIED, NEVER_LOSE, MAX_REMOVED, EXCLUSIVE_ALLOWED, ALLOW_REMOVAL),
    *(MAX_UNTIL, END_UNATTENDED),
)
ON_LISTS = frozenset({ALLOWED, DENIED, EXCLUSIVE_ALLOWED, MAX_UNTIL})
"""The rules that a list can break by itself, whoever has access now."""


def read_rules(lookup: Callable[[str], str | None], problems: list[str]) -> Rules:
    """Read the rules; `lookup` gives the text of `image-shares:neverLose` and the like, or None."""
    values = {key: _value(lookup(key)) for key in KEYS}
    lists = {
        key: _accounts(key, values[key], problems)
        for key in (ALLOWED, DENIED, NEVER_LOSE)
        if values[key] is not None
    }
    notes = {account: note for accounts in lists.values() for account, note in accounts.items() if note}
    return Rules(
        allowed=frozenset(lists[ALLOWED]) if ALLOWED in lists else None,
        denied=frozenset(lists.get(DENIED, ())),
        never_lose=frozenset(lists.get(NEVER_LOSE, ())),
        max_removed=_whole_number(MAX_REMOVED, values[MAX_REMOVED], problems),
        exclusive_allowed=_exclusive(EXCLUSIVE_ALLOWED, values[EXCLUSIVE_ALLOWED], problems),
        max_until=_whole_number(MAX_UNTIL, values[MAX_UNTIL], problems),
        end_unattended=_flag(END_UNATTENDED, values[END_UNATTENDED], problems),
        allow_removal=_images(ALLOW_REMOVAL, values[ALLOW_REMOVAL], problems),
        notes=tuple(sorted(notes.items())),
    )


def read_whole_number(key: str, lookup: Callable[[str], str | None], problems: list[str]) -> int | None:
    """Read a whole number from 0 on; None where there is none, or what is configured is none."""
    return _whole_number(key, _value(lookup(key)), problems)


def _value(text: str | None) -> Any:
    """Return a structured value; other text stays text, so that its reader can name it."""
    if text is None:
        return None
    try:
        value = parse_json(text)
    except ValueError:
        return text
    return text if value is None else value


def _accounts(key: str, value: Any, problems: list[str]) -> dict[str, str]:
    """Return account id → note."""
    notes, account_problems = read(value)
    for problem in account_problems:
        value = show(problem.value)
        what = {
            Fault.NO_ACCOUNTS: f"{value} is neither a list of account ids nor a map from an id to a note",
            Fault.NO_ID: f"{value} is not an account id: write 5 to 20 digits in quotes",
            Fault.LONG_NOTE: f"the note of {problem.account} has more than {LONGEST_NOTE} characters",
            Fault.NOTE: f"the note {value} of {problem.account} is not text",
        }.get(problem.fault)
        if what:
            problems.append(f"{key}: {what}.")
    return text_notes(notes)


def _whole_number(key: str, value: Any, problems: list[str]) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        problems.append(f"{key}: {show(value)} is not a whole number from 0 on.")
        return None
    return value


def _flag(key: str, value: Any, problems: list[str]) -> bool | None:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if not isinstance(value, bool | None):
        problems.append(f"{key}: {show(value)} is neither true nor false.")
        return None
    return value


def _exclusive(key: str, value: Any, problems: list[str]) -> bool | frozenset[str]:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if value is None or isinstance(value, bool):
        return value is not False
    if not isinstance(value, list):
        problems.append(f"{key}: {show(value)} is neither true nor false nor a list of resource ids.")
        return frozenset()
    return _images(key, value, problems)


def _images(key: str, value: Any, problems: list[str]) -> frozenset[str]:
    """Return the resource ids of a list."""
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        problems.append(f"{key}: {show(value)} is not a list of resource ids.")
        return frozenset()
    good = [item for item in value if isinstance(item, str) and ImageKey.parse(item)]
    problems.extend(
        f"{key}: {show(item)} is not a resource id such as ecs:cn-hangzhou:m-1 or ens:m-1."
        for item in value
        if item not in good
    )
    return frozenset(good)
