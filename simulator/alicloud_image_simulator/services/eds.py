"""Elastic Desktop Service: sharing custom images, and listing who has them.

https://www.alibabacloud.com/help/en/wuying-workspace/developer-reference/api-ecd-2020-09-30-modifyimagepermission
https://www.alibabacloud.com/help/en/wuying-workspace/developer-reference/api-ecd-2020-09-30-describeimagepermission
https://www.alibabacloud.com/help/en/wuying-workspace/developer-reference/api-ecd-2020-09-30-describeimages
https://www.alibabacloud.com/help/en/wuying-workspace/developer-reference/api-ecd-2020-09-30-describeregions

No page lists an error code of these actions: those here are a guess, in two spellings (``eds_codes``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alicloud_image_simulator.image import DISK_GIB, OS_TYPE, PLATFORM
from alicloud_image_simulator.membership import Rules, change
from alicloud_image_simulator.parameters import Page, invalid
from alicloud_image_simulator.refusal import RefusalError
from alicloud_image_simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alicloud_image_simulator.behaviour import Behaviour
    from alicloud_image_simulator.image import Image
    from alicloud_image_simulator.membership import Problem
    from alicloud_image_simulator.service import Body, Call

NAME = "eds"


def modify_image_permission(call: Call) -> Body:
    """Add accounts to an image and remove them."""
    image = _own_image(call)
    if image is None:
        raise _not_found(call.cloud.behaviour)
    added, removed = (call.parameters.numbered(name) for name in ("AddAccount", "RemoveAccount"))
    if added and image.encrypted:
        raise RefusalError(*_ENCRYPTED[call.cloud.behaviour.text("eds_codes")])
    call.write(change(call, image, _rules(call.cloud.behaviour), added, removed), "accounts")
    return {}


def describe_image_permission(call: Call) -> Body:
    """List all accounts that an image is shared with; there are no pages."""
    image = _own_image(call)
    if image is not None:
        return {"AliUids": list(call.read(image, "accounts").accounts)}
    if call.cloud.behaviour["eds_absent_image"] == "empty":
        return {"AliUids": []}
    raise _not_found(call.cloud.behaviour)


def describe_images(call: Call) -> Body:
    """List the images that the caller owns, or that are shared with it, from a token on."""
    region_id = call.parameters.required("RegionId")
    size = call.parameters.number("MaxResults", default=10, highest=100)
    start = _start(call.parameters.text("NextToken"))
    wanted = _wanted(call)
    matching = [image for image in call.cloud.of(NAME, region_id) if wanted(image)]
    listed: Body = {"Images": [_shown(image, call.caller.id) for image in matching[start : start + size]]}
    return listed | ({"NextToken": f"from-{start + size}"} if start + size < len(matching) else {})


def describe_regions(call: Call) -> Body:
    """List the regions of the service."""
    call.parameters.required("RegionId")
    regions = [
        {"RegionId": region, "RegionEndpoint": f"ecd.{region}.aliyuncs.com", "LocalName": region}
        for region in call.cloud.regions(NAME)
    ]
    return {"Regions": regions}


def _own_image(call: Call) -> Image | None:
    region_id = call.parameters.required("RegionId")
    image = call.cloud.find(NAME, region_id, call.parameters.required("ImageId"))
    return image if image is not None and image.owner_id == call.caller.id else None


def _not_found(behaviour: Behaviour) -> RefusalError:
    return RefusalError(*_NOT_FOUND[behaviour.text("eds_codes")])


def _start(token: str) -> int:
    match = re.fullmatch(r"from-([0-9]{1,9})|", token, re.ASCII)
    if match is None:
        raise RefusalError(*invalid("NextToken"))
    return int(match[1] or 0)


def _wanted(call: Call) -> Callable[[Image], bool]:
    image_ids = call.parameters.numbered("ImageId").values()
    image_type, status = call.parameters.text("ImageType"), call.parameters.text("ImageStatus")
    return lambda image: (
        (image.owner_id == call.caller.id or call.caller.id in image.accounts)
        and (not image_ids or image.image_id in image_ids)
        and image_type in {"", _type(image, call.caller.id)}
        and status in {"", image.status}
    )


def _type(image: Image, caller_id: str) -> str:
    return "CUSTOM" if image.owner_id == caller_id else "SHARED"


def _shown(image: Image, caller_id: str) -> Body:
    return {
        "ImageId": image.image_id,
        "Name": image.name,
        "ImageType": _type(image, caller_id),
        "Status": image.status,
        "Description": "",
        "CreationTime": image.created,
        "UpdateTime": image.created,
        "OsType": OS_TYPE.capitalize(),
        "Platform": PLATFORM,
        "Progress": image.progress,
        "ProtocolType": "ASP",
        "SessionType": "SINGLE_SESSION",
        "Size": DISK_GIB,
        "DataDiskSize": 0,
        "GpuCategory": False,
        "SharedCount": len(image.accounts) if image.owner_id == caller_id else 0,
        "VolumeEncryptionEnabled": image.encrypted,
    }


def _rules(behaviour: Behaviour) -> Rules:
    return Rules(
        per_call=behaviour.limit("eds_per_call"),
        quota=behaviour.limit("eds_quota"),
        self_is_refused=behaviour["self_share"] == "error",
        refusals=_REFUSALS[behaviour.text("eds_codes")],
    )


_NOT_FOUND: Mapping[str, tuple[int, str, str]] = {
    "like_ecs": (404, "InvalidImageId.NotFound", "The specified ImageId does not exist."),
    "plain": (400, "ImageNotFound", "The image does not exist."),
}
_ENCRYPTED: Mapping[str, tuple[int, str, str]] = {
    "like_ecs": (403, "OperationDenied.EncryptedImage", "An encrypted image cannot be shared."),
    "plain": (400, "InvalidParameter", "An encrypted image cannot be shared."),
}
_REFUSALS: Mapping[str, Mapping[Problem, tuple[int, str, str]]] = {
    "like_ecs": {
        "malformed": (404, "InvalidAccount.NotFound", "The specified Account does not exist."),
        "closed": (404, "InvalidAccount.NotFound", "The specified Account does not exist."),
        "self": (404, "InvalidAccount.Forbidden", "The image cannot be shared with its owner."),
        "again": (400, "InvalidParameter", "The image is shared with the account already."),
        "absent": (404, "InvalidAccount.NotFound", "The image is not shared with the account."),
        "quota": (403, "QuotaExceed.ShareImageUser", "The image is shared with too many accounts."),
    },
    "plain": {
        "malformed": (400, "InvalidParameter", "The account is not valid."),
        "closed": (400, "InvalidParameter", "The account does not exist."),
        "self": (400, "InvalidParameter", "The image cannot be shared with its owner."),
        "again": (400, "InvalidParameter", "The image is shared with the account already."),
        "absent": (400, "InvalidParameter", "The image is not shared with the account."),
        "quota": (400, "QuotaExceeded", "The image is shared with too many accounts."),
    },
}

SERVICE = Service(
    name=NAME,
    version="2020-09-30",
    ram="ecd",
    switches={
        # One page says 20 and 10 at once, older ones 50, the console one at a time.
        "eds_per_call": (10, 20, 50, 1),
        "eds_quota": ("none", 50),
        "eds_codes": ("like_ecs", "plain"),
        "eds_absent_image": ("error", "empty"),
    },
    actions={
        "ModifyImagePermission": modify_image_permission,
        "DescribeImagePermission": describe_image_permission,
        "DescribeImages": describe_images,
        "DescribeRegions": describe_regions,
    },
    parameters={
        "ModifyImagePermission": Page(("RegionId", "ImageId"), ("AddAccount.N", "RemoveAccount.N")),
        "DescribeImagePermission": Page(("RegionId", "ImageId")),
        "DescribeImages": Page(
            ("RegionId",),
            (
                *("ImageId.N", "ImageName", "ImageStatus", "ImageType", "MaxResults", "NextToken"),
                *("DesktopInstanceType", "FotaVersion", "GpuCategory", "GpuDriverVersion", "LanguageType"),
                *("OsType", "ProtocolType", "SessionType"),
            ),
        ),
        "DescribeRegions": Page(("RegionId",), ("AcceptLanguage",)),
    },
    product="ecd",
)
