"""Decide who gains and who loses access, and in which batches: pure, and the heart of the project.

The laws, held by property tests: applying every batch to what is live gives what was settled; no batch is
empty or above its limit; nobody is added who has access, nobody removed who has none; on the way there are
never more accounts than the quota, or than before where that is already more; additions go before or with
removals wherever the quota leaves room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from alicloud_image_share.sharing.model import NO_ACCOUNTS, Access, Batch, Image, Limits, Share, ShareState
from alicloud_image_share.sharing.notices import access_counts


@dataclass(frozen=True, slots=True)
class Claims:
    """What a run knows of an image besides one of its shares."""

    wanted: frozenset[str] = NO_ACCOUNTS
    """Accounts that any share of the run asks for."""
    wanted_in_ecs: bool = False
    """Whether any share of the run asks for the share to the owner's ECS."""
    announced_removals: frozenset[str] = NO_ACCOUNTS
    """Accounts whose removal the run has announced beyond those in state."""
    wanted_before: frozenset[str] = NO_ACCOUNTS
    """Accounts of the share that a create replaces."""


NO_CLAIMS = Claims()


@dataclass(frozen=True, slots=True)
class Intent:
    """What one operation may do on an image, settled before the image is read."""

    wanted: frozenset[str] = NO_ACCOUNTS
    previously_listed: frozenset[str] = NO_ACCOUNTS
    """Asked before and now: a preview showed no gain for them, so the run must not add them again."""
    announced_removals: frozenset[str] = NO_ACCOUNTS
    """Accounts whose removal was named before the first write."""
    wanted_by_other_shares: frozenset[str] = NO_ACCOUNTS
    """Accounts that other shares of this run ask for on the same image."""
    share_to_ecs: bool | None = None
    """Whether the image is to be shared to the owner's ECS; None leaves it as it is."""
    ecs_as_before: bool = False
    """Asked so before and now: a preview showed no change of it, so the run must not make one."""

    def without(self, account: str | None) -> Intent:
        """Return the same as if no list named this account."""
        listed = frozenset({account})
        return replace(
            self,
            wanted=self.wanted - listed,
            previously_listed=self.previously_listed - listed,
            announced_removals=self.announced_removals - listed,
        )

    @property
    def removals(self) -> frozenset[str]:
        """Who loses access by it, whoever else asks for them."""
        return self.announced_removals - self.wanted

    @property
    def losses(self) -> frozenset[str]:
        """Who loses access by it, for nobody else asks for them."""
        return self.removals - self.wanted_by_other_shares


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is to gain and who is to lose access, given what is live."""

    add: frozenset[str]
    remove: frozenset[str]
    unshared_outside: frozenset[str]
    """Held by state, no longer live: somebody took them off; while there are any, nobody is added."""
    kept_for_other_shares: frozenset[str]
    """Would be removed, but another share of this run asks for them."""
    must_not_have_access: frozenset[str] = NO_ACCOUNTS
    """All who are to have no access in the end: `remove`, and those that no read has shown so far. A list
    that changes while its pages are read may hide somebody."""
    share_to_ecs: bool | None = None
    """What to make of the share to the owner's ECS; None when it is right or left alone."""
    ecs_changed_outside: bool = False
    """The share to the owner's ECS is not what state holds: somebody switched it."""

    @property
    def drifted(self) -> bool:
        """Whether somebody took off, outside, what state holds."""
        return bool(self.unshared_outside) or self.ecs_changed_outside

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.add or self.remove or self.share_to_ecs is not None)

    def holds(self, live: Access) -> bool:
        """Tell whether what is live shows that all of this is done."""
        ecs_holds = self.share_to_ecs in (None, live.in_ecs)
        return self.add <= live.accounts and not self.must_not_have_access & live.accounts and ecs_holds

    def without_removing(self, accounts: frozenset[str]) -> Plan:
        """Return the same without taking off these accounts."""
        return replace(
            self,
            remove=self.remove - accounts,
            kept_for_other_shares=self.kept_for_other_shares | (self.remove & accounts),
            must_not_have_access=self.must_not_have_access - accounts,
        )


def intent_of(old: ShareState | None, new: Share | None, claims: Claims = NO_CLAIMS) -> Intent:
    """Return what an operation may do: a create has no `old`, a delete no `new`."""
    if new is None:
        switch_off = old is not None and old.share.share_to_ecs is True and not claims.wanted_in_ecs
        return Intent(
            announced_removals=old.all_named if old else NO_ACCOUNTS,
            wanted_by_other_shares=claims.wanted,
            share_to_ecs=False if switch_off else None,
        )
    in_state, listed_before = NO_ACCOUNTS, claims.wanted_before
    if old:
        listed_before = old.share.account_ids
        in_state = listed_before if new.exclusive else listed_before & set(old.owned)
    return Intent(
        wanted=new.account_ids,
        previously_listed=listed_before & new.account_ids,
        announced_removals=in_state | (claims.announced_removals if new.exclusive else NO_ACCOUNTS),
        wanted_by_other_shares=claims.wanted,
        share_to_ecs=new.share_to_ecs,
        ecs_as_before=old is not None and new.share_to_ecs in (None, old.share.share_to_ecs),
    )


