"""Groups that are the accounts of a folder of a resource directory: `web-teams: {folder: fd-…}`.

Only the cloud knows who belongs to a folder. So such a group stays a FolderGroup until whoever has
credentials lists the accounts; whoever only looks at files takes it for a group without known accounts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.sharing.access_end import end_within, split_note
from alicloud_image_share.sharing.accounts import LONGEST_NOTE
from alicloud_image_share.stack_file.definitions import ShareDefinition, StackValues, definitions
from alicloud_image_share.stack_file.place import FolderGroup, Place, Problem, UnreadFile, known_name

_KEYS = ("folder", "role_arn")
_FOLDER = re.compile(r"(?:fd|r)-[A-Za-z0-9]{1,62}", re.ASCII)

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "folder": {"type": "string", "pattern": f"^{_FOLDER.pattern}$"},
        "role_arn": {"type": "string", "pattern": r"\S"},
    },
    "required": ["folder"],
    "additionalProperties": False,
    "description": "The accounts of a folder of the resource directory, and a role that may list them.",
}
"""The JSON Schema of a group of a folder."""

AccountsIn = Callable[[FolderGroup], Mapping[str, str]]
"""Gives the accounts of a folder, id → display name."""


def with_folder_groups(groups: Any, place: Place) -> Any:
    """Return the groups, each that names a folder as a FolderGroup, or as an UnreadFile where it is wrong."""
    if not isinstance(groups, Mapping):
        return groups
    return {
        name: _folder_group(members, place.at(str(name))) if _names_folder(members) else members
        for name, members in groups.items()
    }


def with_directory_accounts(values: StackValues, accounts_in: AccountsIn) -> StackValues:
    """Return the values with the accounts of every folder; only for values without problems."""
    if not isinstance(values.groups, Mapping):
        return values
    groups = {
        name: _notes(accounts_in(members)) if isinstance(members, FolderGroup) else members
        for name, members in values.groups.items()
    }
    return replace(values, groups=groups)


def unread_folders(values: StackValues) -> Iterator[Problem]:
    """Say of each folder that a share uses that its accounts are not known; for values without problems."""
    used = {name for share in values.shares.values() for name in share.get("groups") or ()}
    for name, members in values.groups.items():
        if isinstance(members, FolderGroup) and name in used:
            yield values.groups_place.at(name).problem(
                f"only the resource directory knows the accounts of folder {members.folder}, and no call is"
                " made off line; `image-share preview` reads them"
            )


def shares_of_folders(values: StackValues) -> Iterator[tuple[ShareDefinition, str, str]]:
    """Give each named share with each of its groups that is a folder, and the id of the folder."""
    for name, fields in values.shares.items():
        for group in fields.get("groups") or ():
            members = values.groups[group]
            if isinstance(members, FolderGroup):
                shares = definitions(replace(values, shares={name: fields}))
                yield from ((share, group, members.folder) for share in shares)


def _names_folder(members: Any) -> bool:
    return isinstance(members, Mapping) and "folder" in members


def _folder_group(members: Mapping[str, Any], place: Place) -> FolderGroup | UnreadFile:
    problems = tuple(_problems(members, place))
    return UnreadFile(problems) if problems else FolderGroup(members["folder"], members.get("role_arn"))


def _problems(members: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    for key in members:
        if key not in _KEYS:
            yield place.at(key).problem(f"unknown key{known_name(key, _KEYS)}")
    folder, role_arn = members["folder"], members.get("role_arn")
    if not (isinstance(folder, str) and _FOLDER.fullmatch(folder)):
        yield place.at("folder").wrong(folder, "is not the id of a folder, such as fd-bVaRIG1234")
    if role_arn is not None and not (isinstance(role_arn, str) and is_role(role_arn)):
        yield place.at("role_arn").wrong(role_arn, NO_ROLE)


def _notes(accounts: Mapping[str, str]) -> dict[str, str]:
    return {account: _note(name[:LONGEST_NOTE]) for account, name in accounts.items()}


def _note(name: str) -> str:
    """Return a display name as a note: whoever gives an account its name ends no access with it."""
    has_end = end_within(name) or split_note(name)[1] is not None
    return name if not has_end else name.replace("[", "(").replace("]", ")")
