"""What the engine's steps mean for who can use which image."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from alicloud_image_share.review.engine_step import (
    HIDDEN,
    PERMISSION_TYPE,
    EngineStep,
    ResourceState,
    is_special,
    resource_name,
)
from alicloud_image_share.sharing.model import DEFAULTS, ImageKey

Notes = Mapping[str, str]
"""Account id → note."""


class Step(enum.Enum):
    """What happens to a share; the value is the words for it, before and after."""

    DELETE = ("to delete", "deleted")
    UPDATE = ("to update", "updated")
    CREATE = ("to create", "created")
    DRIFT = ("drifted", "drifted")
    """Found by a refresh: what is live is not what state said."""
    UNCHANGED = ("unchanged", "unchanged")
    """Stays as it is: whoever it lists loses access by no other share."""

    def word(self, *, planned: bool) -> str:
        """Return the word for it."""
        return self.value[0 if planned else 1]


STEPS: Mapping[str, Step] = {
    "create": Step.CREATE,
    "create-replacement": Step.CREATE,
    "update": Step.UPDATE,
    "refresh": Step.DRIFT,
    "delete": Step.DELETE,
    "delete-replaced": Step.DELETE,
}
"""The engine's operations that change who has access."""


@dataclass(frozen=True, slots=True)
class ShareChange:
    """One step of one share. Accounts are None where they are secret or not known yet."""

    name: str
    image: str
    step: Step
    planned: bool
    gains: Notes | None
    loses: Notes | None
    renoted: Notes | None
    """Accounts whose note changes, with the new one."""
    appeared: tuple[str, ...] = ()
    """Accounts that somebody else has given access, as a refresh found."""
    fields: tuple[str, ...] = ()
    """Other inputs that change."""
    listed: Notes = field(default_factory=dict)
    """Every account that the share asks for from then on, with its note; secret ones are left out."""
    keeps: Notes = field(default_factory=dict)
    """Accounts that stay: on the list, or never owned by the share that lets go of them."""
    managed: frozenset[str] = frozenset()
    """Every account that the share lists or owns from then on: foreign to no share of the stack."""
    foreign: frozenset[str] = frozenset()
    """Accounts that have access without being owned, as state has it."""
    read: bool = False
    """Whether a refresh has read, before this step, who has access: else state may be out of date."""
    exclusive: bool = False
    replaces: str | None = None
    """The image that the share was of before, if it is another one now."""
    in_ecs: bool | None = None
    """Whether the share to the owner's own ECS is switched on or off; None where it stays as it is."""
    asks_for_ecs: bool = False
    """Whether the share asks for it from then on."""
    secret: bool = False
    """Whether accounts are hidden because they are secret, rather than not known yet."""

    @property
    def drifted(self) -> bool:
        """Whether anything differs from what state said."""
        return bool(self.gains or self.loses or self.appeared or self.fields)


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


def change(step: EngineStep, *, planned: bool, region: str | None = None) -> ShareChange | None:
    """Return what a step changes; None where that is nothing. `region` is for shares that name none."""
    kind = STEPS.get(step.op)
    if kind is None or not (step.new or step.old):
        return None
    old, new = step.old, None if kind is Step.DELETE else step.new
    moved = bool(kind is Step.CREATE and old and new and _image(old, region) != _image(new, region))
    # Replaced by another image: there everybody gains access.
    before = None if moved else old
    accounts = _accounts(before, kind), _accounts(new, kind)
    gains, loses, renoted = _compared(*accounts)
    keeps, loses = _kept(before, new, loses, *accounts)
    name = resource_name(step.urn)
    made = ShareChange(
        name=name,
        image=_image(new or old, region).replace("?", f"(known in up, of {name})"),
        step=kind,
        planned=planned,
        gains=gains,
        loses=loses,
        renoted=renoted,
        appeared=tuple(sorted(_foreign(new) - _foreign(old))) if kind is Step.DRIFT else (),
        fields=_fields(old, new) if old and new else (),
        listed=accounts[1] or {},
        managed=_managed(new),
        keeps=keeps,
        foreign=_foreign(before),
        exclusive=(new or old or ResourceState()).inputs.get("exclusive") is True,
        replaces=_image(old, region) if moved else None,
        in_ecs=_switched(before, new),
        asks_for_ecs=bool(new and new.inputs.get("share_to_ecs") is True),
        secret=bool(_is_secret(before) or _is_secret(new)),
    )
    return None if kind is Step.DRIFT and not made.drifted else made


def unchanged(step: EngineStep, *, planned: bool, region: str | None = None) -> ShareChange | None:
    """Return what a share that nothing happens to lists; None where the step does not say it."""
    if step.op not in ("same", "refresh") or not step.new:
        return None
    listed = _accounts(step.new, Step.UNCHANGED)
    return ShareChange(
        name=resource_name(step.urn),
        image=_image(step.new, region),
        step=Step.UNCHANGED,
        planned=planned,
        gains={},
        loses={},
        renoted={},
        listed=listed or {},
        managed=_managed(step.new),
        keeps=listed or {},
        exclusive=step.new.inputs.get("exclusive") is True,
        asks_for_ecs=step.new.inputs.get("share_to_ecs") is True,
        secret=_is_secret(step.new),
    )


