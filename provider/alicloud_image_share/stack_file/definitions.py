"""From checked values to the shares that a stack declares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.sharing.access_end import longer
from alicloud_image_share.sharing.model import DEFAULTS, ImageKey
from alicloud_image_share.sharing.newest import Selection
from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.account_ends import notes_of
from alicloud_image_share.stack_file.place import FolderGroup, Place


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account that a share names, and the groups that it comes from."""

    id: str
    note: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareDefinition:
    """One ImageShare to declare. None is a field that the file does not give."""

    name: str
    """The resource name: the key in the file, for one of several `images` followed by `-` and the region."""
    service: str
    image_id: str
    region_id: str | None = None
    accounts: tuple[ListedAccount, ...] = ()
    exclusive: bool = False
    share_to_ecs: bool | None = None
    role_arn: str | None = None
    timeout: float = DEFAULTS["timeout"]

    def key(self, region: str | None) -> ImageKey:
        """Return the image; `region` is that of the stack, for a share that names none."""
        regional = services.service(self.service).API.regional
        return ImageKey(self.service, (self.region_id or region) if regional else None, self.image_id)

    @property
    def notes(self) -> dict[str, str]:
        """Account id → note."""
        return {account.id: account.note for account in self.accounts}

    @property
    def inputs(self) -> dict[str, Any]:
        """The arguments of ImageShare beside the name of the resource."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "name"}
        return values | {"accounts": self.notes}

    @property
    def entry(self) -> dict[str, Any]:
        """The fields that a stack file has for this share: those that differ from the default."""
        return {
            name: value
            for name, value in self.inputs.items()
            if value != DEFAULTS.get(name) and value not in (None, {})
        }

    def call(self) -> Iterator[str]:
        """Yield the lines by which a program declares this share, an account a line."""
        yield "ImageShare("
        yield f"    {_literal(self.name)},"
        yield from (f"    {key}={_literal(value)}," for key, value in self.entry.items() if key != "accounts")
        yield "    accounts={"
        yield from (f"        {_literal(account)}: {_literal(note)}," for account, note in self.notes.items())
        yield "    },"
        yield ")"


ABSENT: Any = object()
"""What stands for a key that the stack does not have; None is a key without a value."""


@dataclass(frozen=True, slots=True)
class StackValues:
    """The values of `image-shares:groups` and `image-shares:shares`, and the files that they come from."""

    groups_place: Place
    shares_place: Place
    groups: Any
    """An empty map where the stack has no groups."""
    shares: Any = ABSENT


SELECTING = ("family", "name")
"""The fields of which one says that a share rotates."""

REGION = ("region_id", "regions")


@dataclass(frozen=True, slots=True)
class Rotation:
    """Shares of the newest images, a share an image."""

    share: ShareDefinition
    """What the shares have in common; its name is the key in the file, its image is open."""
    selection: Selection
    keep: int
    regions: tuple[str | None, ...] = (None,)
    """Where the images are; None is the region that is configured."""

    def of(self, region: str | None, image_id: str) -> ShareDefinition:
        """Return the share of one image, named by its id: a position would move with each new image."""
        name = f"{self.share.name}-{image_id}"
        return replace(self.share, name=name, region_id=region, image_id=image_id)


ImagesOf = Callable[[Rotation], Iterable[tuple[str | None, str]]]
"""Gives the images of a rotation, each by one of its regions and its id."""


def unknown_images(_rotation: Rotation) -> Iterable[tuple[str | None, str]]:
    """Return none: for whoever only wants what the file itself names."""
    return ()


def rotates(fields: Mapping[str, Any]) -> bool:
    """Tell whether a share is one of the newest images."""
    return any(name in fields for name in SELECTING)


def definitions(values: StackValues, images_of: ImagesOf = unknown_images) -> tuple[ShareDefinition, ...]:
    """Return what the stack declares; only for values without problems.

    `images_of` says which images rotate in; by default, the shares of such images are left out.
    """
    notes = _group_notes(values)
    entries = values.shares.items()
    return tuple(share for name, fields in entries for share in _shares(name, fields, notes, images_of))


def rotations(values: StackValues) -> tuple[Rotation, ...]:
    """Return the rotating shares that the stack declares; only for values without problems."""
    notes = _group_notes(values)
    entries = [(name, fields) for name, fields in values.shares.items() if rotates(fields)]
    return tuple(_rotation(_common(name, fields, notes), fields) for name, fields in entries)


def resource_names(name: str, fields: Mapping[str, Any]) -> list[str]:
    """Return the names that one entry under `image-shares:shares` gives; not those of images to be listed."""
    if rotates(fields):
        return []
    images = fields.get("images")
    return [f"{name}-{region}" for region in images] if isinstance(images, Mapping) else [name]


def _literal(value: object) -> str:
    """Return a Python literal, in double quotes where nothing in a text has to be escaped for a terminal."""
    printable = isinstance(value, str) and value.isprintable()
    return json.dumps(value, ensure_ascii=False) if printable else repr(value)


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


def _group_notes(values: StackValues) -> dict[str, Mapping[str, str]]:
    """Return the notes of each group; none of a folder whose accounts nobody has listed."""
    return {
        name: {} if isinstance(members, FolderGroup) else notes_of(members)
        for name, members in values.groups.items()
    }


def _common(name: str, entry: Mapping[str, Any], groups: Mapping[str, Mapping[str, str]]) -> ShareDefinition:
    return ShareDefinition(
        name=name,
        service=entry["service"],
        image_id=entry.get("image_id", ""),
        accounts=_accounts(notes_of(entry.get("accounts") or ()), entry.get("groups") or (), groups),
        **{key: entry[key] for key in ("region_id", *DEFAULTS) if entry.get(key) is not None},
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
            notes[account] = longer(notes[account], note) if account in notes else note
            brought[account] = (*brought.get(account, ()), name)
    return tuple(ListedAccount(account, note, brought[account]) for account, note in notes.items())


def parsed(text: str | None) -> Any:
    """Return a structured value; other text stays text, so that the check can name its place."""
    if text is None:
        return ABSENT
    try:
        return parse_json(text)
    except ValueError:
        return text
