"""The permissions of a stack, read from what `pulumi stack export` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.errors import ShareError
from alicloud_image_share.review.engine_step import (
    PERMISSION_TYPE,
    is_special,
    resource_name,
    reveal,
    stack_name,
)
from alicloud_image_share.review.json_document import find_document
from alicloud_image_share.sharing.accounts import ACCOUNT_ID

_DEFAULT = re.compile(r"(default(_[0-9].*)?)?", re.DOTALL)

Resource = Mapping[str, Any]


class CheckpointError(ShareError):
    """A text is not what `pulumi stack export` prints."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One account on one image, as pulumi-alicloud keeps it in state."""

    urn: str
    image_id: str
    account: str
    region: str | None
    """Of its provider; None where that takes it from the environment."""
    provider: str = ""
    """The name of a provider of its own, empty for the default one."""
    protected: bool = False
    needed_by: tuple[str, ...] = ()
    """The names of other resources that depend on it."""

    @property
    def name(self) -> str:
        """The name of the resource."""
        return resource_name(self.urn)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The permissions of a stack, in the order of state: nothing stands before what it depends on."""

    permissions: tuple[Permission, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def stack(self) -> str:
        """The name of the stack; empty without a permission."""
        return stack_name(self.permissions[0].urn) if self.permissions else ""


def read_checkpoint(text: str) -> Checkpoint:
    """Return the permissions of an export, and those that cannot be moved in words; raise CheckpointError."""
    try:
        resources = _document(text)["deployment"].get("resources") or []
        managed = [
            resource
            for resource in resources
            if resource["type"] == PERMISSION_TYPE and not resource.get("external")
        ]
        permissions = [_permission(resource, resources) for resource in managed]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError("This is not what `pulumi stack export` prints.") from error
    return Checkpoint(
        tuple(resource for resource in permissions if isinstance(resource, Permission)),
        tuple(resource for resource in permissions if isinstance(resource, str)),
    )


def _document(text: str) -> Mapping[str, Any]:
    return find_document(text, lambda document: isinstance(document.get("deployment"), Mapping))


def _permission(resource: Resource, resources: Sequence[Resource]) -> Permission | str:
    """Return a permission, or why it stays where it is."""
    inputs, name = resource.get("inputs") or {}, resource_name(resource["urn"])
    if resource.get("delete"):
        return f"{name} is still to be deleted: run pulumi up, which deletes it, and export again"
    image, account = _plain(inputs.get("imageId")), _plain(inputs.get("accountId"))
    if image is None or account is None:
        return f"{name} has a secret id: export with `pulumi stack export --show-secrets`"
    if not ACCOUNT_ID.fullmatch(account):
        return f"{name} is shared with {account!r}, which is not an account id"
    reference = str(resource.get("provider") or "")
    provider = resource_name(reference.rpartition("::")[0])
    return Permission(
        urn=resource["urn"],
        image_id=image,
        account=account,
        region=_region(reference, resources),
        provider="" if _DEFAULT.fullmatch(provider) else provider,
        protected=resource.get("protect") is True,
        needed_by=tuple(resource_name(each["urn"]) for each in resources if _needs(each, resource["urn"])),
    )


def _region(reference: str, resources: Sequence[Resource]) -> str | None:
    for resource in resources:
        if reference and f"{resource['urn']}::{resource.get('id')}" == reference:
            return _plain((resource.get("inputs") or {}).get("region")) or None
    return None


def _needs(resource: Resource, urn: str) -> bool:
    """Tell whether state keeps another kind of resource from being left without this one."""
    return resource["type"] != PERMISSION_TYPE and urn in _needed(resource)


def _needed(resource: Resource) -> Iterator[str]:
    yield from resource.get("dependencies") or ()
    for urns in (resource.get("propertyDependencies") or {}).values():
        yield from urns or ()
    yield from filter(None, (resource.get("parent"), resource.get("deletedWith")))


def _plain(value: Any) -> str | None:
    """Return a text, also of a secret that was exported in clear; None for one that was not."""
    if is_special(value) and "plaintext" in value:
        value = reveal(value)
    return str(value) if isinstance(value, str | int) else None
