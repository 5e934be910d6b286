"""What can be wrong with one field of a share in a stack file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.sharing.access_end import written_end
from alicloud_image_share.sharing.accounts import ACCOUNT_ID, LONGEST_NOTE, AccountProblem, Fault, read
from alicloud_image_share.sharing.model import IMAGE_ID, LONGEST_TIMEOUT, REGION_ID
from alicloud_image_share.sharing.spelling import nearest
from alicloud_image_share.stack_file.account_ends import ENTRY, ReadEnd, entry_problems, list_form, with_ends
from alicloud_image_share.stack_file.packer_manifest import SCHEMA as PACKER_MANIFEST
from alicloud_image_share.stack_file.place import Place, Problem, UnreadFile

LARGEST_EXACT = 2**63 - 1
"""The largest number without quotes that reaches the program with all its digits."""


def account_problems(accounts: Any, place: Place, read_end: ReadEnd = written_end) -> Iterator[Problem]:
    """Find what is wrong with accounts; having none is no problem here.

    `read_end` reads when an access ends; by default in the words of the engine, too.
    """
    if accounts is None:
        return
    for position, entry in enumerate(accounts.values() if isinstance(accounts, Mapping) else ()):
        if isinstance(entry, Mapping):
            yield from entry_problems(entry, _place_of(accounts, position, place), read_end)
    for problem in read(with_ends(accounts))[1]:
        yield _account_problem(problem, _place_of(accounts, problem.position, place))
    for position, account in enumerate(accounts if isinstance(accounts, list) else ()):
        if isinstance(account, int) and account > LARGEST_EXACT:
            yield place.at(position).wrong(
                account, "is too large for a number and loses digits; put the id in quotes"
            )


def _place_of(accounts: Any, position: int, place: Place) -> Place:
    if isinstance(accounts, Mapping) and not place.secret:
        key = list(accounts)[position]
        return place.at(str(key) if isinstance(key, int) and not isinstance(key, bool) else key)
    return place.at(position) if isinstance(accounts, Mapping | list) else place


def _account_problem(problem: AccountProblem, place: Place) -> Problem:
    value = problem.value
    match problem.fault:
        case Fault.NO_ACCOUNTS:
            return place.wrong(value, "is neither a list of account ids nor a map from an id to a note")
        case Fault.NOTE:
            return place.problem(f"the note {place.shown(value)} is not text; put it in quotes")
        case Fault.LONG_NOTE:
            return place.problem(f"the note has more than {LONGEST_NOTE} characters")
        case Fault.END | Fault.TWICE:
            return place.wrong(value, problem.reason or "appears here twice")
    if (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, str):
        return place.wrong(value, "is not an account id: it has 5 to 20 digits and does not begin with 0")
    return place.wrong(value, f"is not an account id; {list_form(value)}")


NOTHING_SAID = ("share_to_ecs",)
"""Fields where null is a value of its own."""


def _service(value: Any, place: Place) -> Iterator[Problem]:
    if value not in services.names():
        meant = nearest(value, services.names()) if isinstance(value, str) else None
        hint = f"; did you mean {meant}?" if meant else ""
        yield place.wrong(value, f"is not one of the services: {', '.join(services.names())}{hint}")


def _text(value: Any, place: Place) -> Iterator[Problem]:
    if not (isinstance(value, str) and value.strip()):
        yield place.wrong(value, "is not text; what looks like a number or a date needs quotes")


def _form(value: Any, place: Place, *, fits: Callable[[str], object], reason: str) -> Iterator[Problem]:
    """Find text of a form that check refuses in a run."""
    problem = next(_text(value, place), None)
    if problem is None and not fits(value):
        problem = place.wrong(value, reason)
    if problem:
        yield problem


_image_id = partial(_form, fits=IMAGE_ID.fullmatch, reason="is not an image id")
_region = partial(_form, fits=REGION_ID.fullmatch, reason="is not a region id")
_role = partial(_form, fits=is_role, reason=NO_ROLE)


def _image(value: Any, place: Place) -> Iterator[Problem]:
    yield from value.problems if isinstance(value, UnreadFile) else _image_id(value, place)


def _images(value: Any, place: Place) -> Iterator[Problem]:
    if isinstance(value, UnreadFile):
        yield from value.problems
        return
    if not (isinstance(value, Mapping) and value):
        yield place.wrong(value, "is not a map from a region to an image id")
        return
    for region, image in value.items():
        yield from (*_region(region, place), *_image_id(image, place.at(region)))


def _regions(value: Any, place: Place) -> Iterator[Problem]:
    if not (isinstance(value, list) and value):
        yield place.wrong(value, "is not a list of regions")
        return
    for position, region in enumerate(value):
        yield from _region(region, place.at(position))
        if region in value[:position]:
            yield place.at(position).wrong(region, "appears here twice")


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
            yield place.at(position).problem(f"the group {name} appears here twice")


def _flag(value: Any, place: Place) -> Iterator[Problem]:
    if not isinstance(value, bool | None):
        yield place.wrong(value, "is neither true nor false")


def _seconds(value: Any, place: Place) -> Iterator[Problem]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and 1 <= value <= LONGEST_TIMEOUT):
        yield place.wrong(value, f"is not a number of seconds from 1 to {LONGEST_TIMEOUT}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a share: what finds its problems, and what its JSON Schema and the documentation say."""

    problems: Callable[[Any, Place], Iterator[Problem]]
    schema: Mapping[str, Any]
    description: str


