"""Which images an account can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alicloud_image_share.inventory.declared import Declared, Managed
from alicloud_image_share.inventory.model import EVERYONE, LiveImage, Survey, Unread
from alicloud_image_share.sharing.model import ImageKey


@dataclass(frozen=True, slots=True)
class Use:
    """One image that an account can use."""

    account: str
    image: LiveImage
    since: str
    managed: Managed
    by_name: bool
    """Whether the image is shared with the account itself, and not only open to everyone."""

    @property
    def key(self) -> ImageKey:
        """The image."""
        return self.image.key

    @property
    def through(self) -> str:
        """What gives the access: the account's own share, or everyone's."""
        return self.account if self.by_name else EVERYONE


@dataclass(frozen=True, slots=True)
class Uses:
    """Every image that some accounts can use, and what was read to find out."""

    accounts: tuple[str, ...]
    uses: tuple[Use, ...]
    survey: Survey
    unread: tuple[Unread, ...] = ()
    """Stacks that could not be read, so that what they manage seems to be managed by nobody."""

    @property
    def named(self) -> tuple[LiveImage, ...]:
        """The images that are shared with one of the accounts itself."""
        return tuple({use.key: use.image for use in self.uses if use.by_name}.values())

    @property
    def status(self) -> int:
        """The exit status: 1 where something was not read, else 2 for some and 0 for none."""
        if not self.survey.complete:
            return 1
        return 2 if self.uses else 0

    @property
    def verdict(self) -> str:
        """The answer in a line; it never says none where something was not read."""
        who = ", ".join(self.accounts)
        images = len({use.key for use in self.uses})
        if images:
            least = "" if self.survey.complete else "at least "
            return f"{who}: can use {least}{images} image{'' if images == 1 else 's'}"
        if not self.survey.complete:
            return f"{who}: nothing was found in what was read, and not everything was read"
        return f"{who}: can use none of the images"


def uses(accounts: Iterable[str], images: Iterable[LiveImage], declared: Declared) -> tuple[Use, ...]:
    """Return what the accounts can use, by account and image."""
    images = tuple(images)
    return tuple(use for account in sorted(set(accounts)) for use in _of(account, images, declared))


def _of(account: str, images: Iterable[LiveImage], declared: Declared) -> Iterator[Use]:
    for image in images:
        listed = next((one for one in image.accounts if one.id == account), None)
        if listed or image.everyone:
            since = listed.since if listed else ""
            managed = Managed(declared.of(image.key, account))
            yield Use(account, image, since, managed, by_name=listed is not None)
