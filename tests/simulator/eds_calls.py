"""Calls of the EDS SDK, as short as the tests want them."""

from collections.abc import Callable, Sequence

from alibabacloud_ecd20200930 import models
from alibabacloud_ecd20200930.client import Client

from alicloud_image_simulator import Simulator

REGION = "cn-hangzhou"


def put(cloud: Simulator, behaviour: dict | None = None, **fields: object) -> None:
    cloud.put_state(
        {"images": [{"service": "eds", "image_id": "m-1"} | fields], "behaviour": behaviour or {}}
    )


def modify(
    eds: Client, add: Sequence[str] = (), remove: Sequence[str] = (), **fields: object
) -> Callable[[], object]:
    request = {
        "region_id": REGION,
        "image_id": "m-1",
        "add_account": [int(account) for account in add],
        "remove_account": [int(account) for account in remove],
    }
    return lambda: eds.modify_image_permission(models.ModifyImagePermissionRequest(**(request | fields)))


def members(eds: Client, **fields: object) -> list[str]:
    request = models.DescribeImagePermissionRequest(**({"region_id": REGION, "image_id": "m-1"} | fields))
    return eds.describe_image_permission(request).body.ali_uids


def images(eds: Client, **fields: object) -> models.DescribeImagesResponseBody:
    return eds.describe_images(models.DescribeImagesRequest(**({"region_id": REGION} | fields))).body


def listed(eds: Client, **fields: object) -> list[str]:
    return [image.image_id for image in images(eds, **fields).images]
