"""Simple Application Server, API version 2020-06-01.

Facts from the API page ModifyImageShareStatus (and AddCustomImageShareAccount, RemoveCustomImageShareAccount,
ListCustomImageShareAccounts, ListCustomImages): an image is shared with at most 10 accounts, and apart from
that to the owner's own ECS, on or off. Every write takes a ClientToken. Pages up to 2024 allow an account 10
calls a minute of each action.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from alicloud_image_share.cloud import answer_fields as field
from alicloud_image_share.cloud.service import Call, ImagesPage, Page, RamAction, ServiceSpec
from alicloud_image_share.sharing.model import Batch, Image, ImageKey, Limits, ListedImage

_RESOURCE = "acs:swas-open:{region}:*:customimage/{image}"
API = ServiceSpec(
    version="2020-06-01",
    ram_prefix="swas-open",
    endpoint="swas.{region}.aliyuncs.com",
    endpoint_keys=("swas", "swas_open"),
    calls_per_minute=10,
    shares_to_ecs=True,
    ram_actions=(
        RamAction("ModifyImageShareStatus", _RESOURCE, writes=True, to_ecs=True),
        RamAction("AddCustomImageShareAccount", _RESOURCE, writes=True),
        RamAction("RemoveCustomImageShareAccount", _RESOURCE, writes=True),
        RamAction("ListCustomImageShareAccounts", _RESOURCE),
        RamAction("ListCustomImages", _RESOURCE),
        RamAction("ListRegions", lists_regions=True),
    ),
)
LIMITS = Limits(add=10, remove=10, accounts_per_image=10, together=False)
PAGE_SIZE = 50
IMAGES_A_PAGE = 100
TOKEN = "ClientToken"  # noqa: S105 - the name of a parameter
STATES = {"0": "copying", "1": "available", "2": "unavailable", "3": "failed", "4": "creating"}


def image_call(image: ImageKey, page: str | None = None) -> Call:  # noqa: ARG001 - one page has it
    """Describe the image among the caller's custom images."""
    parameters = {"RegionId": str(image.region_id), "ImageIds": json.dumps([image.image_id])}
    return Call("ListCustomImages", parameters)


def images_call(region: str | None, page: str | None = None) -> Call:
    """List the caller's custom images."""
    parameters = {"RegionId": str(region), "PageNumber": page or "1", "PageSize": str(IMAGES_A_PAGE)}
    return Call("ListCustomImages", parameters)


def parse_images(answer: Mapping[str, Any]) -> ImagesPage:
    """Read a page of images, and whether they are shared to the owner's ECS."""
    images = tuple(map(_listed, field.required(answer, "CustomImages")))
    return ImagesPage.numbered(images, *field.paging(answer))


def _listed(item: Mapping[str, Any]) -> ListedImage:
    status = item.get("Status")
    status = str(status) if isinstance(status, int) else field.text(item, "Status")
    state = STATES.get(status, status)
    image = Image(
        owner_id=None if item.get("UserId") in (None, "") else field.account_id(item["UserId"]),
        own=None,
        unshareable_because=None if state == "available" else f"its status is {state}, not available",
        pending=state in ("copying", "creating"),
        in_ecs=field.required_flag(item, "InShare"),
    )
    name, created = field.text(item, "Name"), field.text(item, "CreationTime")
    shared = None if item.get("InShareUser") is None else field.flag(item, "InShareUser")
    return ListedImage(field.image_id(item), image, name, created=created, shared=shared)


def regions_call(region: str) -> Call:  # noqa: ARG001 - every region names all
    """Return the call of ListRegions, sent to one region."""
    return Call("ListRegions", {})


def parse_regions(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the ids of the regions."""
    return tuple(map(field.region_id, field.required(answer, "Regions")))


def accounts_call(image: ImageKey, page: int) -> Call:
    """List one page of the accounts."""
    page_of = {"PageNumber": str(page), "PageSize": str(PAGE_SIZE)}
    return Call("ListCustomImageShareAccounts", {**_of(image), **page_of})


def parse_accounts(answer: Mapping[str, Any]) -> Page:
    """Read ids that come as numbers."""
    users = {field.account_id(user["UserId"]): user for user in field.entries(answer, "ImageShareUsers")}
    since = field.times(users, "SharedTime")
    return Page(tuple(users), total=field.number(answer, "TotalCount"), since=since)


def change_calls(image: ImageKey, batch: Batch) -> tuple[Call, ...]:
    """Add in one call, remove in another, switch the share to ECS in a third."""
    calls = []
    for action, accounts in (
        ("AddCustomImageShareAccount", batch.add),
        ("RemoveCustomImageShareAccount", batch.remove),
    ):
        if accounts:
            listed = {f"Account.{n}": account for n, account in enumerate(accounts, 1)}
            calls.append(Call(action, {**_of(image), **listed}, token=TOKEN))
    if batch.share_to_ecs is not None:
        operation = "Share" if batch.share_to_ecs else "UnShare"
        calls.append(Call("ModifyImageShareStatus", {**_of(image), "Operation": operation}, token=TOKEN))
    return tuple(calls)


def _of(image: ImageKey) -> dict[str, str]:
    return {"RegionId": str(image.region_id), "ImageId": image.image_id}
