"""Which images of a rotation are shared: the newest of those that match and can be shared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase

from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.model import ListedImage

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?\s?(?:Z|([+-])(\d\d):?(\d\d))?", re.ASCII
)
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


class UnclearOrder(ShareError):  # noqa: N818 - a sentence about the list, like its siblings
    """Which image is the newest cannot be told; nothing may be decided."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the images of a rotation have in common: a family, or names that match a pattern."""

    family: str | None = None
    name: str | None = None

    def matches(self, listed: ListedImage) -> bool:
        """Tell whether an image belongs to it; a pattern tells upper from lower case."""
        if self.family is not None:
            return listed.family == self.family
        return self.name is not None and fnmatchcase(listed.name, self.name)

    def __str__(self) -> str:
        """Return it in words, `of family golden-web`."""
        return f"of family {self.family}" if self.family is not None else f"with a name like {self.name}"


@dataclass(frozen=True, slots=True)
class NewestImages:
    """The images that are shared, newest first, and those that would be if nothing stood against it."""

    images: tuple[ListedImage, ...] = ()
    skipped: tuple[ListedImage, ...] = ()


def newest_shareable(listed: Iterable[ListedImage], selection: Selection, keep: int) -> NewestImages:
    """Return the newest `keep` images of a whole list; raise UnclearOrder where a time cannot be read.

    An image whose time the service does not say counts as older than all others; among equals the id decides.
    """
    matching = [image for image in listed if selection.matches(image)]
    images: list[ListedImage] = []
    passed_over: list[ListedImage] = []
    for image in sorted(matching, key=lambda image: (_made(image), image.image_id), reverse=True):
        if len(images) == keep:
            break
        (passed_over if image.image.unshareable_because else images).append(image)
    return NewestImages(tuple(images), tuple(passed_over))


def _made(listed: ListedImage) -> datetime:
    """Return when an image was made; services differ in how they write it."""
    if not listed.created:
        return _NEVER
    match = _TIME.fullmatch(listed.created)
    try:
        moment = _time(*match.groups()) if match else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        words = f"the creation time {listed.created[:60]!r} of {listed.image_id} cannot be read"
        raise UnclearOrder(words)
    return moment


def _time(day: str, minutes: str, seconds: str | None, *zone: str | None) -> datetime:
    sign, hours, rest = zone
    moment = datetime.fromisoformat(f"{day}T{minutes}:{seconds or '00'}+00:00")
    east = timedelta(hours=int(hours or 0), minutes=int(rest or 0))
    return moment + east if sign == "-" else moment - east
