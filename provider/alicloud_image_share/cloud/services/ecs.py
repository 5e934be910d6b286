"""Elastic Compute Service, API version 2014-05-26.

Facts from the API page ModifyImageSharePermission (and DescribeImageSharePermission, DescribeImages):
one call adds up to 10 accounts and removes up to 10; what exceeds that is ignored and still answered with
200; an image is shared with at most 50 accounts, more on request; deprecated images and images encrypted with
a service key take no new accounts but can still be unshared. IsPublic and LaunchPermission are never sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alicloud_image_share.cloud import answer_fields as field
from alicloud_image_share.cloud.service import Call, ImagesPage, Page, RamAction, ServiceSpec
from alicloud_image_share.sharing.model import Batch, Image, ImageKey, Limits, ListedImage

_RESOURCE = "acs:ecs:{region}:*:image/{image}"
API = ServiceSpec(
    version="2014-05-26",
    ram_prefix="ecs",
    endpoint="ecs.{region}.aliyuncs.com",
    endpoint_keys=("ecs",),
    families=True,
    resource_shares=True,
    ram_actions=(
        RamAction("ModifyImageSharePermission", _RESOURCE, writes=True),
        RamAction("DescribeImageSharePermission", _RESOURCE),
        RamAction("DescribeImages", _RESOURCE),
        RamAction("DescribeRegions", lists_regions=True),
    ),
)
LIMITS = Limits(add=10, remove=10, accounts_per_image=50)
PAGE_SIZE = 100

# DescribeImages hides every other state unless it is asked for.
PENDING = ("Creating", "Waiting")
"""Statuses that lead to Available."""
ALL_STATES = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"


def image_call(image: ImageKey, page: str | None = None) -> Call:  # noqa: ARG001 - one page has it
    """Describe the image in whatever state it is."""
    return Call("DescribeImages", {**_of(image), "Status": ALL_STATES})


def images_call(region: str | None, page: str | None = None) -> Call:
    """List the caller's own images in whatever state they are."""
    parameters = {"RegionId": str(region), "ImageOwnerAlias": "self", "Status": ALL_STATES}
    return Call("DescribeImages", {**parameters, "PageNumber": page or "1", "PageSize": str(PAGE_SIZE)})


def parse_images(answer: Mapping[str, Any]) -> ImagesPage:
    """Read a page of images; a shared or public image of somebody else has its own owner id."""
    images = tuple(map(_listed, field.required(answer, "Images", "Image")))
    return ImagesPage.numbered(images, *field.paging(answer))


def _listed(item: Mapping[str, Any]) -> ListedImage:
    own, owner = item.get("ImageOwnerAlias") == "self", item["ImageOwnerId"]
    public = field.flag(item, "IsPublic")
    image = Image(
        owner_id=field.account_id(owner) if own or owner else None,
        own=own,
        unshareable_because=_obstacle(item),
        pending=field.text(item, "Status") in PENDING and not public,
        everyone=public,
    )
    name, family, created = (field.text(item, key) for key in ("ImageName", "ImageFamily", "CreationTime"))
    return ListedImage(field.image_id(item), image, name, family, created)


def regions_call(region: str) -> Call:  # noqa: ARG001 - every region names all
    """Return the call of DescribeRegions, sent to one region."""
    return Call("DescribeRegions", {})


def parse_regions(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the ids of the regions."""
    return tuple(map(field.region_id, field.required(answer, "Regions", "Region")))


def _obstacle(item: Mapping[str, Any]) -> str | None:
    if item.get("IsPublic"):
        return "it is a public (community) image, which everyone can use and which takes no accounts"
    status = field.text(item, "Status")
    return None if status == "Available" else f"its status is {status}, not Available"


def accounts_call(image: ImageKey, page: int) -> Call:
    """List one page of the accounts."""
    page_of = {"PageNumber": str(page), "PageSize": str(PAGE_SIZE)}
    return Call("DescribeImageSharePermission", {**_of(image), **page_of})


def parse_accounts(answer: Mapping[str, Any]) -> Page:
    """Read ids that come as text or as numbers; a share group means that everybody can use the image."""
    accounts = {
        field.account_id(item["AliyunId"]): item for item in field.entries(answer, "Accounts", "Account")
    }
    return Page(
        accounts=tuple(accounts),
        total=field.number(answer, "TotalCount"),
        everyone=bool(field.entries(answer, "ShareGroups", "ShareGroup")),
        since=field.times(accounts, "SharedTime"),
    )


def change_calls(image: ImageKey, batch: Batch) -> tuple[Call, ...]:
    """Add and remove in one call."""
    parameters = _of(image)
    parameters |= {f"AddAccount.{n}": account for n, account in enumerate(batch.add, 1)}
    parameters |= {f"RemoveAccount.{n}": account for n, account in enumerate(batch.remove, 1)}
    return (Call("ModifyImageSharePermission", parameters),)


def _of(image: ImageKey) -> dict[str, str]:
    return {"RegionId": str(image.region_id), "ImageId": image.image_id}
