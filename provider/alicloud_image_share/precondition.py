"""What stands against adding accounts, found before the first write: pure.

A run that only removes is never stopped by any of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from alicloud_image_share.model import Image
from alicloud_image_share.plan import Settlement


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What was found, and what to do about it."""

    found: str
    next_step: str
    field: str = "image_id"
    """The input that it is about."""


def not_seen(caller: str) -> Obstacle:
    """Return why an image that the caller does not see can't be shared by it."""
    return Obstacle(
        f"Account {caller} sees no such image",
        "correct image_id and region_id, or use credentials of the account that owns the image",
    )


def own_image(image: Image | None, caller: Callable[[], str]) -> Image | Obstacle:
    """Return the image with its owner, or why the caller, who does not see or not own it, can't share it."""
    if image is None:
        return not_seen(caller())
    own = image.own if image.own is not None else image.owner_id in (None, caller())
    if own:
        return image if image.owner_id else replace(image, owner_id=caller())
    whose = f"account {image.owner_id}" if image.owner_id else "another account"
    return Obstacle(
        f"The image belongs to {whose}, the caller is {caller()}",
        "use credentials of the account that owns the image",
    )


def obstacle(
    image: Image, live: frozenset[str], settlement: Settlement, quota: int | None
) -> Obstacle | None:
    """Return what the cloud would refuse or ignore of one's own image, None when nothing is known to."""
    after = len((live | settlement.add) - settlement.remove)
    if image.obstacle:
        return Obstacle(
            f"It can't be shared further: {image.obstacle}",
            "share an image that is available; taking accounts off still works",
        )
    if image.owner_id in settlement.add:
        return Obstacle(f"Account {image.owner_id} owns the image", "take the owner off the list", "accounts")
    if quota is not None and after > quota:
        return Obstacle(
            f"{len(live)} hold, {after} asked, the limit is {quota}",
            f"have the quota raised and set image-shares:accountsPerImage, or take {after - quota} off"
            " the list",
            "accounts",
        )
    return None
