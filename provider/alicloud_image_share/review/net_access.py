"""Who gains, who loses and who stays: no share of a run removes an account that another share asks for."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from alicloud_image_share.review.model import Standing
from alicloud_image_share.review.planned_share import Step
from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.review.state_access import Notes, noted
from alicloud_image_share.sharing.model import Access
from alicloud_image_share.sharing.notices import SPARING, Kind, Notice, counts
from alicloud_image_share.sharing.plan import Claims, Intent

Pair = tuple[str, str]
"""An image and an account."""

Pairs = Mapping[Pair, str]
"""(image, account) → note."""

OfImage = TypeVar("OfImage", ShareChange, Notice)


@dataclass(frozen=True, slots=True)
class ImageNetAccess:
    """What all shares of one image come to; secret accounts are in none of the lists."""

    requested: Notes = field(default_factory=dict)
    """Listed by new shares, and the image was not read: they gain access unless they have it already."""
    gains: Notes = field(default_factory=dict)
    """Added by shares that exist, or by new ones of an image that was read."""
    losses: Notes = field(default_factory=dict)
    """Removed, by whichever share."""
    unlisted: frozenset[str] = frozenset()
    """Those of the losses that no share has ever listed, removed by an exclusive one."""
    read: bool = False
    """Whether the image was read for a new share."""
    in_ecs: bool | None = None
    """Whether the share to the owner's own ECS is switched on or off; None where it stays as it is."""


@dataclass(frozen=True, slots=True)
class NetAccess:
    """What a run comes to."""

    images: Mapping[str, ImageNetAccess]
    secret: Counter[Standing]
    """How many secret accounts are requested, gain and lose access, on all images."""
    listed_by: Mapping[Pair, frozenset[str]]
    """Asked for by these shares, the unchanged ones too: none of the accounts loses access."""

    @property
    def requested(self) -> Pairs:
        """Whoever is requested, over all images."""
        return _pairs((name, image.requested) for name, image in self.images.items())

    @property
    def gains(self) -> Pairs:
        """Whoever gains access, over all images."""
        return _pairs((name, image.gains) for name, image in self.images.items())

    @property
    def losses(self) -> Pairs:
        """Whoever loses access, over all images."""
        return _pairs((name, image.losses) for name, image in self.images.items())

    @property
    def on_in_ecs(self) -> frozenset[str]:
        """Images whose share to the owner's own ECS is switched on."""
        return frozenset(name for name, image in self.images.items() if image.in_ecs)

    @property
    def off_in_ecs(self) -> frozenset[str]:
        """Images whose share to the owner's own ECS is switched off."""
        return frozenset(name for name, image in self.images.items() if image.in_ecs is False)


def net_access(changes: Iterable[ShareChange], notices: Iterable[Notice]) -> NetAccess:
    """Return what the planner makes of all steps of a run, drift aside, and of what the provider said."""
    steps = [change for change in changes if change.step is not Step.DRIFT]
    notices = list(notices)
    steps_of, notices_of = each_image(steps), each_image(notices)
    # A program may write lines that look like ours: in a plan no words take back what the steps say.
    carried_out = any(not step.planned for step in steps)
    listed_by: defaultdict[Pair, frozenset[str]] = defaultdict(frozenset)
    for step in steps:
        for account in step.listed:
            listed_by[step.image, account] |= {step.name}
    images = {
        image: _of_image(steps_of[image], notices_of[image], SPARING if carried_out else ())
        for image in steps_of.keys() | notices_of.keys()
    }
    return NetAccess(images, secret_counts(notices), listed_by)


def _of_image(
    steps: Sequence[ShareChange], notices: Sequence[Notice], sparing: Sequence[Kind]
) -> ImageNetAccess:
    """Plan each step with the claims of all of them."""
    claims = Claims(
        frozenset(merged([*(step.listed for step in steps), noticed(notices, *sparing)])),
        any(step.asks_for_ecs for step in steps),
    )
    lost_accounts = merged(step.loses or {} for step in steps)
    left_in_ecs = any(step.step is Step.DELETE and step.share.was_in_ecs for step in steps)
    has_access = noticed(notices, Kind.ALREADY).keys() - noticed(notices, Kind.ASKED, Kind.GAINS).keys()
    read = _is_read(steps, notices)
    requested: dict[str, str] = {}
    gains: dict[str, str] = {}
    losses: set[str] = set()
    switches: set[bool] = set()
    for step in steps:
        is_new = step.step is Step.CREATE
        # What moves from share to share is live already.
        live = Access(frozenset(lost_accounts.keys() | (has_access if is_new else set())), in_ecs=left_in_ecs)
        plan = step.share.plan(claims, live)
        if plan.share_to_ecs is not None:
            switches.add(plan.share_to_ecs)
        if step.gains is not None:
            (requested if is_new and not read else gains).update(noted(plan.add, step.listed))
            losses |= plan.remove
    # These check has announced of an exclusive share: where it refuses the change, no step shows the share.
    removed = noticed(notices, Kind.REMOVES)
    losses |= Intent(announced_removals=frozenset(removed), wanted_by_other_shares=claims.wanted).losses
    return ImageNetAccess(
        requested=requested,
        gains=gains,
        losses=noted(losses, removed | lost_accounts),
        unlisted=frozenset(losses - lost_accounts.keys()),
        read=read,
        in_ecs=all(switches) if switches else None,
    )


def without_spared(change: ShareChange, notices: Iterable[Notice]) -> ShareChange:
    """Return what a run has done, without the losses that its provider says it has left out."""
    notices = [notice for notice in notices if notice.image == change.image]
    if change.in_ecs is False and change.step is not Step.DRIFT:
        switched_off = any(notice.kind is Kind.LEAVES_ECS for notice in notices)
        change = replace(change, in_ecs=False if switched_off else None)
    if change.loses is None:
        return change
    plan = change.share.plan(Claims(frozenset(noticed(notices, *SPARING))))
    return replace(change, loses=noted(plan.remove, change.loses))


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


def _is_read(steps: Iterable[ShareChange], notices: Iterable[Notice]) -> bool:
    """Tell whether the image is known to have been read before a preview answered for a new share.

    Check says of a new share who has access already and who gains it; where it has not read the image, who is
    asked for.
    """
    kinds = {notice.kind for notice in notices}
    created = any(step.step is Step.CREATE for step in steps)
    return created and Kind.ASKED not in kinds and not kinds.isdisjoint((Kind.ALREADY, Kind.GAINS))


def each_image(items: Iterable[OfImage]) -> defaultdict[str, list[OfImage]]:
    """Return the items by the resource id of their image, in their order."""
    by_image: defaultdict[str, list[OfImage]] = defaultdict(list)
    for item in items:
        by_image[item.image].append(item)
    return by_image


def noticed(notices: Iterable[Notice], *kinds: Kind) -> dict[str, str]:
    """Return the accounts that notices of these kinds name, with their notes."""
    return merged(dict(notice.accounts) for notice in notices if notice.kind in kinds)


def merged(lists: Iterable[Notes]) -> dict[str, str]:
    """Return the accounts of several lists, with their notes."""
    return {account: note for notes in lists for account, note in notes.items()}


def _pairs(images: Iterable[tuple[str, Notes]]) -> Pairs:
    return {(image, account): note for image, notes in images for account, note in notes.items()}
