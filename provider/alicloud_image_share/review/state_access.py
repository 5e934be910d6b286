"""What the state of one share says: which image it is of, and who may use that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.review.engine_step import (
    HIDDEN,
    PERMISSION_TYPE,
    ResourceState,
    is_special,
    resource_name,
)
from alicloud_image_share.sharing.accounts import plain_note
from alicloud_image_share.sharing.model import ImageKey

Notes = Mapping[str, str]
"""Account id → note."""


@dataclass(frozen=True, slots=True)
class StateAccess:
    """Who can use an image, as far as the state of one share knows; accounts are None where secret."""

    name: str
    image: str
    accounts: Notes | None
    foreign: tuple[str, ...] = ()
    in_ecs: bool = False
    """Whether the image is shared to the owner's own ECS (SWAS)."""
    managed: frozenset[str] = frozenset()
    """Every account that the share lists or owns."""


def access(urn: str, state: ResourceState) -> StateAccess:
    """Return who has access by the outputs of a share."""
    accounts = account_notes(state.outputs, "accounts")
    in_ecs = state.outputs.get("share_to_ecs") is True
    foreign = tuple(sorted(foreign_accounts(state)))
    return StateAccess(
        resource_name(urn), image_of(state), accounts, foreign, in_ecs, managed_accounts(state)
    )


def listed_accounts(state: ResourceState) -> Notes | None:
    """Return the accounts that a share asks for; None where that is secret or not known yet."""
    if state.type != PERMISSION_TYPE:
        return account_notes(state.inputs, "accounts")
    account = state.inputs.get("accountId")
    return {account: ""} if account and account not in HIDDEN else None


def account_notes(values: Mapping[str, Any], key: str) -> Notes | None:
    """Return a map of accounts; None where it is secret or not known yet."""
    accounts = values.get(key)
    if isinstance(accounts, Mapping) and not is_special(accounts):
        return {
            account: "" if note in HIDDEN else plain_note(str(note)) for account, note in accounts.items()
        }
    return {} if accounts is None else None


def is_secret(state: ResourceState | None) -> bool:
    """Tell whether the accounts of a share are secret."""
    return state is not None and state.inputs.get("accounts_secret") is True


def foreign_accounts(state: ResourceState | None) -> frozenset[str]:
    """Return who has access without being owned, as state has it."""
    accounts = state.outputs.get("foreign_accounts") if state else None
    return frozenset(accounts) if isinstance(accounts, list) else frozenset()


def managed_accounts(state: ResourceState | None) -> frozenset[str]:
    """Return every account that a share lists or owns."""
    if state is None:
        return frozenset()
    owned = account_notes(state.outputs, "owned_accounts") or {}
    return frozenset(listed_accounts(state) or {}) | frozenset(owned)


def image_of(state: ResourceState | None, region: str | None = None) -> str:
    """Return the resource id of the image, with `?` for what is unknown; `region` is that of a permission."""
    inputs = state.inputs if state else {}
    if state and state.type == PERMISSION_TYPE:
        return str(ImageKey("ecs", region, _known(inputs.get("imageId"))))
    service, image = _known(inputs.get("service")), _known(inputs.get("image_id"))
    return str(ImageKey(service, _known(inputs.get("region_id"), None), image))


def _known(value: Any, otherwise: Any = "?") -> Any:
    return otherwise if value is None or value in HIDDEN else value
