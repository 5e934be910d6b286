"""Read accounts beside each other: their images first, then who can use each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TypeVar

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.image import ImageToRead
from alicloud_image_share.cloud.image_list import own_images
from alicloud_image_share.cloud.request import Reads, Request, Tell
from alicloud_image_share.cloud.service import Call, ImagesPage
from alicloud_image_share.errors import CloudError
from alicloud_image_share.inventory.model import Live, LiveAccount, LiveImage, Place, Unread
from alicloud_image_share.inventory.scope import Places
from alicloud_image_share.sharing.model import Access, ImageKey, ListedImage

THREADS = 8


@contextmanager
def threads(name: str) -> Iterator[ThreadPoolExecutor]:
    """Give a pool; an exception, Ctrl-C too, cancels what has not begun and lets the rest finish."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix=name) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


SECONDS = 120.0
"""How long one listing may be tried; waits for the pace of a service are not counted."""
ANY_REGION = "cn-hangzhou"
"""Where a service is asked for its regions when none is configured."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A step that came to nothing."""

    unread: Unread
    place: Place
    key: ImageKey | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """Reads with one account's credentials."""

    reader: Reads
    caller: str
    clock: Clock
    tell: Tell
    role_arn: str | None = None
    """The role whose credentials they are; None where they are the configured ones."""

    def regions(self, service: str, home: str | None) -> tuple[str, ...] | Unread:
        """Return the regions that a service has."""
        regional, region = services.regional(service), home or ANY_REGION
        request = self._request(Place(service, region), regional.regions_call(region))
        try:
            return self.reader.read(request, regional.parse_regions)
        except CloudError as error:
            return Unread(f"{service}: its list of regions", _reason(error))

    def listed(self, place: Place) -> list[ListedImage] | Failed:
        """List the account's own images of a place."""
        service = services.service(place.service)

        def send(call: Call) -> ImagesPage:
            return self.reader.read(self._request(place, call), service.parse_images)

        try:
            return own_images(service, place.region_id, send, self._deadline(), lambda: self.caller)
        except CloudError as error:
            return Failed(Unread(str(place), _reason(error)), place)

    def with_accounts(self, place: Place, listed: ListedImage) -> LiveImage | Failed:
        """Read who can use an image that was listed."""
        key = ImageKey(place.service, place.region_id, listed.image_id)
        try:
            access = Access(frozenset()) if listed.shared is False else self.image(key).access()
        except CloudError as error:
            return Failed(Unread(f"{place} {key.image_id}", _reason(error)), place, key)
        return LiveImage(
            key=key,
            owner=listed.image.owner_id or self.caller,
            name=listed.name,
            accounts=tuple(LiveAccount(one, access.since.get(one, "")) for one in sorted(access.accounts)),
            everyone=access.everyone or listed.image.everyone,
            in_ecs=listed.image.in_ecs,
            listed=listed,
        )

    def image(self, key: ImageKey) -> ImageToRead:
        """Return an image that is known to be there."""
        return ImageToRead(
            openapi=self.reader,
            service=services.service(key.service),
            key=key,
            deadline=self._deadline(),
            tell=self.tell,
            seen=True,
        )

    def _request(self, place: Place, call: Call) -> Request:
        api = services.service(place.service).API
        return Request(place.service, api, place.region_id, call, self._deadline(), self.tell)

    def _deadline(self) -> Deadline:
        return Deadline.after(self.clock, SECONDS, counts_pacing=False)


def _reason(error: CloudError) -> str:
    return error.code or error.words


Progress = Callable[[int, int], None]
"""Hears how many of how many steps are done; the number of steps grows when images are found."""

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Asked:
    """One account, and what is to be read of it."""

    account: Inventory
    places: Places


@dataclass(frozen=True, slots=True)
class _Listing:
    """A place of an account, whose images are to be listed."""

    account: Inventory
    place: Place

    def read(self) -> list[ListedImage] | Failed:
        return self.account.listed(self.place)


@dataclass(frozen=True, slots=True)
class _Image:
    """An image that was listed, and whose accounts are to be read."""

    account: Inventory
    place: Place
    listed: ListedImage

    def read(self) -> LiveImage | Failed:
        return self.account.with_accounts(self.place, self.listed)


def read_all(asked: Sequence[Asked], progress: Progress) -> tuple[Live, ...]:
    """Read all images of the places of each account; what fails is told, and stops nothing else."""
    steps = [_Listing(one.account, place) for one in asked for place in one.places.read]
    # By place and not by account: each account has a pace of its own, and none waits for that of another.
    steps.sort(key=lambda step: step.place)
    with threads("inventory") as pool:
        listings = _each(pool, _Listing.read, steps, 0, progress)
        found = [
            _Image(step.account, step.place, listed)
            for step, listing in listings
            if not isinstance(listing, Failed)
            for listed in listing
        ]
        looked = _each(pool, _Image.read, found, len(steps), progress)
    images = [(step.account, one) for step, one in looked if isinstance(one, LiveImage)]
    failed = [(step.account, one) for step, one in listings if isinstance(one, Failed)]
    failed += [(step.account, one) for step, one in looked if isinstance(one, Failed)]
    return tuple(_live(one, _of(one.account, images), _of(one.account, failed)) for one in asked)


def _each(
    pool: ThreadPoolExecutor, step: Callable[[A], B], over: Sequence[A], done: int, progress: Progress
) -> list[tuple[A, B]]:
    results = []
    for one, result in zip(over, pool.map(step, over), strict=True):
        results.append((one, result))
        progress(done + len(results), done + len(over))
    return results


def _of(account: Inventory, read: Sequence[tuple[Inventory, A]]) -> list[A]:
    return [one for by, one in read if by is account]


def _live(asked: Asked, images: Sequence[LiveImage], failed: Sequence[Failed]) -> Live:
    return Live(
        caller=asked.account.caller,
        at=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        places=tuple(sorted(asked.places.read)),
        images=tuple(sorted(images, key=lambda one: (one.place, one.key.image_id))),
        unread=tuple(sorted({*asked.places.unread, *(one.unread for one in failed)})),
        absent=tuple(sorted(asked.places.absent)),
        unread_places=frozenset(one.place for one in failed if one.key is None),
        unread_images=frozenset(one.key for one in failed if one.key),
        role_arn=asked.account.role_arn,
    )
