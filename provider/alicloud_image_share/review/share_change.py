"""What the engine's steps mean for who can use which image."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alicloud_image_share.review.engine_step import (
    PERMISSION_TYPE,
    SHARE_TYPES,
    EngineStep,
    ResourceState,
    resource_name,
)
from alicloud_image_share.review.field_change import FieldChange, field_changes
from alicloud_image_share.review.state_access import (
    Notes,
    account_notes,
    foreign_accounts,
    image_of,
    is_secret,
    listed_accounts,
    managed_accounts,
)
from alicloud_image_share.sharing.model import DEFAULTS


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
    field_changes: tuple[FieldChange, ...] = ()
    """The same with their values, of what is planned or done."""
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


def change(step: EngineStep, *, planned: bool, region: str | None = None) -> ShareChange | None:
    """Return what a step changes; None where that is nothing. `region` is for shares that name none."""
    kind = STEPS.get(step.op)
    if kind is None or not (step.new or step.old):
        return None
    old, new = step.old, None if kind is Step.DELETE else step.new
    moved = bool(kind is Step.CREATE and old and new and image_of(old, region) != image_of(new, region))
    before = None if moved else old  # On another image everybody gains access.
    accounts = _accounts(before, kind), _accounts(new, kind)
    gains, loses, renoted = _compared(*accounts, owner=before.outputs.get("owner_id") if before else None)
    keeps, loses = _kept(before, new, loses, *accounts)
    name = resource_name(step.urn)
    image = image_of(new or old, region).replace("?", f"(known in up, of {name})")
    made = ShareChange(
        name=name,
        image=image,
        step=kind,
        planned=planned,
        gains=gains,
        loses=loses,
        renoted=renoted,
        appeared=tuple(sorted(foreign_accounts(new) - foreign_accounts(old))) if kind is Step.DRIFT else (),
        fields=_fields(old, new) if old and new else (),
        field_changes=field_changes(image, name, old.inputs if old else None, new.inputs)
        if new and kind is not Step.DRIFT and new.type in SHARE_TYPES
        else (),
        listed=accounts[1] or {},
        managed=managed_accounts(new),
        keeps=keeps,
        foreign=foreign_accounts(before),
        exclusive=(new or old or ResourceState()).inputs.get("exclusive") is True,
        replaces=image_of(old, region) if moved else None,
        in_ecs=_switched(before, new),
        asks_for_ecs=bool(new and new.inputs.get("share_to_ecs") is True),
        secret=bool(is_secret(before) or is_secret(new)),
    )
    return None if kind is Step.DRIFT and not made.drifted else made


def unchanged(step: EngineStep, *, planned: bool, region: str | None = None) -> ShareChange | None:
    """Return what a share that nothing happens to lists; None where the step does not say it."""
    if step.op not in ("same", "refresh") or not step.new:
        return None
    listed = _accounts(step.new, Step.UNCHANGED)
    return ShareChange(
        name=resource_name(step.urn),
        image=image_of(step.new, region),
        step=Step.UNCHANGED,
        planned=planned,
        gains={},
        loses={},
        renoted={},
        listed=listed or {},
        managed=managed_accounts(step.new),
        keeps=listed or {},
        exclusive=step.new.inputs.get("exclusive") is True,
        asks_for_ecs=step.new.inputs.get("share_to_ecs") is True,
        secret=is_secret(step.new),
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
    return _without_managed(
        [replace(each_change, read=urn in read) for urn, each_change in every if each_change]
    )


def _without_managed(changes: Sequence[ShareChange]) -> tuple[ShareChange, ...]:
    """Leave out of drift the accounts that another share of the stack lists or owns."""
    managed: dict[str, frozenset[str]] = {}
    for change in changes:
        managed[change.image] = managed.get(change.image, frozenset()) | change.managed
    own = (
        replace(change, appeared=tuple(sorted(set(change.appeared) - managed[change.image])))
        for change in changes
    )
    return tuple(change for change in own if change.step is not Step.DRIFT or change.drifted)


def _accounts(state: ResourceState | None, step: Step) -> Notes | None:
    if state is None:
        return {}
    if step is not Step.DELETE or state.type == PERMISSION_TYPE:
        return listed_accounts(state)
    return {} if state.retained else _removed_with(state)


def _removed_with(state: ResourceState) -> Notes | None:
    """Return the accounts that lose access when a share is deleted."""
    listed, owned = account_notes(state.outputs, "accounts"), account_notes(state.outputs, "owned_accounts")
    if "owned_accounts" not in state.outputs:
        # State of a version that kept no owned accounts: the share owns what it lists.
        return listed
    if state.inputs.get("exclusive") is True:
        return None if listed is None or owned is None else {**owned, **listed}
    return owned


def _compared(
    before: Notes | None, after: Notes | None, *, owner: object = None
) -> tuple[Notes | None, Notes | None, Notes | None]:
    """Return who gains, who loses, but the owner, and whose note changes; None where that is secret."""
    if before is None or after is None:
        return None, None, None
    return (
        {account: note for account, note in after.items() if account not in before and account != owner},
        {account: note for account, note in before.items() if account not in after and account != owner},
        {account: note for account, note in after.items() if before.get(account, note) != note},
    )


def _kept(
    old: ResourceState | None, new: ResourceState | None, loses: Notes | None, *accounts: Notes | None
) -> tuple[Notes, Notes | None]:
    """Return who stays, and who of those that leave goes: of an additive share, only those that it owns."""
    before, after = accounts
    keeps = {account: note for account, note in (after or {}).items() if account in (before or {})}
    if old and old.retained and new is None:
        return dict(account_notes(old.outputs, "accounts") or {}), {}
    owned = account_notes(old.outputs, "owned_accounts") if old and "owned_accounts" in old.outputs else None
    if not loses or not new or owned is None or new.inputs.get("exclusive") is True:
        return keeps, loses
    stays = {account: note for account, note in loses.items() if account not in owned}
    return keeps | stays, {account: note for account, note in loses.items() if account in owned}


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
