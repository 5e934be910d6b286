"""Read accounts beside each other: their images first, then who can use each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.image import ReadableImage
from alicloud_image_share.cloud.image_list import own_images
from alicloud_image_share.cloud.request import OnWait, Reads, Request
from alicloud_image_share.cloud.resource_shares import read_resource_shares
from alicloud_image_share.cloud.service import Call, ImagesPage
from alicloud_image_share.errors import CloudError, ConfigurationError, ShareError
from alicloud_image_share.inventory.live import (
    AccountInventory,
    LiveAccount,
    LiveImage,
    ReadFailure,
    ServiceRegion,
)
from alicloud_image_share.inventory.scope import Targets
from alicloud_image_share.sharing.model import Access, ImageKey, ListedImage
from alicloud_image_share.sharing.resource_share import ResourceShare

THREADS = 8
SECONDS = 120.0
"""How long one list may take, with all of its pages; waits for the pace of a service are not counted."""
ANY_REGION = "cn-hangzhou"
"""Where a service is asked for its regions when none is configured."""

Progress = Callable[[int, int], None]
"""Hears how many of how many steps are done; the number of steps grows when images are listed."""


@contextmanager
def worker_threads(name: str, *, finishes: bool = False) -> Iterator[ThreadPoolExecutor]:
    """Give a pool; an exception, Ctrl-C too, cancels what has not begun.

    What has begun is waited for only where it `finishes`, because it writes: an answer may take long to come.
    """
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix=name)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=finishes, cancel_futures=True)
        raise
    pool.shutdown()


@dataclass(frozen=True, slots=True)
class AccountReader:
    """Reads with one account's credentials."""

    reads: Reads
    account_id: str
    clock: Clock
    tell: OnWait
    role_arn: str | None = None
    """The role whose credentials they are; None where they are the configured ones."""

    def regions(self, service: str, home: str | None) -> tuple[str, ...] | ReadFailure:
        """Return the regions that a service has."""
        regional, region = services.regional(service), home or ANY_REGION
        request = self._request(
            ServiceRegion(service, region), regional.regions_call(region), self._deadline()
        )
        try:
            return self.reads.read(request, regional.parse_regions)
        except (CloudError, ConfigurationError) as error:
            return ReadFailure(f"{service}: its list of regions", _reason(error))

    def images(self, region: ServiceRegion) -> list[ListedImage] | ReadFailure:
        """List the account's own images of a region."""
        service, deadline = services.service(region.service), self._deadline()

        def send(call: Call) -> ImagesPage:
            return self.reads.read(self._request(region, call, deadline), service.parse_images)

        try:
            return own_images(service, region.region_id, send, deadline, lambda: self.account_id)
        except (CloudError, ConfigurationError) as error:
            return ReadFailure(str(region), _reason(error), region)

    def with_accounts(self, region: ServiceRegion, listed: ListedImage) -> LiveImage:
        """Read who can use an image that was listed; what the list says holds where that fails."""
        key = ImageKey(region.service, region.region_id, listed.image_id)
        access, failure = Access(frozenset()), None
        try:
            # An image keeps its accounts while it is public, when it counts as shared with nobody by itself.
            is_shared = listed.shared is not False or listed.image.everyone
            access = self._image(key).access(self._deadline()) if is_shared else access
        except (CloudError, ConfigurationError) as error:
            failure = ReadFailure(f"{region} {key.image_id}", _reason(error), region, key)
        return LiveImage(
            key=key,
            owner=listed.image.owner_id or self.account_id,
            name=listed.name,
            accounts=tuple(
                LiveAccount(account, access.since.get(account, "")) for account in sorted(access.accounts)
            ),
            everyone=access.everyone or listed.image.everyone,
            in_ecs=listed.image.in_ecs,
            listed=listed,
            not_read=failure,
        )

    def resource_shares(self, region: ServiceRegion, images: frozenset[str]) -> RegionShares | ReadFailure:
        """Read which resource shares hold some of the images of a region."""
        try:
            shares = read_resource_shares(self.reads, region.region, images, self._deadline(), self.tell)
            return RegionShares(region, shares)
        except (CloudError, ConfigurationError) as error:
            # An endpoint that is not configured for a product that few have thought of stops nothing else.
            what = f"{region} shares made by Resource Sharing"
            return ReadFailure(what, _reason(error), of_resource_sharing=True)

    def _image(self, key: ImageKey) -> ReadableImage:
        return ReadableImage(
            client=self.reads,
            service=services.service(key.service),
            key=key,
            tell=self.tell,
            was_seen=True,
        )

    def _request(self, region: ServiceRegion, call: Call, deadline: Deadline) -> Request:
        api = services.service(region.service).API
        return Request(region.service, api, region.region_id, call, deadline, self.tell)

    def _deadline(self) -> Deadline:
        return Deadline.after(self.clock, SECONDS, counts_pacing=False)


