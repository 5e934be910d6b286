"""Who gains, who loses and who stays: no share of a run removes an account that another share asks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alicloud_image_share.review.model import Standing
from alicloud_image_share.review.share_change import ShareChange, Step
from alicloud_image_share.sharing.notices import SPARING, Kind, Notice, counts

Pair = tuple[str, str]
"""An image and an account."""

Pairs = Mapping[Pair, str]
"""(image, account) → note."""


@dataclass(frozen=True, slots=True)
class NetAccess:
    """(image, account) pairs with their notes; secret accounts are in none of them."""

    requested: Pairs
    """Listed by new shares whose image was not read: they gain access unless they have it already."""
    gains: Pairs
    """Added by shares that exist, or by new ones whose image was read."""
    losses: Pairs
    """Removed, by whichever share."""
    unlisted: frozenset[Pair]
    """Those of the losses that no share has ever listed, removed by an exclusive one."""
    read: frozenset[str]
    """The images of new shares that were read."""
    secret: Counter[Standing]
    """How many secret accounts are requested, gain and lose access, on all images."""
    listed_by: Mapping[Pair, frozenset[str]]
    """Asked for by these shares, the unchanged ones too: none of the accounts loses access."""


def net_access(changes: Iterable[ShareChange], notices: Iterable[Notice]) -> NetAccess:
    """Return what the steps of a run come to, drift aside, and what the provider said of them."""
    steps = [change for change in changes if change.step is not Step.DRIFT]
    notices = list(notices)
    listed_by: dict[Pair, frozenset[str]] = {}
    for step in steps:
        for account in step.listed:
            pair = (step.image, account)
            listed_by[pair] = listed_by.get(pair, frozenset()) | {step.name}
    left = {(step.image, account): note for step in steps for account, note in (step.loses or {}).items()}
    removed = _noticed(notices, Kind.REMOVES)
    # A program may write lines that look like ours: in a plan no words take back what the steps say.
    carried_out = any(not step.planned for step in steps)
    stays = {pair for kind in SPARING for pair in _noticed(notices, kind)} if carried_out else set()
    losses = {
        pair: note for pair, note in (removed | left).items() if pair not in stays and pair not in listed_by
    }
    read = _read_images(steps, notices)
    has_access = _noticed(notices, Kind.ALREADY)
    for kind in (Kind.ASKED, Kind.GAINS):
        has_access = _without(has_access, _noticed(notices, kind))
    new = _without(_gained(steps, Step.CREATE, left), has_access)
    gains = _gained(steps, Step.UPDATE, left)
    return NetAccess(
        requested={pair: note for pair, note in new.items() if pair[0] not in read},
        gains={**gains, **{pair: note for pair, note in new.items() if pair[0] in read}},
        losses=losses,
        unlisted=frozenset(losses.keys() & (removed.keys() - left.keys())),
        read=read,
        secret=secret_counts(notices),
        listed_by=listed_by,
    )


_COUNT = re.compile(r"(\d+) accounts? \(secret\)")
_COUNTING = {
    Kind.ASKED: Standing.REQUESTED,
    Kind.GAINS: Standing.GAINS,
    Kind.LOSES: Standing.LOSES,
    Kind.REMOVES: Standing.LOSES,
}


def secret_counts(notices: Iterable[Notice]) -> Counter[Standing]:
    """Return how many secret accounts are asked for, gain and lose access, as far as the provider says."""
    numbers: Counter[Standing] = Counter()
    for notice in dict.fromkeys(notices):
        match = _COUNT.fullmatch(notice.detail) if notice.kind in _COUNTING else None
        if match:
            numbers[_COUNTING[notice.kind]] += int(match[1])
        counted = counts(notice) if notice.kind is Kind.COUNTED else None
        if counted:
            # Whoever loses access is counted by a notice of its own, too.
            numbers[Standing.GAINS] += counted[0]
    return numbers


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
    """Return the accounts that steps of a kind add, besides those that move from share to share."""
    return {
        (step.image, account): note
        for step in steps
        if step.step is kind
        for account, note in (step.gains or {}).items()
        if (step.image, account) not in left
    }


def _read_images(steps: Iterable[ShareChange], notices: Iterable[Notice]) -> frozenset[str]:
    """Return the images that are known to have been read before a preview answered for a new share.

    Check says of a new share who has access already and who gains it; where it has not read the image, who is
    asked for.
    """
    created = {step.image for step in steps if step.step is Step.CREATE}
    read = {notice.image for notice in notices if notice.kind in (Kind.ALREADY, Kind.GAINS)}
    return frozenset(created & read - {notice.image for notice in notices if notice.kind is Kind.ASKED})


def _without(pairs: Pairs, others: Pairs) -> dict[Pair, str]:
    return {pair: note for pair, note in pairs.items() if pair not in others}


def _noticed(notices: Iterable[Notice], kind: Kind) -> dict[Pair, str]:
    of_kind = (notice for notice in notices if notice.kind is kind)
    return {(notice.image, account): note for notice in of_kind for account, note in notice.accounts}
