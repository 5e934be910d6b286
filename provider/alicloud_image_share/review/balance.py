"""Who gains, who loses and who stays: no share of a run takes anybody off whom another one asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alicloud_image_share.review.share_change import ShareChange, Step
from alicloud_image_share.sharing.notices import Kind, Notice

Pairs = Mapping[tuple[str, str], str]
"""(image, account) → note."""


@dataclass(frozen=True, slots=True)
class Balance:
    """(image, account) pairs with their notes; secret accounts are in none of them."""

    asked: Pairs
    """Asked for by new shares; who of them has access already is found by reading."""
    gains: Pairs
    """Added by shares that there are."""
    losses: Pairs
    """Removed, by whichever share."""
    unlisted: frozenset[tuple[str, str]]
    """Those of the losses that no share has ever listed, removed by an exclusive one."""
    kept: Pairs
    """Asked for by a changed share: none of them loses access."""


def balance(changes: Iterable[ShareChange], notices: Iterable[Notice]) -> Balance:
    """Return the balance of the steps of a run, drift aside, and of what the provider said."""
    steps = [one for one in changes if one.step is not Step.DRIFT]
    told = list(notices)
    kept = {(one.image, account): note for one in steps for account, note in one.asked.items()}
    listed = {(one.image, account): note for one in steps for account, note in (one.loses or {}).items()}
    removed, stays = _noticed(told, Kind.REMOVES), _noticed(told, Kind.KEEPS)
    losses = {pair: note for pair, note in (removed | listed).items() if pair not in stays | kept}
    foreign = {(one.image, account) for one in steps for account in one.foreign}
    return Balance(
        asked=_gained(steps, Step.CREATE, listed),
        gains=_gained(steps, Step.UPDATE, listed),
        losses=losses,
        unlisted=frozenset(losses.keys() & (foreign | (removed.keys() - listed.keys()))),
        kept=kept,
    )


def ecs_switch(steps: Iterable[ShareChange]) -> bool | None:
    """Return whether shares of one image switch the one to the owner's own ECS on or off; None for neither.

    A share that goes leaves it on where another one asks for it, as a rename does.
    """
    now = [one for one in steps if one.step is not Step.DRIFT]
    off = [one for one in now if one.in_ecs is False]
    if any(one.step is not Step.DELETE for one in off):
        return False
    if any(one.asks_for_ecs for one in now):
        return True if not off and any(one.in_ecs for one in now) else None
    return False if off else None


def _gained(steps: Iterable[ShareChange], step: Step, listed: Pairs) -> Pairs:
    """Return whom steps of a kind add, without those that only move from one share to another."""
    return {
        (one.image, account): note
        for one in steps
        if one.step is step
        for account, note in (one.gains or {}).items()
        if (one.image, account) not in listed
    }


def _noticed(notices: Iterable[Notice], kind: Kind) -> dict[tuple[str, str], str]:
    return {
        (one.image, account): note for one in notices if one.kind is kind for account, note in one.accounts
    }
