"""Calls of the ECS SDK, as short as the tests want them."""

from collections.abc import Callable, Sequence

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client

from alicloud_image_simulator import Simulator

REGION = "cn-hangzhou"


def put(cloud: Simulator, behaviour: dict | None = None, **fields: object) -> None:
    cloud.put_state(
        {"images": [{"service": "ecs", "image_id": "m-1"} | fields], "behaviour": behaviour or {}}
    )


def modify(
    ecs: Client, add: Sequence[str] = (), remove: Sequence[str] = (), **fields: object
) -> Callable[[], object]:
    request = {
        "region_id": REGION,
        "image_id": "m-1",
        "add_account": list(add),
        "remove_account": list(remove),
    }
    return lambda: ecs.modify_image_share_permission(
        models.ModifyImageSharePermissionRequest(**(request | fields))
    )


def describe(ecs: Client, **fields: object) -> models.DescribeImageSharePermissionResponseBody:
    request = {"region_id": REGION, "image_id": "m-1"} | fields
    return ecs.describe_image_share_permission(models.DescribeImageSharePermissionRequest(**request)).body


def listed(ecs: Client, **fields: object) -> list[str]:
    request = models.DescribeImagesRequest(**({"region_id": REGION} | fields))
    return [each.image_id for each in ecs.describe_images(request).body.images.image]
