"""Read which resource shares hold images of a region: one call tells that there are none."""

from __future__ import annotations

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.request import OnWait, Reads, Request
from alicloud_image_share.cloud.resource_sharing import (
    API,
    ASSOCIATIONS,
    NAME,
    RESOURCES,
    SHARES,
    TARGETS,
    Entries,
    Listing,
    images_by_share,
    resource_shares,
)
from alicloud_image_share.cloud.retry import consistent_lists, page_numbers
from alicloud_image_share.errors import InconsistentPages
from alicloud_image_share.sharing.resource_share import ResourceShare


def read_resource_shares(
    reads: Reads, region: str, images: frozenset[str], deadline: Deadline, tell: OnWait
) -> tuple[ResourceShare, ...]:
    """Return the resource shares that hold one of the images, sorted; raise CloudError."""

    def every(listing: Listing) -> Entries:
        entries: Entries = []
        token: str | None = None
        tokens: set[str] = set()
        for _ in page_numbers(deadline, API, listing.action):
            request = Request(NAME, API, region, listing.call(region, token), deadline, tell)
            page, token = reads.read(request, listing.parse)
            entries += page
            if token is None:
                break
            if token in tokens:
                raise InconsistentPages(listing.action, "its pages come again")
            tokens.add(token)
        return entries

    for attempt in consistent_lists(deadline):
        with attempt:
            by_share = images_by_share(every(RESOURCES), images)
            if not by_share:
                return ()
            lists = every(SHARES), every(TARGETS), every(ASSOCIATIONS)
            return tuple(sorted(resource_shares(by_share, *lists)))
    raise AssertionError("unreachable: the last attempt returns or raises")
