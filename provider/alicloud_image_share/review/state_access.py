"""What the state of one share says: which image it is of, and who may use that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from alicloud_image_share.sharing.model import ImageKey, Share, ShareState

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


def noted(accounts: Iterable[str], notes: Notes) -> dict[str, str]:
    """Return accounts with their notes, in the order of the notes."""
    return {account: note for account, note in notes.items() if account in accounts}


def access(urn: str, state: ResourceState) -> StateAccess:
    """Return who has access by the outputs of a share."""
    listed, owner = account_notes(state.outputs, "accounts"), owner_of(state)
    # The owner stands on a list in vain.
    accounts = None if listed is None else noted(listed.keys() - {owner}, listed)
    in_ecs = state.outputs.get("share_to_ecs") is True
    foreign = tuple(sorted(foreign_accounts(state)))
    return StateAccess(
        resource_name(urn), str(image_key(state)), accounts, foreign, in_ecs, managed_accounts(state)
    )


def share_of(state: ResourceState | None) -> Share | None:
    """Return what a share asks for; accounts that are hidden are left out."""
    return _share(state, listed_accounts(state) or {}) if state else None


def share_state(state: ResourceState | None) -> ShareState | None:
    """Return what state holds of a share; accounts that are hidden are left out."""
    if state is None:
        return None
    accounts, owned = _accounts_before(state)
    return ShareState(_share(state, accounts or {}), owned or {}, owner_id=owner_of(state))


def owner_of(state: ResourceState | None) -> str | None:
    """Return the account that owns the image of a share; None where state does not tell it."""
    owner = state.outputs.get("owner_id") if state else None
    return owner if isinstance(owner, str) and owner not in HIDDEN else None


def hides_accounts(state: ResourceState | None) -> bool:
    """Tell whether accounts of a share are secret or not known yet."""
    return state is not None and None in (listed_accounts(state), *_accounts_before(state))


def _share(state: ResourceState, accounts: Notes) -> Share:
    switch = state.inputs.get("share_to_ecs")
    return Share(
        image_key(state),
        accounts,
        exclusive=state.inputs.get("exclusive") is True,
        share_to_ecs=switch if isinstance(switch, bool) else None,
    )


def _accounts_before(state: ResourceState) -> tuple[Notes | None, Notes | None]:
    """Return the accounts that a share of state lists and owns.

    One of pulumi-alicloud, and a share of a version that kept no owned accounts, owns what it lists.
    """
    listed = (
        account_notes(state.outputs, "accounts") if "accounts" in state.outputs else listed_accounts(state)
    )
    owned = account_notes(state.outputs, "owned_accounts") if "owned_accounts" in state.outputs else listed
    return listed, owned


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


def image_key(state: ResourceState | None, region: str | None = None) -> ImageKey:
    """Return the image, with `?` for what is unknown; `region` is that of a permission."""
    inputs = state.inputs if state else {}
    if state and state.type == PERMISSION_TYPE:
        return ImageKey("ecs", region, _known(inputs.get("imageId")))
    service, image = _known(inputs.get("service")), _known(inputs.get("image_id"))
    return ImageKey(service, _known(inputs.get("region_id"), None), image)


def _known(value: Any, otherwise: Any = "?") -> Any:
    return otherwise if value is None or value in HIDDEN else value
