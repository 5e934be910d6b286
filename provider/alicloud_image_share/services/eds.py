"""Elastic Desktop Service (cloud desktops), API version 2020-09-30.

Facts from the API page ModifyImagePermission (and DescribeImagePermission, DescribeImages): one call adds up
to 10 accounts and removes up to 10; what exceeds that is ignored and still answered with 200 (other passages
say 20 or 50, so 10 is safe). Only custom images of one's own can be shared, no encrypted ones. Accounts are
listed without pages; no page documents an error code, so the listing of images tells whether one is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alicloud_image_share.model import Api, Batch, Call, Image, ImageKey, Limits, Page, RamAction

API = Api(
    version="2020-09-30",
    ram_prefix="ecd",
    endpoint="ecd.{region}.aliyuncs.com",
    endpoint_keys=("ecd", "gwsecd"),
    absent_is_empty=True,
    ram_actions=(
        RamAction("ModifyImagePermission", writes=True),
        RamAction("DescribeImagePermission"),
        RamAction("DescribeImages"),
    ),
)
LIMITS = Limits(add=10, remove=10, accounts_per_image=None)


def image_call(image: ImageKey) -> Call:
    """Describe the image."""
    return Call("DescribeImages", {"RegionId": str(image.region_id), "ImageId.1": image.image_id})


def parse_image(image: ImageKey, answer: Mapping[str, Any]) -> Image | None:
    """Find the image; the API names no owner, but tells custom images from those of others."""
    for item in answer["Images"]:
        if item["ImageId"] == image.image_id:
            return Image(own=item.get("ImageType") == "CUSTOM", obstacle=_obstacle(item))
    return None


def _obstacle(item: Mapping[str, Any]) -> str | None:
    if item.get("VolumeEncryptionEnabled"):
        return "it is encrypted, and EDS shares no encrypted images"
    status = item.get("Status")
    return None if status == "Available" else f"its status is {status}, not Available"


def accounts_call(image: ImageKey, page: int) -> Call:  # noqa: ARG001 - there is one page only
    """List the accounts."""
    return Call("DescribeImagePermission", _of(image))


def parse_accounts(answer: Mapping[str, Any]) -> Page:
    """Read ids that are documented as text and sent as numbers."""
    return Page(accounts=tuple(str(account) for account in answer.get("AliUids") or ()))


def change_calls(image: ImageKey, batch: Batch) -> tuple[Call, ...]:
    """Add and remove in one call."""
    parameters = _of(image)
    parameters |= {f"AddAccount.{n}": account for n, account in enumerate(batch.add, 1)}
    parameters |= {f"RemoveAccount.{n}": account for n, account in enumerate(batch.remove, 1)}
    return (Call("ModifyImagePermission", parameters),)


def _of(image: ImageKey) -> dict[str, str]:
    return {"RegionId": str(image.region_id), "ImageId": image.image_id}