def share_changes(
    steps: Sequence[EngineStep], *, planned: bool, region_of: Callable[[EngineStep], str | None]
) -> tuple[ShareChange, ...]:
    """Return what happens to every share of a run, those included that stay as they are."""
    read = {step.urn for step in steps if step.op == "refresh"}
    moving = {step.urn for step in steps if step.op in STEPS and step.op != "refresh"}
    stays = {
        step.urn: unchanged(step, planned=planned, region=region_of(step))
        for step in steps
        if step.urn not in moving
    }
    moves = ((step.urn, change(step, planned=planned, region=region_of(step))) for step in steps)
    every = [*moves, *stays.items()]
    return _without_managed([replace(found, read=urn in read) for urn, found in every if found])


def _without_managed(changes: Sequence[ShareChange]) -> tuple[ShareChange, ...]:
    """Leave out of drift whom another share of the stack lists or owns."""
    managed: dict[str, frozenset[str]] = {}
    for found in changes:
        managed[found.image] = managed.get(found.image, frozenset()) | found.managed
    own = (
        replace(found, appeared=tuple(sorted(set(found.appeared) - managed[found.image])))
        for found in changes
    )
    return tuple(found for found in own if found.step is not Step.DRIFT or found.drifted)


def access(urn: str, state: ResourceState) -> StateAccess:
    """Return who has access by the outputs of a share."""
    accounts = _plain(state.outputs, "accounts")
    in_ecs = state.outputs.get("share_to_ecs") is True
    foreign = tuple(sorted(_foreign(state)))
    return StateAccess(resource_name(urn), _image(state), accounts, foreign, in_ecs, _managed(state))


def _accounts(state: ResourceState | None, step: Step) -> Notes | None:
    if state is None:
        return {}
    if state.type == PERMISSION_TYPE:
        account = state.inputs.get("accountId")
        return {account: ""} if account and account not in HIDDEN else None
    if step is not Step.DELETE:
        return _plain(state.inputs, "accounts")
    return {} if state.retained else _removed_with(state)


def _removed_with(state: ResourceState) -> Notes | None:
    """Return whom the delete of a share takes access from."""
    listed, owned = _plain(state.outputs, "accounts"), _plain(state.outputs, "owned_accounts")
    if "owned_accounts" not in state.outputs:
        # State of a version that kept no owned accounts: the share owns what it lists.
        return listed
    if state.inputs.get("exclusive") is True:
        return None if listed is None or owned is None else {**owned, **listed}
    return owned


def _compared(before: Notes | None, after: Notes | None) -> tuple[Notes | None, Notes | None, Notes | None]:
    """Return who gains, who loses and whose note changes; None where it is secret."""
    if before is None or after is None:
        return None, None, None
    return (
        {account: note for account, note in after.items() if account not in before},
        {account: note for account, note in before.items() if account not in after},
        {account: note for account, note in after.items() if before.get(account, note) != note},
    )


def _kept(
    old: ResourceState | None, new: ResourceState | None, loses: Notes | None, *accounts: Notes | None
) -> tuple[Notes, Notes | None]:
    """Return who stays, and who of those that leave goes: of an additive share, only whom it owns."""
    before, after = accounts
    keeps = {account: note for account, note in (after or {}).items() if account in (before or {})}
    if old and old.retained and new is None:
        return dict(_plain(old.outputs, "accounts") or {}), {}
    owned = _plain(old.outputs, "owned_accounts") if old and "owned_accounts" in old.outputs else None
    if not loses or not new or owned is None or new.inputs.get("exclusive") is True:
        return keeps, loses
    stays = {account: note for account, note in loses.items() if account not in owned}
    return keeps | stays, {account: note for account, note in loses.items() if account in owned}


def _plain(values: Mapping[str, Any], key: str) -> Notes | None:
    found = values.get(key)
    if isinstance(found, Mapping) and not is_special(found):
        return {account: "" if note in HIDDEN else str(note) for account, note in found.items()}
    return {} if found is None else None


def _is_secret(state: ResourceState | None) -> bool:
    return state is not None and state.inputs.get("accounts_secret") is True


def _foreign(state: ResourceState | None) -> frozenset[str]:
    found = state.outputs.get("foreign_accounts") if state else None
    return frozenset(found) if isinstance(found, list) else frozenset()


def _managed(state: ResourceState | None) -> frozenset[str]:
    if state is None:
        return frozenset()
    owned = _plain(state.outputs, "owned_accounts") or {}
    return frozenset(_accounts(state, Step.UNCHANGED) or {}) | frozenset(owned)


def _fields(old: ResourceState, new: ResourceState) -> tuple[str, ...]:
    # A refresh gives the defaults, which check leaves out.
    before, after = {**DEFAULTS, **old.inputs}, {**DEFAULTS, **new.inputs}
    names = (before.keys() | after.keys()) - {"accounts", "__provider"}
    return tuple(sorted(name for name in names if before.get(name) != after.get(name)))


def _switched(old: ResourceState | None, new: ResourceState | None) -> bool | None:
    before = old.inputs.get("share_to_ecs") if old else None
    if new is None:
        return False if before is True and old and not old.retained else None
    after = new.inputs.get("share_to_ecs")
    return after if after is not None and after != before else None


def _image(state: ResourceState | None, region: str | None = None) -> str:
    inputs = state.inputs if state else {}
    if state and state.type == PERMISSION_TYPE:
        return str(ImageKey("ecs", region, _known(inputs.get("imageId"))))
    service, image = _known(inputs.get("service")), _known(inputs.get("image_id"))
    return str(ImageKey(service, _known(inputs.get("region_id"), None), image))


def _known(value: Any, otherwise: Any = "?") -> Any:
    return otherwise if value is None or value in HIDDEN else value