def plan_of(intent: Intent, live: Access) -> Plan:
    """Compare what was asked with what is live."""
    unshared_outside = intent.previously_listed - live.accounts
    ecs_differs = intent.share_to_ecs not in (None, live.in_ecs)
    drifted = bool(unshared_outside) or (ecs_differs and intent.ecs_as_before)
    return Plan(
        add=NO_ACCOUNTS if drifted else intent.wanted - live.accounts,
        remove=intent.losses & live.accounts,
        unshared_outside=unshared_outside,
        kept_for_other_shares=intent.removals & live.accounts & intent.wanted_by_other_shares,
        must_not_have_access=intent.losses,
        share_to_ecs=_switch(intent, drifted=drifted) if ecs_differs else None,
        ecs_changed_outside=ecs_differs and intent.ecs_as_before,
    )


def _switch(intent: Intent, *, drifted: bool) -> bool | None:
    """Return what to switch to: off like a removal always, on like an addition only where nothing drifted."""
    if intent.ecs_as_before or (intent.share_to_ecs and drifted):
        return None
    return intent.share_to_ecs


def batches(
    live: frozenset[str], add: frozenset[str], remove: frozenset[str], limits: Limits
) -> Iterator[Batch]:
    """Yield the fewest batches that add and remove the given accounts, in the order to send them.

    The caller has already refused a plan whose accounts exceed the quota. Removals go first only as far as
    the quota leaves no room for additions.
    """
    adding, removing = sorted(add - live), sorted(remove & live)
    count = len(live)
    while adding or removing:
        room = len(adding) if limits.accounts_per_image is None else limits.accounts_per_image - count
        take = max(0, min(limits.add, room))
        batch = Batch(tuple(adding[:take]), tuple(removing[: limits.remove]))
        if batch == Batch():
            # Over the quota with nothing left to remove: the cloud has the last word on its own quota.
            batch = Batch(tuple(adding[: limits.add]))
        adding, removing = adding[len(batch.add) :], removing[len(batch.remove) :]
        count += len(batch.add) - len(batch.remove)
        yield from _calls(batch, limits)


def _calls(batch: Batch, limits: Limits) -> tuple[Batch, ...]:
    """Part what takes two calls: either may fail alone, and what was added must be known."""
    if limits.together or not (batch.add and batch.remove):
        return (batch,)
    return Batch(add=batch.add), Batch(remove=batch.remove)


@dataclass(frozen=True, slots=True)
class Blocker:
    """What was found, and what to do about it."""

    reason: str
    next_step: str
    field: str = "image_id"
    """The input that it is about."""


def not_seen(caller: str) -> Blocker:
    """Return why an image that the caller does not see can't be shared by it."""
    return Blocker(
        f"Account {caller} sees no such image",
        "correct image_id and region_id, or use credentials of the account that owns the image",
    )


def own_image(image: Image | None, caller: Callable[[], str]) -> Image | Blocker:
    """Return the image with its owner, or why the caller, who does not see or not own it, can't share it."""
    if image is None:
        return not_seen(caller())
    own = image.own if image.own is not None else image.owner_id in (None, caller())
    if own:
        return image if image.owner_id else replace(image, owner_id=caller())
    whose = f"account {image.owner_id}" if image.owner_id else "another account"
    return Blocker(
        f"The image belongs to {whose}, the caller is {caller()}",
        "use credentials of the account that owns the image",
    )


def _until_shareable(image: Image) -> str:
    if image.pending:
        return "run up again when the image is available"
    if image.everyone:
        return "take the image back from everyone in the console, or take the new accounts off the list"
    return "share an image that is available; taking accounts off still works"


def blocker(image: Image, live: frozenset[str], plan: Plan, quota: int | None) -> Blocker | None:
    """Return what the cloud would refuse or ignore of one's own image, None when nothing is known to."""
    after = len((live | plan.add) - plan.remove)
    if image.unshareable_because:
        return Blocker(f"It can't be shared further: {image.unshareable_because}", _until_shareable(image))
    if image.owner_id in plan.add:
        return Blocker(f"Account {image.owner_id} owns the image", "take the owner off the list", "accounts")
    if quota is not None and after > quota:
        return Blocker(
            f"{access_counts(len(live), after)}; the limit is {quota}",
            f"have the quota raised and set image-shares:accountsPerImage, or take {after - quota} off"
            " the list",
            "accounts",
        )
    return None
