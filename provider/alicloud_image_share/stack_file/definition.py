"""From checked values to the shares that a stack declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from alicloud_image_share.inputs import DEFAULTS
from alicloud_image_share.stack_file.rotation import ImagesOf, Rotation, rotates, unknown_images
from alicloud_image_share.stack_file.share import ListedAccount, ShareDefinition
from alicloud_image_share.stack_file.values import StackValues
from alicloud_image_share.window import Selection


def definitions(values: StackValues, images_of: ImagesOf = unknown_images) -> tuple[ShareDefinition, ...]:
    """Return what the stack declares; only for values without problems.

    `images_of` says which images rotate in; by default, the shares of such images are left out.
    """
    notes = {name: account_notes(members) for name, members in values.groups.items()}
    entries = values.shares.items()
    return tuple(share for name, fields in entries for share in _shares(name, fields, notes, images_of))


def rotations(values: StackValues) -> tuple[Rotation, ...]:
    """Return the rotating shares that the stack declares; only for values without problems."""
    notes = {name: account_notes(members) for name, members in values.groups.items()}
    entries = [(name, fields) for name, fields in values.shares.items() if rotates(fields)]
    return tuple(_rotation(_common(name, fields, notes), fields) for name, fields in entries)


def resource_names(name: str, fields: Mapping[str, Any]) -> list[str]:
    """Return the names that one entry under `image-shares:shares` gives; not those of images to be listed."""
    if rotates(fields):
        return []
    images = fields.get("images")
    return [f"{name}-{region}" for region in images] if isinstance(images, Mapping) else [name]


def account_notes(accounts: Mapping[str, str | None] | Iterable[str | int] | None) -> dict[str, str]:
    """Turn a map id → note, or a list of ids, into a map id → note."""
    if isinstance(accounts, Mapping):
        return {account: note or "" for account, note in accounts.items()}
    return {str(account): "" for account in accounts or ()}


def _shares(
    name: str, fields: Mapping[str, Any], groups: Mapping[str, Mapping[str, str]], images_of: ImagesOf
) -> Iterator[ShareDefinition]:
    common = _common(name, fields, groups)
    if rotates(fields):
        rotation = _rotation(common, fields)
        yield from (rotation.of(region, image) for region, image in images_of(rotation))
        return
    images = fields.get("images") or {common.region_id: common.image_id}
    for resource, (region, image) in zip(resource_names(name, fields), images.items(), strict=True):
        yield replace(common, name=resource, region_id=region, image_id=image)


def _common(name: str, fields: Mapping[str, Any], groups: Mapping[str, Mapping[str, str]]) -> ShareDefinition:
    return ShareDefinition(
        name=name,
        service=fields["service"],
        image_id=fields.get("image_id", ""),
        region_id=fields.get("region_id"),
        accounts=_accounts(account_notes(fields.get("accounts")), fields.get("groups") or (), groups),
        exclusive=fields.get("exclusive") or False,
        share_to_ecs=fields.get("share_to_ecs"),
        role_arn=fields.get("role_arn"),
        timeout=fields.get("timeout", DEFAULTS["timeout"]),
    )


def _rotation(common: ShareDefinition, fields: Mapping[str, Any]) -> Rotation:
    selection = Selection(family=fields.get("family"), name=fields.get("name"))
    regions = tuple(fields.get("regions") or (common.region_id,))
    return Rotation(common, selection, fields["keep"], regions)


def _accounts(
    own: Mapping[str, str], names: Iterable[str], groups: Mapping[str, Mapping[str, str]]
) -> tuple[ListedAccount, ...]:
    notes = dict(own)
    brought: dict[str, tuple[str, ...]] = dict.fromkeys(own, ())
    for name in names:
        for account, note in groups[name].items():
            notes[account] = notes.get(account) or note
            brought[account] = (*brought.get(account, ()), name)
    return tuple(ListedAccount(account, note, brought[account]) for account, note in notes.items())
