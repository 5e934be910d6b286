"""What can be wrong with one field of a share in a stack file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.sharing.accounts import ACCOUNT_ID
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


NOTHING_SAID = ("share_to_ecs",)
"""Fields where null is a value of its own."""


def _service(value: Any, place: Place) -> Iterator[Problem]:
    if value not in services.names():
        yield place.wrong(value, f"is not one of the services: {', '.join(services.names())}")


def _text(value: Any, place: Place) -> Iterator[Problem]:
    if not (isinstance(value, str) and value.strip()):
        yield place.wrong(value, "is not text; what looks like a number or a date needs quotes")


def _images(value: Any, place: Place) -> Iterator[Problem]:
    if not (isinstance(value, Mapping) and value):
        yield place.wrong(value, "is not a map from a region to an image id")
        return
    for region, image in value.items():
        yield from _text(image, place.at(region))


def _regions(value: Any, place: Place) -> Iterator[Problem]:
    if not (isinstance(value, list) and value):
        yield place.wrong(value, "is not a list of regions")
        return
    for position, region in enumerate(value):
        yield from _text(region, place.at(position))
        if region in value[:position]:
            yield place.at(position).wrong(region, "stands here twice")


def _count(value: Any, place: Place) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        yield place.wrong(value, "is not a number of images, 1 or more")


def _groups(value: Any, place: Place) -> Iterator[Problem]:
    if not (isinstance(value, list) and value):
        yield place.wrong(value, "is not a list of groups")
        return
    for position, name in enumerate(value):
        if not isinstance(name, str):
            yield place.at(position).wrong(name, "is not the name of a group")
        elif name in value[:position]:
            yield place.at(position).problem(f"the group {name} stands here twice")


def _flag(value: Any, place: Place) -> Iterator[Problem]:
    if not isinstance(value, bool | None):
        yield place.wrong(value, "is neither true nor false")


def _seconds(value: Any, place: Place) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        yield place.wrong(value, "is not a number of seconds")


FIELDS: Mapping[str, Callable[[Any, Place], Iterator[Problem]]] = MappingProxyType(
    {
        "service": _service,
        "image_id": _text,
        "images": _images,
        "family": _text,
        "name": _text,
        "keep": _count,
        "region_id": _text,
        "regions": _regions,
        "accounts": account_problems,
        "groups": _groups,
        "exclusive": _flag,
        "share_to_ecs": _flag,
        "role_arn": _text,
        "timeout": _seconds,
    }
)
"""Every field of a share, with what finds its problems."""
