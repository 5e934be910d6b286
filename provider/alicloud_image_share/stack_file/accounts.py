"""What can be wrong with a map or a list of accounts in a stack file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from alicloud_image_share.accounts import ACCOUNT_ID
from alicloud_image_share.stack_file.place import Place, Problem

LARGEST_EXACT = 2**63 - 1
"""The largest number without quotes that reaches the program with all its digits."""


def account_problems(accounts: Any, place: Place) -> Iterator[Problem]:
    """Find what is wrong with accounts; having none is no problem here."""
    if isinstance(accounts, Mapping):
        yield from _map(accounts, place)
    elif isinstance(accounts, list):
        yield from _list(accounts, place)
    elif accounts is not None:
        yield place.wrong(accounts, "is neither a list of account ids nor a map from an id to a note")


def _map(accounts: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    for position, (account, note) in enumerate(accounts.items()):
        at = place.at(position if place.secret else account)
        yield from _id(account, at)
        if not isinstance(note, str | None):
            yield at.problem(f"the note {at.shown(note)} is not text; put it in quotes")


def _list(accounts: list[Any], place: Place) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, account in enumerate(accounts):
        yield from _id(account, place.at(position))
        if str(account) in seen:
            yield place.at(position).wrong(account, "stands here twice")
        seen.add(str(account))


def _id(account: Any, place: Place) -> Iterator[Problem]:
    if isinstance(account, bool) or not isinstance(account, str | int):
        yield place.wrong(account, "is not an account id; write the id in quotes")
    elif isinstance(account, int) and account > LARGEST_EXACT:
        yield place.wrong(account, "has lost digits on the way; write the id in quotes")
    elif not ACCOUNT_ID.fullmatch(str(account)):
        yield place.wrong(account, "is not an account id: it has 5 to 20 digits and does not begin with 0")
