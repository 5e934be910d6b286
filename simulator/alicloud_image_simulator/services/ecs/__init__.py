"""Elastic Compute Service: sharing custom images, and listing who has them.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimagesharepermission
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeregions
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alicloud_image_simulator.membership import Rules, change
from alicloud_image_simulator.parameters import Page, paging
from alicloud_image_simulator.refusal import RefusalError
from alicloud_image_simulator.service import Service
from alicloud_image_simulator.services.ecs.images import EXACT_FILTERS, NAME, describe_images

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alicloud_image_simulator.behaviour import Behaviour
    from alicloud_image_simulator.image import Image
    from alicloud_image_simulator.service import Body, Call


def modify_image_share_permission(call: Call) -> Body:
    """Add accounts to an image and remove them, or make the image public."""
    image = _own_image(call)
    if call.parameters.text("LaunchPermission"):
        raise RefusalError(
            400, "ForbiddenParameter.LaunchPermission", "The parameter LaunchPermission is not allowed."
        )
    added, removed = (call.parameters.numbered(name) for name in ("AddAccount", "RemoveAccount"))
    is_public = call.parameters.flag("IsPublic")
    if is_public is not None:
        return _publish(call, image, is_public, conflict=bool(added or removed))
    if added:
        _check_shareable(image, call.cloud.behaviour)
    after = change(call, image, _rules(call.cloud.behaviour), added, removed)
    _end_dry_run(call)
    call.write(after, "accounts")
    return {}


def describe_image_share_permission(call: Call) -> Body:
    """List a page of the accounts that an image is shared with."""
    image = _own_image(call)
    page = paging(call.parameters, largest=100)
    as_read = call.read(image, "accounts")
    as_number = call.cloud.behaviour["ecs_account_type"] == "number"
    accounts = [
        {"AliyunId": int(account) if as_number else account, "SharedTime": as_read.shared_time(account)}
        for account in as_read.accounts
    ]
    return {
        "ImageId": image.image_id,
        "RegionId": image.region_id,
        "Accounts": {"Account": page.of(accounts)},
        "ShareGroups": {"ShareGroup": [{"Group": "all"}] if image.is_public else []},
        **page.counts(len(accounts)),
    }


def describe_regions(call: Call) -> Body:
    """List the regions of the service."""
    regions = [
        {
            "RegionId": region,
            "RegionEndpoint": f"ecs.{region}.aliyuncs.com",
            "LocalName": region,
            "Status": "available",
        }
        for region in call.cloud.regions(NAME)
    ]
    return {"Regions": {"Region": regions}}


def _rules(behaviour: Behaviour) -> Rules:
    unknown = (404, "InvalidAccount.NotFound", "The specified Account does not exist.")
    itself = "The specified Account does not yourself."
    return Rules(
        per_call=10,
        quota=50,
        self_is_refused=True,
        refusals={
            "malformed": unknown,
            "closed": unknown,
            "self": (404, behaviour.text("ecs_self_share_code"), itself),
            "again": (400, "InvalidParameter", "The image is shared with the specified Account already."),
            "absent": (404, "InvalidAccount.NotFound", "The image is not shared with the specified Account."),
            "quota": (403, "QuotaExceed.ShareImageUser", "The shared Image user Quota exceeds."),
        },
    )


def _own_image(call: Call) -> Image:
    region_id = call.parameters.required("RegionId")
    image = call.cloud.find(NAME, region_id, call.parameters.required("ImageId"))
    if image is None or image.owner_id != call.caller.id:
        status = call.cloud.behaviour.number("ecs_not_found_status")
        raise RefusalError(status, "InvalidImageId.NotFound", "The specified ImageId does not exist.")
    return image


def _publish(call: Call, image: Image, is_public: bool, *, conflict: bool) -> Body:
    if conflict:
        message = "The specified parameter IsPublic conflicts with other parameters."
        raise RefusalError(403, "InvalidParameter.IsPublic", message)
    unpublishing_nothing = not is_public and not image.is_public
    if unpublishing_nothing and call.cloud.behaviour["ecs_is_public_false"] == "error":
        raise RefusalError(403, "Image.NotPublic", "The image is not published and cannot be unpublished.")
    _end_dry_run(call)
    if not call.faults.is_partial:
        call.cloud.replace(replace(image, is_public=is_public))
    return {}


def _check_shareable(image: Image, behaviour: Behaviour) -> None:
    if image.status != "Available":
        code = behaviour.text("ecs_status_code")
        status = 400 if code == "IncorrectImageStatus" else 403
        raise RefusalError(status, code, "The current status of the image does not support this operation.")
    if image.is_public and behaviour["ecs_public_image"] == "refused":
        raise RefusalError(403, "Image.Public", "A community image cannot be shared.")
    if image.encrypted and behaviour["ecs_encrypted"] != "allowed":
        raise RefusalError(403, *_ENCRYPTED[behaviour.text("ecs_encrypted")])


def _end_dry_run(call: Call) -> None:
    if call.parameters.flag("DryRun"):
        raise RefusalError(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")


_ENCRYPTED: Mapping[str, tuple[str, str]] = {
    "snapshot_refused": (
        "OperationDeined.EncryptedSnapshot",
        "The image contains encrypted snapshots, which do not support share.",
    ),
    "service_key_refused": (
        "InvalidOperation.ServiceKeyEncryptedImageUnsupported",
        "An image encrypted with the service key cannot be shared.",
    ),
    "role_missing": ("AssumeRoleError", "The role AliyunECSShareEncryptImageDefaultRole cannot be assumed."),
}

_CALLER = ("OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount")
_PAGE = ("PageNumber", "PageSize")

SERVICE = Service(
    name=NAME,
    version="2014-05-26",
    ram="ecs",
    switches={
        "ecs_account_type": ("string", "number"),
        "ecs_not_found_status": (404, 403),
        "ecs_self_share_code": ("InvalidAccount.Forbbiden", "InvalidAccount.Forbidden"),
        "ecs_status_code": ("OperationDenied.InvalidImageStatus", "IncorrectImageStatus"),
        "ecs_encrypted": ("snapshot_refused", "service_key_refused", "role_missing", "allowed"),
        "ecs_public_image": ("refused", "allowed"),
        "ecs_is_public_false": ("unchanged", "error"),
    },
    actions={
        "ModifyImageSharePermission": modify_image_share_permission,
        "DescribeImageSharePermission": describe_image_share_permission,
        "DescribeImages": describe_images,
        "DescribeRegions": describe_regions,
    },
    parameters={
        "ModifyImageSharePermission": Page(
            ("RegionId", "ImageId"),
            ("AddAccount.N", "RemoveAccount.N", "IsPublic", "LaunchPermission", "DryRun", *_CALLER),
        ),
        "DescribeImageSharePermission": Page(("RegionId", "ImageId"), (*_PAGE, *_CALLER)),
        "DescribeImages": Page(
            ("RegionId",),
            (
                *("ImageId", "Status", "IsPublic", *EXACT_FILTERS, "Tag.N.Key", "Tag.N.Value"),
                *("ActionType", "DryRun", "Filter.N.Key", "Filter.N.Value", "InstanceType"),
                *("IsSupportCloudinit", "IsSupportIoOptimized", "ResourceGroupId", "ShowExpired"),
                *("SnapshotId", "Usable", "Usage", *_PAGE, *_CALLER),
            ),
        ),
        "DescribeRegions": Page((), ("AcceptLanguage", "InstanceChargeType", "ResourceType", *_CALLER)),
    },
    resources=dict.fromkeys(
        ("ModifyImageSharePermission", "DescribeImageSharePermission", "DescribeImages"),
        "acs:ecs:{region}:{account}:image/{image}",
    ),
)
