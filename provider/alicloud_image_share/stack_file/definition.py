"""From checked values to the shares that a stack declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.inputs import DEFAULTS
from alicloud_image_share.stack_file.values import StackValues


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

    @property
    def notes(self) -> dict[str, str]:
        """Account id → note."""
        return {account.id: account.note for account in self.accounts}


def definitions(values: StackValues) -> tuple[ShareDefinition, ...]:
    """Return what the stack declares; only for values without problems."""
    notes = {name: account_notes(members) for name, members in values.groups.items()}
    return tuple(share for name, fields in values.shares.items() for share in _shares(name, fields, notes))


def resource_names(name: str, fields: Mapping[str, Any]) -> list[str]:
    """Return the names of the resources that one entry under `image-shares:shares` declares."""
    images = fields.get("images")
    return [f"{name}-{region}" for region in images] if isinstance(images, Mapping) else [name]


def account_notes(accounts: Mapping[str, str | None] | Iterable[str | int] | None) -> dict[str, str]:
    """Turn a map id → note, or a list of ids, into a map id → note."""
    if isinstance(accounts, Mapping):
        return {account: note or "" for account, note in accounts.items()}
    return {str(account): "" for account in accounts or ()}


def _shares(
    name: str, fields: Mapping[str, Any], groups: Mapping[str, Mapping[str, str]]
) -> Iterator[ShareDefinition]:
    accounts = _accounts(account_notes(fields.get("accounts")), fields.get("groups") or (), groups)
    images = fields.get("images") or {fields.get("region_id"): fields.get("image_id")}
    for resource, (region, image) in zip(resource_names(name, fields), images.items(), strict=True):
        yield ShareDefinition(
            name=resource,
            service=fields["service"],
            image_id=image,
            region_id=region,
            accounts=accounts,
            exclusive=fields.get("exclusive") or False,
            share_to_ecs=fields.get("share_to_ecs"),
            role_arn=fields.get("role_arn"),
            timeout=fields.get("timeout", DEFAULTS["timeout"]),
        )


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
