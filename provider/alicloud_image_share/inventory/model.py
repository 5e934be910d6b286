"""What was read of the cloud, and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from alicloud_image_share.sharing.model import ImageKey, ListedImage
from alicloud_image_share.sharing.notices import printable

EVERYONE = "everyone"
"""What stands in the place of an account where an image is open to more than those listed."""

INVISIBLE = (
    "Shares made by Resource Sharing with a directory or folder are invisible to these APIs and not in here."
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A service in one of its regions; `region` is empty where it knows none."""

    service: str
    region: str = ""

    @property
    def region_id(self) -> str | None:
        """The region as calls name it."""
        return self.region or None

    def __str__(self) -> str:
        """Return it in words, `swas cn-beijing`."""
        return f"{self.service} {self.region}".strip()


@dataclass(frozen=True, slots=True, order=True)
class LiveAccount:
    """An account that can use an image, and since when, in the service's own words; empty where unsaid."""

    id: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class LiveImage:
    """One image of the caller's, and who can use it."""

    key: ImageKey
    owner: str
    name: str = ""
    accounts: tuple[LiveAccount, ...] = ()
    """Sorted by id."""
    everyone: bool = False
    in_ecs: bool | None = None
    listed: ListedImage | None = None
    """The image as it was listed, by which a rotation selects."""

    @property
    def place(self) -> Place:
        """The place where it is."""
        return Place(self.key.service, self.key.region_id or "")

    @property
    def is_shared(self) -> bool:
        """Whether anybody but its owner can use it, or another service of the owner's."""
        return bool(self.accounts or self.everyone or self.in_ecs)

    @property
    def ids(self) -> frozenset[str]:
        """The accounts that can use it by name."""
        return frozenset(account.id for account in self.accounts)


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """Something that could not be read, and why."""

    what: str
    """A place, an image of a place, or a stack."""
    reason: str
    """The code of the refusal, or a sentence where there was none."""

    def __str__(self) -> str:
        """Return it as it stands in a report."""
        return printable(f"{self.what} ({self.reason})")


@dataclass(frozen=True)
class Live:
    """Everything that one account's images showed, at one time."""

    caller: str
    at: str
    places: tuple[Place, ...]
    """What was to be read."""
    images: tuple[LiveImage, ...]
    """All images of those places whose accounts were read, sorted."""
    unread: tuple[Unread, ...] = ()
    absent: tuple[Place, ...] = ()
    """Regions that were asked for, and that the service says it does not have."""
    unread_places: frozenset[Place] = frozenset()
    unread_images: frozenset[ImageKey] = frozenset()
    role_arn: str | None = None
    """The role that has read; None where it was the configured credentials."""

    @cached_property
    def by_key(self) -> dict[ImageKey, LiveImage]:
        """The images by their keys."""
        return {image.key: image for image in self.images}

    def was_read(self, key: ImageKey) -> bool:
        """Tell whether the image would be here if it were there."""
        place = Place(key.service, key.region_id or "")
        read = place in self.places and place not in self.unread_places
        return read and key not in self.unread_images

    def __str__(self) -> str:
        """Return what was read and what was not, in a line."""
        read = [place for place in self.places if place not in self.unread_places]
        services = _count({place.service for place in read}, "service")
        regions = {place.region for place in read if place.region}
        extent = f"{services} \N{MULTIPLICATION SIGN} {_count(regions, 'region')}" if regions else services
        line = f"read {extent} as {self.caller} at {self.at}"
        if self.absent:
            line += f"; not there: {', '.join(map(str, self.absent))}"
        return f"{line}; NOT read: {', '.join(map(str, self.unread))}" if self.unread else line


@dataclass(frozen=True)
class Survey:
    """What was read of each account, and which accounts could not be looked at."""

    reads: tuple[Live, ...]
    unreached: tuple[Unread, ...] = ()

    @property
    def images(self) -> tuple[LiveImage, ...]:
        """The images of all accounts."""
        return tuple(image for live in self.reads for image in live.images)

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.gaps

    @property
    def lines(self) -> tuple[str, ...]:
        """What was read and what was not: a line an account."""
        return (*map(str, self.reads), *(f"NOT read: {one}" for one in self.unreached))

    @property
    def gaps(self) -> tuple[str, ...]:
        """What was not read, each with what was read beside it."""
        return (*(str(live) for live in self.reads if live.unread), *map(str, self.unreached))


def _count(found: set[str], word: str) -> str:
    return f"{len(found)} {word}{'' if len(found) == 1 else 's'}"
