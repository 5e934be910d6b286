"""Simple Application Server: sharing custom images with accounts, and with the owner's own ECS.

https://www.alibabacloud.com/help/en/simple-application-server/developer-reference/api-swas-open-2020-06-01-modifyimagesharestatus
https://www.alibabacloud.com/help/en/simple-application-server/developer-reference/api-swas-open-2020-06-01-addcustomimageshareaccount
https://www.alibabacloud.com/help/en/simple-application-server/developer-reference/api-swas-open-2020-06-01-removecustomimageshareaccount
https://www.alibabacloud.com/help/en/simple-application-server/developer-reference/api-swas-open-2020-06-01-listcustomimageshareaccounts
https://www.alibabacloud.com/help/en/simple-application-server/developer-reference/api-swas-open-2020-06-01-listcustomimages
https://www.alibabacloud.com/help/en/simple-application-server/developer-reference/api-swas-open-2020-06-01-listregions
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alicloud_image_simulator.image import DISK_GIB, OS_TYPE
from alicloud_image_simulator.membership import Rules, change
from alicloud_image_simulator.parameters import Page, invalid, missing, paging
from alicloud_image_simulator.refusal import RefusalError
from alicloud_image_simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alicloud_image_simulator.behaviour import Behaviour
    from alicloud_image_simulator.image import Image
    from alicloud_image_simulator.membership import Numbered, Problem
    from alicloud_image_simulator.service import Body, Call

NAME = "swas"


def modify_image_share_status(call: Call) -> None:
    """Share an image with the owner's own ECS, or take that back."""
    image = _own_image(call)
    operation = call.parameters.required("Operation")
    if operation not in {"Share", "UnShare"}:
        raise RefusalError(*_ILLEGAL)
    in_share = operation == "Share"
    switch = "add_again" if in_share else "remove_absent"
    if in_share == image.in_share and call.cloud.behaviour[switch] == "error":
        raise RefusalError(*_ILLEGAL)
    if in_share:
        _check_available(image)
    if not call.faults.is_partial:
        call.write(replace(image, in_share=in_share), "in_share")


def add_custom_image_share_account(call: Call) -> None:
    """Share an image with accounts."""
    image, accounts = _own_image(call), _accounts(call)
    _check_available(image)
    call.write(change(call, image, _rules(call.cloud.behaviour), accounts, {}), "accounts")


def remove_custom_image_share_account(call: Call) -> None:
    """Take an image back from accounts."""
    image, accounts = _own_image(call), _accounts(call)
    call.write(change(call, image, _rules(call.cloud.behaviour), {}, accounts), "accounts")


def list_custom_image_share_accounts(call: Call) -> Body:
    """List a page of the accounts that an image is shared with."""
    image = _own_image(call)
    page = paging(call.parameters, largest=50)
    as_read = call.read(image, "accounts")
    users = [
        {"UserId": int(account), "SharedTime": _shared_time(as_read.shared_time(account))}
        for account in page.of(as_read.accounts)
    ]
    return {"ImageShareUsers": users, **page.counts(len(as_read.accounts))}


def list_custom_images(call: Call) -> Body:
    """List a page of the images that the caller owns."""
    region_id = call.parameters.required("RegionId")
    page = paging(call.parameters, largest=100)
    wanted = _wanted(call)
    matching = [image for image in call.cloud.of(NAME, region_id) if wanted(image)]
    counts = {name: str(count) for name, count in page.counts(len(matching)).items()}
    return {"CustomImages": [_shown(call, image) for image in page.of(matching)], **counts}


def list_regions(call: Call) -> Body:
    """List the regions of the service."""
    regions = [
        {"RegionId": region, "RegionEndpoint": f"swas.{region}.aliyuncs.com", "LocalName": region}
        for region in call.cloud.regions(NAME)
    ]
    return {"Regions": regions}


def _idempotent(write: Callable[[Call], None]) -> Callable[[Call], Body]:
    """Carry a write out once for each ClientToken: the same call again is answered, not repeated."""

    def action(call: Call) -> Body:
        token = call.parameters.text("ClientToken")
        if len(token) > 64 or not token.isascii():
            raise RefusalError(*invalid("ClientToken"))
        key = (NAME, call.action, call.caller.id, token)
        earlier = call.cloud.tokens.get(key)
        if earlier is not None and earlier != call.parameters.values:
            raise RefusalError(*_OTHER_PARAMETERS)
        if earlier is None:
            write(call)
        # A token stands for a call that was carried out whole.
        if token and not call.faults.is_partial:
            call.cloud.tokens[key] = call.parameters.values
        return {}

    return action


def _own_image(call: Call) -> Image:
    region_id = call.parameters.required("RegionId")
    image = call.cloud.find(NAME, region_id, call.parameters.required("ImageId"))
    if image is None or image.owner_id != call.caller.id:
        raise RefusalError(404, "InvalidImageId.NotFound", "The specified ImageId does not exist.")
    return image


def _accounts(call: Call) -> Numbered:
    accounts = call.parameters.numbered("Account")
    if not accounts:
        raise RefusalError(400, "MissingParameter", missing("Account"))
    return accounts


