"""Accounts as users give them: the form of an id, and of a list or a map of them.

A failure shows the one bad value; where the accounts are secret it shows the position instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from alicloud_image_share.sharing.model import UNKNOWN

ACCOUNT_ID = re.compile(r"[1-9][0-9]{4,19}", re.ASCII)
_EXACT_FLOAT = 2**53


def show(value: object) -> str:
    """Show one bad value in a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def account_map(accounts: object) -> object:
    """Turn a list or a map of accounts into a map id → note; give back as a list of ids what is no such map.

    Used by the program before the SDK serialises the value, which would lose a None note and the digits of a
    large number. What is wrong stays visible in the returned list, for check to name it.
    """
    if isinstance(accounts, Mapping):
        pairs = [(_exact(key), "" if note is None else note) for key, note in accounts.items()]
    elif isinstance(accounts, Iterable) and not isinstance(accounts, str | bytes):
        pairs = [(_exact(item), "") for item in accounts]
    else:
        return accounts
    ids = [key for key, _ in pairs]
    if all(map(_is_account_id, ids)) and len(set(ids)) == len(ids):
        return dict(pairs)
    return ids


def known_accounts(accounts: object) -> dict[str, str]:
    """Return id → note of the well-formed accounts in a list that may not be wholly known yet."""
    notes = accounts if isinstance(accounts, Mapping) else {}
    ids = accounts if isinstance(accounts, list | tuple | Mapping) else ()
    pairs = ((_account(item), notes.get(item, "")) for item in ids)
    return {account: note if isinstance(note, str) else "" for account, note in pairs if account}


def checked_accounts(value: object, secret: bool, failures: list[str]) -> object:
    """Return the map id → note, UNKNOWN where an id is unknown; what is wrong is added to `failures`."""
    if value is UNKNOWN:
        return UNKNOWN
    # As almost all are: nothing in them is to be put right.
    if isinstance(value, dict) and all(map(_is_account_id, value)) and all(map(_is_text, value.values())):
        return dict(sorted(value.items()))
    if isinstance(value, Mapping):
        notes = {str(key): "" if note is None else note for key, note in value.items()}
        ids: Sequence[object] = list(value)
    elif isinstance(value, list | tuple):
        notes, ids = {}, list(value)
    else:
        what = "a value that is" if secret else f"{show(value)} is"
        failures.append(f"accounts: {what} neither a list of account ids nor a map from an id to a note.")
        return {}
    found: dict[str, Any] = {}
    for position, item in enumerate(ids, 1):
        if item is UNKNOWN:
            continue
        account = _account(item)
        if account is not None and account not in found:
            note = found[account] = notes.get(str(item), "")
            is_wrong = note is not UNKNOWN and not isinstance(note, str)
            wrong = _bad_note(note, position, account, secret=secret) if is_wrong else None
        elif account is None:
            wrong = f"{_shown(position, item, secret)} is not an account id: {_expected(item)}"
        else:
            wrong = f"{_shown(position, item, secret)} is there twice"
        if wrong:
            failures.append(f"accounts: {wrong}.")
    return UNKNOWN if any(item is UNKNOWN for item in ids) else dict(sorted(found.items()))


def _is_account_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and ACCOUNT_ID.fullmatch(value) is not None


def _is_text(note: object) -> bool:
    return isinstance(note, str)


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
        return "a number of this size has lost digits, write it as text"
    if isinstance(item, str) and ("@" in item or re.search("[A-Za-z]", item)):
        return "images are shared with accounts, not with RAM users; the id has 5 to 20 digits"
    return "it has 5 to 20 digits and does not begin with 0"


def _shown(position: int, item: object, secret: bool) -> str:
    return f"number {position}" if secret else show(item)


def _bad_note(note: object, position: int, account: str, *, secret: bool) -> str:
    what = "" if secret else f", {show(note)},"
    return f"the note{what} of {_shown(position, account, secret)} is not text"
