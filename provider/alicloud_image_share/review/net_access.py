"""Who gains, who loses and who stays: no share of a run takes anybody off whom another one asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alicloud_image_share.review.share_change import ShareChange, Step
from alicloud_image_share.sharing.notices import Kind, Notice

Pairs = Mapping[tuple[str, str], str]
"""(image, account) → note."""


@dataclass(frozen=True, slots=True)
class NetAccess:
    """(image, account) pairs with their notes; secret accounts are in none of them."""

    requested: Pairs
    """Asked for by new shares; only a read shows who of them has access already."""
    gains: Pairs
    """Added by shares that exist."""
    losses: Pairs
    """Removed, by whichever share."""
    unlisted: frozenset[tuple[str, str]]
    """Those of the losses that no share has ever listed, removed by an exclusive one."""
    kept: Pairs
    """Asked for by a changed share: none of them loses access."""


def net_access(changes: Iterable[ShareChange], notices: Iterable[Notice]) -> NetAccess:
    """Return what the steps of a run come to, drift aside, and what the provider said of them."""
    steps = [change for change in changes if change.step is not Step.DRIFT]
    notices = list(notices)
    kept = {(step.image, account): note for step in steps for account, note in step.listed.items()}
    left = {(step.image, account): note for step in steps for account, note in (step.loses or {}).items()}
    removed, stays = _noticed(notices, Kind.REMOVES), _noticed(notices, Kind.KEEPS)
    losses = {pair: note for pair, note in (removed | left).items() if pair not in stays | kept}
    foreign = {(step.image, account) for step in steps for account in step.foreign}
    return NetAccess(
        requested=_gained(steps, Step.CREATE, left),
        gains=_gained(steps, Step.UPDATE, left),
        losses=losses,
        unlisted=frozenset(losses.keys() & (foreign | (removed.keys() - left.keys()))),
        kept=kept,
    )


def ecs_switch(changes: Iterable[ShareChange]) -> bool | None:
    """Return whether shares of one image switch the one to the owner's own ECS on or off; None for neither.

    A share that goes leaves it on where another one asks for it, as a rename does.
    """
    steps = [change for change in changes if change.step is not Step.DRIFT]
    off = [step for step in steps if step.in_ecs is False]
    if any(step.step is not Step.DELETE for step in off):
        return False
    if any(step.asks_for_ecs for step in steps):
        return True if not off and any(step.in_ecs for step in steps) else None
    return False if off else None


def _gained(steps: Iterable[ShareChange], kind: Step, left: Pairs) -> Pairs:
    """Return whom steps of a kind add, without those that only move from one share to another."""
    return {
        (step.image, account): note
        for step in steps
        if step.step is kind
        for account, note in (step.gains or {}).items()
        if (step.image, account) not in left
    }


def _noticed(notices: Iterable[Notice], kind: Kind) -> dict[tuple[str, str], str]:
    of_kind = (notice for notice in notices if notice.kind is kind)
    return {(notice.image, account): note for notice in of_kind for account, note in notice.accounts}
