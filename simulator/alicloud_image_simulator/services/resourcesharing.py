"""Resource Sharing: what is shared with accounts, folders and resource directories beside the image APIs.

https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-listresourceshares
https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-listsharedresources
https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcesharing-2020-01-10-listsharedtargets
https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-listresourceshareassociations

Only images are shared here. The cloud has a host for each region; here RegionId tells the regions apart, and
a call without it is about all of them. A principal of a folder or a directory is not told from an account:
`OtherAccounts` lists what is shared with the caller by its own id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alicloud_image_simulator.parameters import Page, invalid
from alicloud_image_simulator.refusal import RefusalError
from alicloud_image_simulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alicloud_image_simulator.resource_share import ResourceShare
    from alicloud_image_simulator.service import Body, Call

NAME = "resourcesharing"
MOST_IDS = 5
TYPE = "Image"


def list_resource_shares(call: Call) -> Body:
    """List the resource shares of the caller, or those that share with it."""
    name, status = call.parameters.text("ResourceShareName"), call.parameters.text("ResourceShareStatus")
    shown: list[Body] = [
        {
            "ResourceShareId": share.share_id,
            "ResourceShareName": share.name,
            "ResourceShareOwner": share.owner_id,
            "ResourceShareStatus": share.status,
            "AllowExternalTargets": share.allow_external_targets,
            "ResourceGroupId": f"rg-{share.owner_id}",
            "Tags": [],
            **_times(share),
        }
        for share in _of_side(call)
        if name in {"", share.name} and status in {"", share.status}
    ]
    return _page(call, "ResourceShares", shown)


def list_shared_resources(call: Call) -> Body:
    """List what the caller shares, or what is shared with it."""
    target = call.parameters.text("Target")
    wanted = _ids(call, "ResourceIds")
    arns = _ids(call, "ResourceArns")
    is_own = _is_own(call)
    shown: list[Body] = [
        {
            "ResourceShareId": share.share_id,
            "ResourceId": image,
            "ResourceType": TYPE,
            "ResourceArn": _arn(share, image),
            **({} if is_own else {"ResourceStatus": "Available", "ResourceStatusMessage": ""}),
            **_times(share),
        }
        for share in _of_side(call)
        for image in share.images
        if not share.has_ended
        and call.parameters.text("ResourceType") in {"", TYPE}
        and (not target or target in (share.targets if is_own else (share.owner_id,)))
        and (not wanted or image in wanted)
        and (not arns or _arn(share, image) in arns)
    ]
    return _page(call, "SharedResources", shown)


def list_shared_targets(call: Call) -> Body:
    """List who the caller shares with, or who shares with it."""
    wanted, image = _ids(call, "Targets"), call.parameters.text("ResourceId")
    arn, is_own = call.parameters.text("ResourceArn"), _is_own(call)
    shown: list[Body] = [
        {
            "ResourceShareId": share.share_id,
            "TargetId": target,
            "External": target in share.external_targets,
            **_times(share),
        }
        for share in _of_side(call)
        for target in (share.targets if is_own else (share.owner_id,))
        if not share.has_ended
        and call.parameters.text("ResourceType") in {"", TYPE}
        and (not wanted or target in wanted)
        and (not image or image in share.images)
        and (not arn or arn in {_arn(share, held) for held in share.images})
    ]
    return _page(call, "SharedTargets", shown)


def list_resource_share_associations(call: Call) -> Body:
    """List what belongs to the caller's resource shares, and since when: resources or principals."""
    kind = call.parameters.required("AssociationType")
    if kind not in {"Resource", "Target"}:
        raise RefusalError(*invalid("AssociationType"))
    status = call.parameters.text("AssociationStatus")
    name = call.parameters.text("ResourceId" if kind == "Resource" else "Target")
    shown = [
        entity
        for share in _selected(call)
        if share.owner_id == call.caller.id
        for entity in (_resources(share) if kind == "Resource" else _principals(share))
        if status in {"", entity["AssociationStatus"]} and name in {"", entity["EntityId"]}
    ]
    return _page(call, "ResourceShareAssociations", shown)


