"""Read the caller's images over services and regions, and who can use each: reads only, by construction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TypeVar

from alicloud_image_share import services
from alicloud_image_share.clock import Clock, Deadline
from alicloud_image_share.cloud import ImageToRead
from alicloud_image_share.errors import CloudError
from alicloud_image_share.listing import own_images
from alicloud_image_share.live.model import Live, LiveAccount, LiveImage, Place, Unread
from alicloud_image_share.live.scope import Places
from alicloud_image_share.model import Access, Call, ImageKey, ImagesPage, ListedImage
from alicloud_image_share.pool import threads
from alicloud_image_share.request import Reads, Request, Tell

SECONDS = 120.0
"""How long one listing may be tried; waits for the pace of a service are not counted."""
ANY_REGION = "cn-hangzhou"
"""Where a service is asked for its regions when none is configured."""

Progress = Callable[[int, int], None]
"""Hears how many of how many steps are done; the number of steps grows when images are found."""

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class _Failed:
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
    progress: Progress = lambda _done, _total: None

    def regions(self, service: str, home: str | None) -> tuple[str, ...] | Unread:
        """Return the regions that a service has."""
        regional, region = services.regional(service), home or ANY_REGION
        request = self._request(Place(service, region), regional.regions_call(region))
        try:
            return self.reader.read(request, regional.parse_regions)
        except CloudError as error:
            return Unread(f"{service}: its list of regions", _reason(error))

    def read(self, places: Places) -> Live:
        """Read all images of the places; what fails is told, and stops nothing else."""
        asked = tuple(sorted(places.read))
        with threads("inventory") as pool:
            listings = self._each(pool, self._listed, asked, 0)
            found = [pair for listing in listings if not isinstance(listing, _Failed) for pair in listing]
            looked = self._each(pool, self._with_accounts, found, len(asked))
        failed = [one for one in (*listings, *looked) if isinstance(one, _Failed)]
        read = [one for one in looked if isinstance(one, LiveImage)]
        return Live(
            caller=self.caller,
            at=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            places=asked,
            images=tuple(sorted(read, key=lambda one: (one.place, one.key.image_id))),
            unread=tuple(sorted({*places.unread, *(one.unread for one in failed)})),
            absent=tuple(sorted(places.absent)),
            unread_places=frozenset(one.place for one in failed if one.key is None),
            unread_images=frozenset(one.key for one in failed if one.key),
        )

    def _each(
        self, pool: ThreadPoolExecutor, step: Callable[[A], B], over: Iterable[A], done: int
    ) -> list[B]:
        items = list(over)
        results = []
        for result in pool.map(step, items):
            results.append(result)
            self.progress(done + len(results), done + len(items))
        return results

    def _listed(self, place: Place) -> list[tuple[Place, ListedImage]] | _Failed:
        service = services.service(place.service)

        def send(call: Call) -> ImagesPage:
            return self.reader.read(self._request(place, call), service.parse_images)

        try:
            listed = own_images(service, place.region_id, send, self._deadline(), lambda: self.caller)
        except CloudError as error:
            return _Failed(Unread(str(place), _reason(error)), place)
        return [(place, one) for one in listed]

    def _with_accounts(self, found: tuple[Place, ListedImage]) -> LiveImage | _Failed:
        place, listed = found
        key = ImageKey(place.service, place.region_id, listed.image_id)
        try:
            access = Access(frozenset()) if listed.shared is False else self.image(key).access()
        except CloudError as error:
            return _Failed(Unread(f"{place} {key.image_id}", _reason(error)), place, key)
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