TEXT = {"type": "string", "pattern": "\\S"}
_IMAGE_ID = {"type": "string", "pattern": f"^{IMAGE_ID.pattern}$"}
_REGION_ID = {"type": "string", "pattern": f"^{REGION_ID.pattern}$"}
_IMAGES = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": _REGION_ID,
    "additionalProperties": _IMAGE_ID,
}
ACCOUNT_IDS = {"type": "string", "pattern": f"^{ACCOUNT_ID.pattern}$"}
ACCOUNTS = {
    "anyOf": [
        {
            "type": "object",
            "propertyNames": ACCOUNT_IDS,
            "additionalProperties": {"anyOf": [{"type": ["string", "null"]}, ENTRY]},
        },
        {"type": "array", "items": {"anyOf": [ACCOUNT_IDS, {"type": "integer", "minimum": 10_000}]}},
    ]
}
_FLAG = {"type": "boolean"}

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "service": Field(
            _service,
            {"enum": list(services.names())},
            "The service that the image belongs to.",
        ),
        "image_id": Field(
            _image,
            {"anyOf": [_IMAGE_ID, PACKER_MANIFEST]},
            "The image, or `{packer: packer-manifest.json}`: the image that Packer has built.",
        ),
        "images": Field(
            _images,
            {"anyOf": [_IMAGES, PACKER_MANIFEST]},
            "In place of `image_id`: a map from a region to an image, one share a region; or"
            " `{packer: packer-manifest.json}`.",
        ),
        "family": Field(_text, TEXT, "In place of `image_id`: share the newest images of this family."),
        "name": Field(
            _text,
            TEXT,
            "In place of `image_id`: share the newest images whose name matches, such as `golden-*`.",
        ),
        "keep": Field(
            _count,
            {"type": "integer", "minimum": 1},
            "With `family` or `name`: how many of the newest images are shared.",
        ),
        "region_id": Field(
            _region, _REGION_ID, "The image's region (default: `alicloud:region`). ENS has none."
        ),
        "regions": Field(
            _regions,
            {"type": "array", "minItems": 1, "uniqueItems": True, "items": _REGION_ID},
            "With `family` or `name`: the regions in which the newest images are shared.",
        ),
        "accounts": Field(
            account_problems,
            ACCOUNTS,
            "The accounts: a map from an id to a note, or `{note: partner, until: 2027-03-31}`, or a list of"
            " ids. Write ids in quotes.",
        ),
        "groups": Field(
            _groups,
            {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
            "Names of groups of `image-shares:groups`, whose accounts are added.",
        ),
        "exclusive": Field(
            _flag,
            _FLAG,
            "true: every account that is not listed loses access (default: false).",
        ),
        "share_to_ecs": Field(
            _flag,
            {"type": ["boolean", "null"]},
            "SWAS only: true or false switches the share to the owner's own ECS on or off.",
        ),
        "role_arn": Field(_role, TEXT, "A RAM role of the image's owner, which is assumed for this share."),
        "timeout": Field(
            _seconds,
            {"type": "number", "minimum": 1, "maximum": LONGEST_TIMEOUT},
            "Seconds that one operation on this share may take (default: 300).",
        ),
    }
)
"""Every field of a share."""
