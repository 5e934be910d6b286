"""Read one account's images over services and regions, and who can use each: reads only, by construction."""

from __future__ import annotations

from dataclasses import dataclass

from alicloud_image_share import services
from alicloud_image_share.clock import Clock, Deadline
from alicloud_image_share.cloud import ImageToRead
from alicloud_image_share.errors import CloudError
from alicloud_image_share.listing import own_images
from alicloud_image_share.live.model import LiveAccount, LiveImage, Place, Unread
from alicloud_image_share.model import Access, Call, ImageKey, ImagesPage, ListedImage
from alicloud_image_share.request import Reads, Request, Tell

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