def _resources(share: ResourceShare) -> Iterator[Body]:
    for image in share.images:
        entity = {"EntityId": image, "EntityType": TYPE, "ResourceArn": _arn(share, image)}
        yield _association(share, "Resource", "Associated") | entity


def _principals(share: ResourceShare) -> Iterator[Body]:
    for target in (*share.targets, *share.pending_targets):
        status = "Associating" if target in share.pending_targets else "Associated"
        external = {"External": target in share.external_targets}
        entity = {"EntityId": target, "EntityType": _entity_type(target), **external}
        yield _association(share, "Target", status) | entity


def _entity_type(target: str) -> str:
    return (
        "ResourceDirectory"
        if target.startswith("rd-")
        else "Folder"
        if target.startswith("fd-")
        else "Account"
    )


def _association(share: ResourceShare, kind: str, status: str) -> Body:
    return {
        "ResourceShareId": share.share_id,
        "ResourceShareName": share.name,
        "AssociationType": kind,
        "AssociationStatus": "Disassociated" if share.has_ended else status,
        "AssociationStatusMessage": "",
        "AssociationFailedDetails": [],
        **_times(share),
    }


def _is_own(call: Call) -> bool:
    owner = call.parameters.required("ResourceOwner")
    if owner not in {"Self", "OtherAccounts"}:
        raise RefusalError(*invalid("ResourceOwner"))
    return owner == "Self"


def _of_side(call: Call) -> Iterator[ResourceShare]:
    """Yield the shares of the caller, or those that share with it."""
    is_own = _is_own(call)
    for share in _selected(call):
        if share.owner_id == call.caller.id if is_own else call.caller.id in share.targets:
            yield share


def _selected(call: Call) -> Iterator[ResourceShare]:
    region, share_ids = call.parameters.text("RegionId"), _ids(call, "ResourceShareIds")
    for share in call.cloud.resource_shares:
        if region in {"", share.region_id} and (not share_ids or share.share_id in share_ids):
            yield share


def _ids(call: Call, name: str) -> frozenset[str]:
    ids = call.parameters.numbered(name)
    if len(ids) > MOST_IDS:
        raise RefusalError(*invalid(name))
    return frozenset(ids.values())


def _arn(share: ResourceShare, image: str) -> str:
    return f"acs:ecs:{share.region_id}:{share.owner_id}:image/{image}"


def _times(share: ResourceShare) -> Body:
    return {"CreateTime": share.created, "UpdateTime": share.created}


def _page(call: Call, key: str, entries: Sequence[Body]) -> Body:
    size = call.parameters.number("MaxResults", default=20, highest=100)
    match = re.fullmatch(r"from-([0-9]{1,9})|", call.parameters.text("NextToken"), re.ASCII)
    if match is None:
        raise RefusalError(*invalid("NextToken"))
    start = int(match[1] or 0)
    page: Body = {key: list(entries[start : start + size])}
    return page | ({"NextToken": f"from-{start + size}"} if start + size < len(entries) else {})


_PAGES = ("MaxResults", "NextToken", "ResourceShareIds.N")

SERVICE = Service(
    name=NAME,
    version="2020-01-10",
    ram="resourcesharing",
    actions={
        "ListResourceShares": list_resource_shares,
        "ListSharedResources": list_shared_resources,
        "ListSharedTargets": list_shared_targets,
        "ListResourceShareAssociations": list_resource_share_associations,
    },
    parameters={
        "ListResourceShares": Page(
            ("ResourceOwner",),
            (
                *(*_PAGES, "PermissionName", "ResourceGroupId", "ResourceShareName", "ResourceShareStatus"),
                *("Tag.N.Key", "Tag.N.Value"),
            ),
        ),
        "ListSharedResources": Page(
            ("ResourceOwner",), (*_PAGES, "ResourceArns.N", "ResourceIds.N", "ResourceType", "Target")
        ),
        "ListSharedTargets": Page(
            ("ResourceOwner",), (*_PAGES, "ResourceArn", "ResourceId", "ResourceType", "Targets.N")
        ),
        "ListResourceShareAssociations": Page(
            ("AssociationType",), (*_PAGES, "AssociationStatus", "ResourceArn", "ResourceId", "Target")
        ),
    },
    denied=lambda _: (403, "NoPermission"),
    has_images=False,
)