@dataclass(frozen=True, slots=True)
class RegionShares:
    """The resource shares that hold images of a region."""

    region: ServiceRegion
    shares: tuple[ResourceShare, ...]


def timestamp(clock: Clock) -> str:
    """Return the time of day, in UTC."""
    return datetime.fromtimestamp(clock.wall(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _reason(error: ShareError) -> str:
    return (error.code or error.message) if isinstance(error, CloudError) else str(error).rstrip(".")


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One account, and what is to be read of it."""

    reader: AccountReader
    targets: Targets
    looks_at_resource_shares: bool = True
    """Whether shares made by Resource Sharing are read, too."""


def read_all(requests: Sequence[ReadRequest], progress: Progress) -> tuple[AccountInventory, ...]:
    """Read all images of each account's targets; what fails is named, and stops nothing else."""
    regions = [(request.reader, region) for request in requests for region in request.targets.regions]
    # By region and not by account: each account has a pace of its own, and none waits for that of another.
    regions.sort(key=lambda step: step[1])
    with worker_threads("inventory") as pool:
        listings = _carry_out(pool, AccountReader.images, regions, 0, progress)
        images = [
            (reader, region, listed)
            for (reader, region), listing in zip(regions, listings, strict=True)
            if not isinstance(listing, ReadFailure)
            for listed in listing
        ]
        accounts = _carry_out(pool, AccountReader.with_accounts, images, len(regions), progress)
        shared = _shared_apart(requests, images)
        done = len(regions) + len(images)
        apart = _carry_out(pool, AccountReader.resource_shares, shared, done, progress)
    readers = [reader for reader, *_ in (*regions, *images, *shared)]
    results = list(zip(readers, (*listings, *accounts, *apart), strict=True))
    return tuple(
        _inventory(request, [result for reader, result in results if reader is request.reader])
        for request in requests
    )


def _shared_apart(
    requests: Sequence[ReadRequest], images: Sequence[tuple[AccountReader, ServiceRegion, ListedImage]]
) -> list[tuple[AccountReader, ServiceRegion, frozenset[str]]]:
    """Return the images of each region that Resource Sharing could share, where that is to be looked at."""
    return [
        (request.reader, region, of_region)
        for request in requests
        if request.looks_at_resource_shares
        for region in sorted(request.targets.regions)
        if services.service(region.service).API.resource_shares
        and (
            of_region := frozenset(
                listed.image_id for reader, at, listed in images if reader is request.reader and at == region
            )
        )
    ]


def _carry_out(
    pool: ThreadPoolExecutor,
    method: Callable[..., Any],
    steps: Sequence[tuple[Any, ...]],
    done: int,
    progress: Progress,
) -> list[Any]:
    results = []
    for result in pool.map(lambda step: method(*step), steps):
        results.append(result)
        progress(done + len(results), done + len(steps))
    return results


def _inventory(request: ReadRequest, results: Sequence[Any]) -> AccountInventory:
    shares = [result for result in results if isinstance(result, RegionShares)]
    images = [_with_shares(result, shares) for result in results if isinstance(result, LiveImage)]
    failures = {result for result in results if isinstance(result, ReadFailure)}
    reader, targets = request.reader, request.targets
    failures |= {*targets.failures, *(image.not_read for image in images if image.not_read)}
    known = [image for image in images if image.is_shared or not image.not_read]
    return AccountInventory(
        account_id=reader.account_id,
        at=timestamp(reader.clock),
        regions=tuple(sorted(targets.regions)),
        images=tuple(sorted(known, key=lambda image: (ServiceRegion.of(image.key), image.key.image_id))),
        failures=tuple(sorted(failures, key=lambda failure: (failure.what, failure.reason))),
        unknown_regions=tuple(sorted(targets.unknown_regions)),
        role_arn=reader.role_arn,
    )


def _with_shares(image: LiveImage, of_regions: Sequence[RegionShares]) -> LiveImage:
    shares = tuple(
        share
        for of_region in of_regions
        if of_region.region == ServiceRegion.of(image.key)
        for share in of_region.shares
        if image.key.image_id in share.images
    )
    return replace(image, resource_shares=shares) if shares else image
