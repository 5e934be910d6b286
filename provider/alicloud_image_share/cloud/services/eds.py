"""Elastic Desktop Service (cloud desktops), API version 2020-09-30.

Facts from the API page ModifyImagePermission (and DescribeImagePermission, DescribeImages): one call adds up
to 10 accounts and removes up to 10; what exceeds that is ignored and still answered with 200 (other passages
say 20 or 50, so 10 is safe). Only custom images of one's own can be shared, no encrypted ones. Accounts are
listed without pages; no page documents an error code, so the listing of images tells whether one is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alicloud_image_share.cloud import answer_fields as field
from alicloud_image_share.cloud.service import Call, ImagesPage, Page, RamAction, ServiceSpec
from alicloud_image_share.sharing.model import Batch, Image, ImageKey, Limits, ListedImage

API = ServiceSpec(
    version="2020-09-30",
    ram_prefix="ecd",
    endpoint="ecd.{region}.aliyuncs.com",
    endpoint_keys=("ecd", "gwsecd"),
    absent_is_empty=True,
    ram_actions=(
        RamAction("ModifyImagePermission", writes=True),
        RamAction("DescribeImagePermission"),
        RamAction("DescribeImages"),
        RamAction("DescribeRegions", lists_regions=True),
    ),
)
LIMITS = Limits(add=10, remove=10, accounts_per_image=None)
PAGE_SIZE = 100


def image_call(image: ImageKey, page: str | None = None) -> Call:  # noqa: ARG001 - one page has it
    """Return a call of DescribeImages for this id, in whatever state the image is."""
    return Call("DescribeImages", {"RegionId": str(image.region_id), "ImageId.1": image.image_id})


def images_call(region: str | None, page: str | None = None) -> Call:
    """List the caller's own images."""
    parameters = {"RegionId": str(region), "ImageType": "CUSTOM", "MaxResults": str(PAGE_SIZE)}
    return Call("DescribeImages", {**parameters, **({"NextToken": page} if page else {})})


def parse_images(answer: Mapping[str, Any]) -> ImagesPage:
    """Read a page of images; the API names no owner, but tells custom images from those of others.

    What SharedCount counts is documented nowhere, so it is not relied on.
    """
    return ImagesPage(
        tuple(map(_listed, field.required(answer, "Images"))), field.text(answer, "NextToken") or None
    )


def _listed(item: Mapping[str, Any]) -> ListedImage:
    image = Image(
        own=item.get("ImageType") == "CUSTOM", unshareable_because=_obstacle(item), pending=_is_pending(item)
    )
    return ListedImage(
        field.image_id(item), image, field.text(item, "Name"), created=field.text(item, "CreationTime")
    )


def regions_call(region: str) -> Call:
    """Return the call of DescribeRegions, sent to one region."""
    return Call("DescribeRegions", {"RegionId": region})


def parse_regions(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the ids of the regions."""
    return tuple(map(field.region_id, field.required(answer, "Regions")))


def _is_pending(item: Mapping[str, Any]) -> bool:
    return item.get("Status") == "Creating" and _obstacle({**item, "Status": "Available"}) is None


def _obstacle(item: Mapping[str, Any]) -> str | None:
    if field.flag(item, "VolumeEncryptionEnabled"):
        return "it is encrypted, and EDS shares no encrypted images"
    status = field.text(item, "Status")
    return None if status == "Available" else f"its status is {status}, not Available"


def accounts_call(image: ImageKey, page: int) -> Call:  # noqa: ARG001 - there is one page only
    """Return a call of DescribeImagePermission, which lists all accounts on one page."""
    return Call("DescribeImagePermission", _of(image))


def parse_accounts(answer: Mapping[str, Any]) -> Page:
    """Read ids that are documented as text and sent as numbers."""
    return Page(accounts=tuple(map(field.account_id, field.entries(answer, "AliUids"))))


def change_calls(image: ImageKey, batch: Batch) -> tuple[Call, ...]:
    """Add and remove in one call."""
    parameters = _of(image)
    parameters |= {f"AddAccount.{n}": account for n, account in enumerate(batch.add, 1)}
    parameters |= {f"RemoveAccount.{n}": account for n, account in enumerate(batch.remove, 1)}
    return (Call("ModifyImagePermission", parameters),)


def _of(image: ImageKey) -> dict[str, str]:
    return {"RegionId": str(image.region_id), "ImageId": image.image_id}
