"""The values that flow through the provider: frozen, comparable, without I/O."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """How many accounts one batch may add and remove, and how many an image may have."""

    add: int
    remove: int
    accounts_per_image: int | None
    probes: int | None = None
    """How many calls may be spent on finding the account at fault; None leaves it to what a search takes."""
    together: bool = True
    """Whether one call both adds and removes."""


_RESOURCE_ID = re.compile(r"([a-z]+):(?:([a-z0-9-]+):)?([A-Za-z0-9._-]+)", re.ASCII)

IMAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
REGION_ID = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+", re.ASCII)
LONGEST_TIMEOUT = 86_400
"""Seconds that an operation may take at most."""

NO_ACCOUNTS: frozenset[str] = frozenset()

NO_NOTES: Mapping[str, str] = MappingProxyType({})
"""Account id → note, of nobody."""


class Unknown(enum.Enum):
    """What stands for a value that a preview does not know yet."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True, order=True)
class ImageKey:
    """One image of one service; `region_id` is None where the service knows no regions (ENS)."""

    service: str
    region_id: str | None
    image_id: str

    def __str__(self) -> str:
        """Return the id that the resource has in state: `ecs:cn-hangzhou:m-…`, `ens:m-…`."""
        return ":".join(part for part in (self.service, self.region_id, self.image_id) if part)

    @classmethod
    def parse(cls, text: str) -> ImageKey | None:
        """Return the image that a resource id names; None for any other text."""
        match = _RESOURCE_ID.fullmatch(text)
        return cls(*match.groups()) if match else None


@dataclass(frozen=True, slots=True)
class Image:
    """What a service says of an image: whose it is, and why it could not be shared further."""

    owner_id: str | None = None
    """None where the API names no owner; those APIs list the caller's own images only."""
    own: bool | None = True
    """Whether the image is the caller's own, which alone can be shared; None where `owner_id` tells."""
    unshareable_because: str | None = None
    """Why adding an account would be refused, in words; None when nothing is known to stand against it."""
    pending: bool = False
    """Whether `unshareable_because` is a status that leads to an available image by itself."""
    everyone: bool = False
    in_ecs: bool | None = None
    """Whether the image is shared to the owner's ECS; None where the service knows no such thing."""


@dataclass(frozen=True, slots=True)
class ListedImage:
    """An image as a listing shows it."""

    image_id: str
    image: Image
    name: str = ""
    family: str = ""
    """Empty where the image has none, or the service knows no families."""
    created: str = ""
    """When it was made, in the service's own words; empty where it does not say."""
    shared: bool | None = None
    """Whether it is shared with any account; None where the service doesn't say, or not reliably."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who can use an image, as the last read showed it."""

    accounts: frozenset[str]
    everyone: bool = False
    """The image is open to more than the listed accounts (ECS: public or shared with a group)."""
    in_ecs: bool | None = None
    """Whether the image is shared to the owner's ECS (SWAS); None where that was not read."""
    since: Mapping[str, str] = field(default_factory=dict, compare=False)
    """When an account was given access, in the service's own words, where it says so."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Accounts to add and to remove together, within what the service takes in one go."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    share_to_ecs: bool | None = None
    """Share the image to the owner's ECS, or stop that; None leaves it alone."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one ImageShare asks for, checked and complete."""

    image: ImageKey
    accounts: Mapping[str, str]
    """Account id → note."""
    exclusive: bool = False
    share_to_ecs: bool | None = None
    role_arn: str | None = None
    timeout: float = 300
    accounts_secret: bool = False
    retain_on_delete: bool = False
    """Whether the engine leaves access as it is when the share goes: the option of that name."""

    @property
    def account_ids(self) -> frozenset[str]:
        """The ids of the accounts that the share asks for."""
        return frozenset(self.accounts)

    @property
    def inputs(self) -> dict[str, Any]:
        """Every input by its name, the defaults too."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "image"}
        return {**asdict(self.image), **values, "accounts": dict(sorted(self.accounts.items()))}

    def calls_after(self, old: Share) -> bool:
        """Tell whether an update from another share of the image calls the cloud by what is listed.

        It does not for notes, a time limit, or an account that state owned and nobody asks for.
        """
        switched = self.share_to_ecs not in (None, old.share_to_ecs)
        return switched or (self.exclusive, self.account_ids, self.role_arn) != (
            old.exclusive,
            old.account_ids,
            old.role_arn,
        )


DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {field.name: field.default for field in fields(Share) if field.default is not MISSING}
)
"""Inputs that are not stored while they have this value, so that a default can change later."""

FIELDS = (*(field.name for field in fields(ImageKey)), "accounts", *DEFAULTS)
"""Every input of an ImageShare."""

OUTPUTS = ("owned_accounts", "foreign_accounts", "owner_id")
"""What an operation finds out, besides every input."""


@dataclass(frozen=True, slots=True)
class ShareState:
    """What state holds of one ImageShare: its inputs, and what the last operation found out."""

    share: Share
    owned: Mapping[str, str] = field(default_factory=dict)
    """Account id → note as asked at the last create or update; a refresh never changes it."""
    foreign: tuple[str, ...] = ()
    owner_id: str | None = None

    @property
    def all_named(self) -> frozenset[str]:
        """The accounts that a delete removes: those that are owned and, of an exclusive share, listed."""
        return frozenset(self.owned) | (self.share.account_ids if self.share.exclusive else NO_ACCOUNTS)
