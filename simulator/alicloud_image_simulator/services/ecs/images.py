"""The listing of ECS images.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alicloud_image_simulator.image import ARCHITECTURE, DISK_GIB, OS_NAME, OS_TYPE, PLATFORM
from alicloud_image_simulator.parameters import paging

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alicloud_image_simulator.image import Image
    from alicloud_image_simulator.service import Body, Call

NAME = "ecs"


def describe_images(call: Call) -> Body:
    """List a page of the images that the caller may see."""
    region_id = call.parameters.required("RegionId")
    page = paging(call.parameters, largest=100)
    wanted = _wanted(call)
    matching = [image for image in call.cloud.of(NAME, region_id) if wanted(image)]
    shown = [_shown(image, call.caller.id) for image in page.of(matching)]
    return {"RegionId": region_id, "Images": {"Image": shown}, **page.counts(len(matching))}


def _wanted(call: Call) -> Callable[[Image], bool]:
    statuses = call.parameters.commas("Status") or ("Available",)
    image_ids = call.parameters.commas("ImageId")
    exact = {name: call.parameters.text(name) for name in EXACT_FILTERS}
    tags = call.parameters.pairs("Tag", "Key", "Value")
    public = call.parameters.flag("IsPublic")
    return lambda image: (
        _may_see(call.caller.id, image, public)
        and ("ALL" in statuses or image.status in statuses)
        and (not image_ids or image.image_id in image_ids)
        and all(value in {"", EXACT_FILTERS[name](image, call.caller.id)} for name, value in exact.items())
        and all(key in image.tags and value in {"", image.tags[key]} for key, value in tags)
    )


def _may_see(caller_id: str, image: Image, public: bool | None) -> bool:
    # Without IsPublic=true the public images of others are not listed, only what is shared by name.
    if public:
        return image.is_public
    return image.owner_id == caller_id or caller_id in image.accounts


def _alias(image: Image, caller_id: str) -> str:
    return "self" if image.owner_id == caller_id else "others"


def _shown(image: Image, caller_id: str) -> Body:
    return {
        **_UNCHANGING,
        "ImageId": image.image_id,
        "ImageName": image.name,
        "ImageFamily": image.family,
        "ImageOwnerAlias": _alias(image, caller_id),
        "ImageOwnerId": int(image.owner_id),
        "Description": "",
        "IsPublic": image.is_public,
        "IsSelfShared": "True" if image.accounts and image.owner_id == caller_id else "",
        "Status": image.status,
        "Progress": image.progress,
        "CreationTime": image.created,
        "OSName": OS_NAME,
        "OSNameEn": OS_NAME,
        "OSType": OS_TYPE,
        "Platform": PLATFORM,
        "DiskDeviceMappings": {"DiskDeviceMapping": [_disk(image)]},
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in image.tags.items()]},
    }


def _disk(image: Image) -> Body:
    return {
        "Device": "/dev/xvda",
        "Type": "system",
        "Size": str(DISK_GIB),
        "Format": "",
        "Encrypted": image.encrypted,
        "SnapshotId": image.snapshot_id,
        "Progress": image.progress,
        "RemainTime": 0,
        "ImportOSSBucket": "",
        "ImportOSSObject": "",
    }


_UNCHANGING: Mapping[str, object] = {
    "Architecture": ARCHITECTURE,
    "BootMode": "BIOS",
    "ImageVersion": "",
    "IsCopied": False,
    "IsSubscribed": False,
    "IsSupportCloudinit": True,
    "IsSupportIoOptimized": True,
    "LoginAsNonRootSupported": False,
    "ProductCode": "",
    "ResourceGroupId": "",
    "Size": DISK_GIB,
    "Usage": "none",
}

EXACT_FILTERS: Mapping[str, Callable[[Image, str], str]] = {
    "ImageName": lambda image, _: image.name,
    "ImageFamily": lambda image, _: image.family,
    "ImageOwnerId": lambda image, _: image.owner_id,
    "ImageOwnerAlias": _alias,
    "OSType": lambda *_: OS_TYPE,
    "Architecture": lambda *_: ARCHITECTURE,
}
