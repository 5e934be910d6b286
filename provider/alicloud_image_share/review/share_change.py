"""What the engine's steps mean for who can use which image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from alicloud_image_share.review.engine_step import SHARE_TYPES, EngineStep, ResourceState, resource_name
from alicloud_image_share.review.field_change import FieldChange, changed_fields, end_changes, field_changes
from alicloud_image_share.review.planned_share import READING, STEPS, PlannedShare, Step
from alicloud_image_share.review.state_access import (
    Notes,
    foreign_accounts,
    hides_accounts,
    image_key,
    is_secret,
    managed_accounts,
    noted,
    owner_of,
    share_of,
    share_state,
)
from alicloud_image_share.sharing.model import NO_ACCOUNTS


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
    share: PlannedShare
    in_ecs: bool | None = None
    """Whether the share to the owner's own ECS is switched on or off; None where it stays as it is."""
    appeared: tuple[str, ...] = ()
    """Accounts that somebody else has given access, as a refresh found."""
    fields: tuple[str, ...] = ()
    """Other inputs that change."""
    field_changes: tuple[FieldChange, ...] = ()
    """The same with their values, of what is planned or done."""
    managed: frozenset[str] = frozenset()
    """Every account that the share lists or owns from then on: foreign to no share of the stack."""
    foreign: frozenset[str] = frozenset()
    """Accounts that have access without being owned, as state has it."""
    read: bool = False
    """Whether a refresh has read, before this step, who has access: else state may be out of date."""
    replaces: str | None = None
    """The image that the share was of before, if it is another one now."""
    secret: bool = False
    """Whether accounts are hidden because they are secret, rather than not known yet."""

    @property
    def listed(self) -> Notes:
        """Every account that the share asks for from then on, with its note; hidden ones are left out."""
        return self.share.listed

    @property
    def keeps(self) -> Notes:
        """Accounts that stay: on the list, or never owned by the share that lets go of them."""
        stays = self.share.has_access - self.share.plan().remove - self.share.owner
        return noted(stays, {**self.share.notes_before, **self.listed})

    @property
    def asks_for_ecs(self) -> bool:
        """Whether the share asks for the share to the owner's own ECS from then on."""
        return self.share.new is not None and self.share.new.share_to_ecs is True

    @property
    def exclusive(self) -> bool:
        """Whether the share takes off from then on whoever is not listed."""
        return self.share.new is not None and self.share.new.exclusive

    @property
    def drifted(self) -> bool:
        """Whether anything differs from what state said."""
        return bool(self.gains or self.loses or self.appeared or self.fields)


def change(step: EngineStep, *, planned: bool, region: str | None = None) -> ShareChange | None:
    """Return what a step changes; None where that is nothing. `region` is for shares that name none."""
    kind = STEPS.get(step.op)
    if kind is None or not (step.new or step.old):
        return None
    new = None if kind is Step.DELETE else step.new
    result = _change(step, kind, step.old, new, region, planned=planned)
    return None if kind is Step.DRIFT and not result.drifted else result


def unchanged(step: EngineStep, *, planned: bool, region: str | None = None) -> ShareChange | None:
    """Return what a share that nothing happens to lists; None where the step does not say it."""
    if step.op not in ("same", *READING) or not step.new:
        return None
    result = _change(step, Step.UNCHANGED, step.new, step.new, region, planned=planned)
    return replace(result, foreign=NO_ACCOUNTS)


def share_changes(
    steps: Sequence[EngineStep], *, planned: bool, region_of: Callable[[EngineStep], str | None]
) -> tuple[ShareChange, ...]:
    """Return what happens to every share of a run, those included that stay as they are."""
    read = {step.urn for step in steps if step.op in READING}
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


def _change(
    step: EngineStep,
    kind: Step,
    old: ResourceState | None,
    new: ResourceState | None,
    region: str | None,
    *,
    planned: bool,
) -> ShareChange:
    name, key, key_before = resource_name(step.urn), image_key(new or old, region), image_key(old, region)
    moved = kind is Step.CREATE and old is not None and key_before != key
    image = str(key).replace("?", f"(known in up, of {name})")
    before = None if moved else old  # On another image everybody gains access.
    owner, stays = owner_of(before) or owner_of(new), bool(old and old.retained and new is None)
    share = PlannedShare(share_state(before), share_of(new), kind, owner, retained=stays)
    plan = share.plan()
    hidden, differs = hides_accounts(before) or hides_accounts(new), old is not new
    return ShareChange(
        name=name,
        image=image,
        step=kind,
        planned=planned,
        gains=None if hidden else noted(plan.add, share.listed),
        loses=None if hidden else noted(plan.remove, share.notes_before),
        renoted=None if hidden else share.renoted,
        share=share,
        in_ecs=plan.share_to_ecs,
        appeared=tuple(sorted(foreign_accounts(new) - foreign_accounts(old))) if kind is Step.DRIFT else (),
        fields=changed_fields(old.inputs, new.inputs) if old and new and differs else (),
        field_changes=(
            *field_changes(image, name, old.inputs if old else None, new.inputs),
            *end_changes(image, name, share.notes_before, share.listed),
        )
        if new and differs and kind is not Step.DRIFT and new.type in SHARE_TYPES
        else (),
        managed=managed_accounts(new),
        foreign=foreign_accounts(before),
        replaces=str(key_before) if moved else None,
        secret=bool(is_secret(before) or is_secret(new)),
    )
