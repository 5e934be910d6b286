"""Edge Node Service, API version 2017-11-10.

Facts from the API page ModifyImageSharePermission (and DescribeImageSharePermission, DescribeSelfImages): the
accounts to add are one list with commas, the account to remove is one a call; no call takes a region. Refused
calls all answer 400, and NoPermission is also said of an image that is not there, so the listing of one's own
images tells. That listing matches ids fuzzily.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alicloud_image_share.cloud import answer_fields as field
from alicloud_image_share.cloud.service import Call, ImagesPage, Page, RamAction, ServiceSpec
from alicloud_image_share.sharing.model import Batch, Image, ImageKey, Limits, ListedImage

API = ServiceSpec(
    version="2017-11-10",
    ram_prefix="ens",
    endpoint="ens.aliyuncs.com",
    endpoint_keys=("ens",),
    regional=False,
    ram_actions=(
        RamAction("ModifyImageSharePermission", "acs:ens::*:image/{image}", writes=True),
        RamAction("DescribeImageSharePermission"),
        RamAction("DescribeSelfImages"),
    ),
)
# Each account is taken back in a call of its own, so few are spent on finding out who is at fault.
LIMITS = Limits(add=10, remove=1, accounts_per_image=None, probes=3)
PAGE_SIZE = 100
IMAGES_A_PAGE = 50


def image_call(image: ImageKey, page: str | None = None) -> Call:
    """List the caller's own images with a similar id."""
    call = images_call(None, page)
    return Call(call.action, {"ImageId": image.image_id, **call.parameters})


def images_call(region: str | None, page: str | None = None) -> Call:  # noqa: ARG001 - it knows no regions
    """List the caller's own images; those that others share with it are listed along."""
    return Call("DescribeSelfImages", {"PageNumber": page or "1", "PageSize": str(IMAGES_A_PAGE)})


def parse_images(answer: Mapping[str, Any]) -> ImagesPage:
    """Read a page of images; its numbers come as text."""
    images = tuple(map(_listed, field.required(answer, "Images", "Image")))
    return ImagesPage.numbered(images, *field.paging(answer))


def _listed(item: Mapping[str, Any]) -> ListedImage:
    status = field.text(item, "Status") or "Available"
    image = Image(
        own=item.get("ImageOwnerAlias", "self") == "self",
        unshareable_because=None if status == "Available" else f"its status is {status}, not Available",
        pending=status in ("Creating", "Waiting"),
    )
    return ListedImage(
        field.image_id(item), image, field.text(item, "ImageName"), created=field.text(item, "CreationTime")
    )


def accounts_call(image: ImageKey, page: int) -> Call:
    """List one page of the accounts."""
    parameters = {"ImageId": image.image_id, "PageNumber": str(page), "PageSize": str(PAGE_SIZE)}
    return Call("DescribeImageSharePermission", parameters)


def parse_accounts(answer: Mapping[str, Any]) -> Page:
    """Read the account's field in each of its documented spellings."""
    accounts = tuple(map(_account, field.entries(answer, "Accounts", "Account")))
    return Page(accounts=accounts, total=field.number(answer, "TotalCount"))


def _account(item: Any) -> str:
    if not isinstance(item, Mapping):
        return field.account_id(item)
    return field.account_id(item["AliyunUid"] if "AliyunUid" in item else item["AliyunId"])


def change_calls(image: ImageKey, batch: Batch) -> tuple[Call, ...]:
    """Add and remove in one call."""
    parameters = {"ImageId": image.image_id}
    if batch.add:
        parameters["AddAccounts"] = ",".join(batch.add)
    if batch.remove:
        parameters["RemoveAccounts"] = ",".join(batch.remove)
    return (Call("ModifyImageSharePermission", parameters),)