def _check_available(image: Image) -> None:
    if image.status != "Available":
        raise RefusalError(400, "IncorrectStatus", "The status of the image does not support this operation.")


def _rules(behaviour: Behaviour) -> Rules:
    code = behaviour.text("swas_quota_code")
    quota = (_QUOTA_STATUS[code], code, "The image is shared with too many accounts.")
    return Rules(
        per_call=behaviour.limit("swas_per_call"),
        quota=10,
        self_is_refused=behaviour["self_share"] == "error",
        refusals={**dict.fromkeys(_PROBLEMS, invalid("Account")), "quota": quota},
    )


def _wanted(call: Call) -> Callable[[Image], bool]:
    image_ids = call.parameters.json_texts("ImageIds", most=100)
    names = call.parameters.json_texts("ImageNames", most=100)
    share = call.parameters.flag("Share")
    tags = call.parameters.pairs("Tag", "Key", "Value")
    return lambda image: (
        image.owner_id == call.caller.id
        and (not image_ids or image.image_id in image_ids)
        and (not names or image.name in names)
        and share in {None, image.in_share}
        and all(key in image.tags and value in {"", image.tags[key]} for key, value in tags)
    )


def _shown(call: Call, image: Image) -> Body:
    return {
        "ImageId": image.image_id,
        "Name": image.name,
        "Description": "",
        "OsType": OS_TYPE.capitalize(),
        "Status": _STATUSES.get(image.status, "2"),
        "InShare": call.read(image, "in_share").in_share,
        "InShareUser": bool(image.accounts),
        "UserId": int(image.owner_id),
        "RegionId": image.region_id,
        "CreationTime": image.created,
        "RequiredSystemDiskSize": DISK_GIB,
        "RequiredDataDiskSize": 0,
        "ResourceGroupId": "",
        "SystemSnapshotId": image.snapshot_id,
        "SystemSnapshotName": "",
        "Tags": [{"Key": key, "Value": value} for key, value in image.tags.items()],
    }


def _shared_time(time: str) -> str:
    # This service alone writes "2024-07-15 13:59:21.0".
    return time.replace("T", " ").replace("Z", ".0")


_ILLEGAL = (400, "InvalidParam.OperationIllegal", "The specified parameter operation is illegal.")
_OTHER_PARAMETERS = (
    400,
    "IdempotentParameterMismatch",
    "The request uses the same client token as a previous, but non-identical request.",
)
_PROBLEMS: tuple[Problem, ...] = ("malformed", "closed", "self", "again", "absent")
_QUOTA_STATUS: Mapping[str, int] = {"QuotaExceed.ShareImageUser": 403, "QuotaExceeded": 400}
_STATUSES: Mapping[str, str] = {
    "Copying": "0",
    "Available": "1",
    "UnAvailable": "2",
    "CreateFailed": "3",
    "Creating": "4",
}

SERVICE = Service(
    name=NAME,
    version="2020-06-01",
    ram="swas-open",
    switches={
        "swas_per_call": ("none", 10, 5),
        # No page has a code for the eleventh account. CustomImageQuotaLimit, of the service's list, is about
        # the number of images in a region.
        "swas_quota_code": ("QuotaExceed.ShareImageUser", "QuotaExceeded"),
        # Pages of 2022 to 2024 limit every action to ten calls a minute; those of 2026 don't say.
        "swas_calls_a_minute": (10, "none"),
    },
    actions={
        "ModifyImageShareStatus": _idempotent(modify_image_share_status),
        "AddCustomImageShareAccount": _idempotent(add_custom_image_share_account),
        "RemoveCustomImageShareAccount": _idempotent(remove_custom_image_share_account),
        "ListCustomImageShareAccounts": list_custom_image_share_accounts,
        "ListCustomImages": list_custom_images,
        "ListRegions": list_regions,
    },
    parameters={
        "ModifyImageShareStatus": Page(("RegionId", "ImageId", "Operation"), ("ClientToken",)),
        "AddCustomImageShareAccount": Page(("RegionId", "ImageId"), ("Account.N", "ClientToken")),
        "RemoveCustomImageShareAccount": Page(("RegionId", "ImageId"), ("Account.N", "ClientToken")),
        "ListCustomImageShareAccounts": Page(
            ("RegionId", "ImageId"), ("PageNumber", "PageSize", "ClientToken")
        ),
        "ListCustomImages": Page(
            ("RegionId",),
            (
                *("ImageIds", "ImageNames", "Share", "Tag.N.Key", "Tag.N.Value", "PageNumber", "PageSize"),
                *("ClientToken", "DataSnapshotId", "InstanceId", "ResourceGroupId", "SystemSnapshotId"),
            ),
        ),
        "ListRegions": Page((), ("AcceptLanguage",)),
    },
    resources=dict.fromkeys(
        (
            "ModifyImageShareStatus",
            "AddCustomImageShareAccount",
            "RemoveCustomImageShareAccount",
            "ListCustomImageShareAccounts",
            "ListCustomImages",
        ),
        "acs:swas-open:{region}:{account}:customimage/{image}",
    ),
    calls_a_minute=lambda behaviour: behaviour.limit("swas_calls_a_minute"),
)
