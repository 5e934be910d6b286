"""Calls of the SWAS SDK, as short as the tests want them."""

from collections.abc import Callable, Sequence

from alibabacloud_swas_open20200601 import models
from alibabacloud_swas_open20200601.client import Client

from alicloud_image_simulator import Simulator

REGION = "cn-hangzhou"


def put(cloud: Simulator, behaviour: dict | None = None, **fields: object) -> None:
    cloud.put_state(
        {"images": [{"service": "swas", "image_id": "m-1"} | fields], "behaviour": behaviour or {}}
    )


def add(swas: Client, account_ids: Sequence[str], **fields: object) -> Callable[[], object]:
    request = {"region_id": REGION, "image_id": "m-1", "account": [int(each) for each in account_ids]}
    return lambda: swas.add_custom_image_share_account(
        models.AddCustomImageShareAccountRequest(**(request | fields))
    )


def remove(swas: Client, account_ids: Sequence[str], **fields: object) -> Callable[[], object]:
    request = {"region_id": REGION, "image_id": "m-1", "account": [int(each) for each in account_ids]}
    return lambda: swas.remove_custom_image_share_account(
        models.RemoveCustomImageShareAccountRequest(**(request | fields))
    )


def share(swas: Client, operation: str, **fields: object) -> Callable[[], object]:
    request = {"region_id": REGION, "image_id": "m-1", "operation": operation}
    return lambda: swas.modify_image_share_status(models.ModifyImageShareStatusRequest(**(request | fields)))


def describe(swas: Client, **fields: object) -> models.ListCustomImageShareAccountsResponseBody:
    request = {"region_id": REGION, "image_id": "m-1"} | fields
    return swas.list_custom_image_share_accounts(models.ListCustomImageShareAccountsRequest(**request)).body


def members(swas: Client, **fields: object) -> list[int]:
    return [each.user_id for each in describe(swas, **fields).image_share_users]


def images(swas: Client, **fields: object) -> models.ListCustomImagesResponseBody:
    return swas.list_custom_images(models.ListCustomImagesRequest(**({"region_id": REGION} | fields))).body
