"""Read accounts beside each other: their images first, then who can use each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TypeVar

from alicloud_image_share.live.inventory import Failed, Inventory
from alicloud_image_share.live.model import Live, LiveImage, Place
from alicloud_image_share.live.scope import Places
from alicloud_image_share.model import ListedImage
from alicloud_image_share.pool import threads

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
