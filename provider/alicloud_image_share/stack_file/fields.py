"""What can be wrong with one field of a share in a stack file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.sharing.accounts import AccountProblem, Fault, read
from alicloud_image_share.stack_file.place import Place, Problem

LARGEST_EXACT = 2**63 - 1
"""The largest number without quotes that reaches the program with all its digits."""


def account_problems(accounts: Any, place: Place) -> Iterator[Problem]:
    """Find what is wrong with accounts; having none is no problem here."""
    if accounts is None:
        return
    for problem in read(accounts)[1]:
        yield _account_problem(problem, _place_of(accounts, problem.position, place))
    for position, account in enumerate(accounts if isinstance(accounts, list) else ()):
        if isinstance(account, int) and account > LARGEST_EXACT:
            yield place.at(position).wrong(account, "has lost digits on the way; write the id in quotes")


def _place_of(accounts: Any, position: int, place: Place) -> Place:
    if isinstance(accounts, Mapping) and not place.secret:
        return place.at(str(list(accounts)[position]))
    return place.at(position) if isinstance(accounts, Mapping | list) else place


def _account_problem(problem: AccountProblem, place: Place) -> Problem:
    value = problem.value
    match problem.fault:
        case Fault.NO_ACCOUNTS:
            return place.wrong(value, "is neither a list of account ids nor a map from an id to a note")
        case Fault.NOTE:
            return place.problem(f"the note {place.shown(value)} is not text; put it in quotes")
        case Fault.TWICE:
            return place.wrong(value, "stands here twice")
    if (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, str):
        return place.wrong(value, "is not an account id: it has 5 to 20 digits and does not begin with 0")
    return place.wrong(value, "is not an account id; write the id in quotes")


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
