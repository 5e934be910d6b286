"""Edge Node Service: sharing images, and listing who has them. It knows no RegionId.

https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-modifyimagesharepermission
https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describeimagesharepermission
https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describeselfimages

Every refusal has the status 400; the code alone tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alicloud_image_simulator.image import ARCHITECTURE, DISK_GIB, OS_NAME, OS_TYPE
from alicloud_image_simulator.membership import Rules, change
from alicloud_image_simulator.parameters import Page, invalid, paging
from alicloud_image_simulator.refusal import RefusalError
from alicloud_image_simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alicloud_image_simulator.behaviour import Behaviour
    from alicloud_image_simulator.image import Image
    from alicloud_image_simulator.membership import Problem
    from alicloud_image_simulator.service import Body, Call

NAME = "ens"
NO_REGION = ""
ENS_REGION = "cn-hangzhou-44"
"""The region of the edge that listings name; no call of this module asks for one."""


def modify_image_share_permission(call: Call) -> Body:
    """Add accounts to an image, and remove one."""
    image = _own_image(call)
    added = dict(enumerate(call.parameters.commas("AddAccounts"), 1))
    removed = dict(enumerate(_removed(call), 1))
    if added and image.is_public and call.cloud.behaviour["ens_public_image"] == "refused":
        raise RefusalError(400, "InvalidImageType.NotSupported", "The image type is not supported.")
    call.write(change(call, image, _rules(call.cloud.behaviour), added, removed), "accounts")
    return {}


def describe_image_share_permission(call: Call) -> Body:
    """List a page of the accounts that an image is shared with, or the one that is asked for."""
    image = _own_image(call)
    page = paging(call.parameters, largest=100)
    only = call.parameters.text("AliyunId")
    accounts = [account for account in call.read(image, "accounts").accounts if only in {"", account}]
    shown = [_account(account, call.cloud.behaviour.text("account_field")) for account in page.of(accounts)]
    return {"ImageId": image.image_id, "Accounts": {"Account": shown}, **page.counts(len(accounts))}


def describe_self_images(call: Call) -> Body:
    """List a page of the images that the caller owns, or that are shared with it; the filters are fuzzy."""
    page = paging(call.parameters, largest=50)
    image_id, name = call.parameters.text("ImageId"), call.parameters.text("ImageName")
    matching = [
        image
        for image in call.cloud.of(NAME, NO_REGION)
        if (image.owner_id == call.caller.id or call.caller.id in image.accounts)
        and image_id in image.image_id
        and name in image.name
    ]
    shown = [_shown(image, call.caller.id) for image in page.of(matching)]
    counts = {name: str(count) for name, count in page.counts(len(matching)).items()}
    return {"Code": 0, "Images": {"Image": shown}, **counts}


def _own_image(call: Call) -> Image:
    image = call.cloud.find(NAME, NO_REGION, call.parameters.required("ImageId"))
    if image is None:
        code = call.cloud.behaviour.text("ens_absent_image")
        raise RefusalError(400, code, _MESSAGES[code])
    if image.owner_id != call.caller.id:
        raise RefusalError(400, "NoPermission", _MESSAGES["NoPermission"])
    return image


def _removed(call: Call) -> tuple[str, ...]:
    accounts = call.parameters.commas("RemoveAccounts")
    reading = call.cloud.behaviour["ens_remove_several"]
    if len(accounts) > 1 and reading == "error":
        raise RefusalError(*invalid("RemoveAccounts"))
    if len(accounts) > 1 and reading == "ignored":
        return ()
    return accounts[:1]


def _account(account: str, field: str) -> object:
    if field == "plain":
        return account
    # The sample that spells the member AliyunId shows a number.
    return {field: int(account) if field == "AliyunId" else account}


def _shown(image: Image, caller_id: str) -> Body:
    return {
        "ImageId": image.image_id,
        "ImageName": image.name,
        "ImageOwnerAlias": "self" if image.owner_id == caller_id else "others",
        "Status": image.status,
        "CreationTime": image.created,
        "RegionId": ENS_REGION,
        "OsVersion": OS_NAME,
        "Platform": OS_TYPE,
        "Architecture": ARCHITECTURE,
        "ComputeType": "ens_vm",
        "ImageSize": str(DISK_GIB),
        "ImageStorageSize": str(DISK_GIB),
        "InstanceId": "",
        "SnapshotId": image.snapshot_id,
    }


def _rules(behaviour: Behaviour) -> Rules:
    return Rules(
        per_call=behaviour.limit("ens_per_call"),
        quota=behaviour.limit("ens_quota"),
        self_is_refused=behaviour["self_share"] == "error",
        refusals=_REFUSALS,
    )


_MESSAGES: Mapping[str, str] = {
    "NoPermission": "Permission denied.",
    "InvalidParameter": "The specified parameter is not valid.",
    "CallInterface": "Call Inteface Happen Error.",
}
_REFUSALS: Mapping[Problem, tuple[int, str, str]] = {
    "malformed": (400, "InvalidParameter", "The account is not valid."),
    "closed": (400, "InvalidParameter", "The account does not exist."),
    "self": (400, "InvalidParameter", "The image cannot be shared with its owner."),
    "again": (400, "InvalidParameter", "The image is shared with the account already."),
    "absent": (400, "InvalidParameter", "The image is not shared with the account."),
    "quota": (400, "ens.interface.error", "The image is shared with too many accounts."),
}


def _denied(behaviour: Behaviour) -> tuple[int, str]:
    code = behaviour.text("ens_denied_code")
    return (400 if code == "NoPermission" else 403), code


SERVICE = Service(
    name=NAME,
    version="2017-11-10",
    ram="ens",
    switches={
        # The member of an account in DescribeImageSharePermission; "plain" is a list of ids.
        "account_field": ("AliyunUid", "AliyunId", "plain"),
        "ens_per_call": ("none", 10),
        "ens_quota": ("none", 50),
        "ens_remove_several": ("error", "first", "ignored"),
        "ens_absent_image": ("NoPermission", "InvalidParameter", "CallInterface"),
        # What a call is answered that no policy allows: the service's own list of codes, or the gateway.
        "ens_denied_code": ("NoPermission", "Forbidden.RAM"),
        "ens_public_image": ("allowed", "refused"),
    },
    actions={
        "ModifyImageSharePermission": modify_image_share_permission,
        "DescribeImageSharePermission": describe_image_share_permission,
        "DescribeSelfImages": describe_self_images,
    },
    parameters={
        "ModifyImageSharePermission": Page(("ImageId",), ("AddAccounts", "RemoveAccounts")),
        "DescribeImageSharePermission": Page(("ImageId",), ("AliyunId", "PageNumber", "PageSize")),
        "DescribeSelfImages": Page((), ("ImageId", "ImageName", "SnapshotId", "PageNumber", "PageSize")),
    },
    resources={"ModifyImageSharePermission": "acs:ens::{account}:image/{image}"},
    denied=_denied,
    has_regions=False,
)
