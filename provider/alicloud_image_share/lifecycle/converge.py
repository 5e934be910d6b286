"""The loop that acts: read, check, plan, write, read back, until what is live is what was asked.

Success means that the last read showed it. On a terminal error what this run added is taken back, from what
was sent; removals stand, for giving access back to somebody who is being off-boarded would be a leak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.image import Cloud, CloudUntil
from alicloud_image_share.cloud.request import Tell
from alicloud_image_share.cloud.retry import LOOKS, Patience
from alicloud_image_share.errors import (
    AnswerLost,
    CloudError,
    NotBegun,
    NotConverged,
    Outdated,
    Refused,
    ShareError,
)
from alicloud_image_share.lifecycle.fault_search import Search, blame, search
from alicloud_image_share.lifecycle.rollback import SECONDS, TakeBack, standing
from alicloud_image_share.sharing.failures import Advice, Names, advice, changed_outside, failure, not_in_time
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Access, Batch, Image, Limits
from alicloud_image_share.sharing.plan import (
    Intent,
    Obstacle,
    Settlement,
    batches,
    obstacle,
    own_image,
    settle,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What holds when an operation has succeeded."""

    live: Access
    settlement: Settlement
    image: Image | None
    """As read before the first write; None where nothing was added and nobody asked for it."""


@dataclass(slots=True)
class _Progress:
    """How far the writing has come."""

    before: Access
    live: Access
    settlement: Settlement
    """What this run is about; who is to leave becomes fewer when another share asks for somebody."""
    added: set[str] = field(default_factory=set)
    """Everything that this run added, or may have: what to take back when it fails."""
    removed: set[str] = field(default_factory=set)
    """Everything whose removal the cloud has accepted."""
    switched_from: bool | None = None
    """What the share to the owner's ECS was before this run switched it."""
    refused: Batch = field(default_factory=Batch)
    """The batch that the cloud refused last."""
    repeated: bool = False
    lost: AnswerLost | None = None
    """What came in place of an answer to the last write."""

    def holds(self, live: Access) -> bool:
        """Tell whether what is live shows that everything is done."""
        return self.settlement.holds(live)


@dataclass(frozen=True, slots=True)
class Converger:
    """One operation on one image."""

    cloud_until: CloudUntil
    limits: Limits
    clock: Clock
    deadline: Deadline
    names: Names
    ram_prefix: str
    tell: Tell
    caller: Callable[[], str]
    """Gives the id of the account that calls; used in messages and where the API names no owner."""
    reserved: Callable[[], frozenset[str]] = lambda: NO_ACCOUNTS
    """Gives the accounts that other shares checked so far in this run ask for on the image."""
    forbids: Callable[[frozenset[str]], Obstacle | None] = lambda _: None
    """Gives the rule that stands against taking these accounts off."""
    probes: bool = True
    """Whether to find out, by further calls, which account of a refused call is at fault."""

    def run(self, intent: Intent, *, describe: bool = False) -> Outcome:
        """Make what is live what was asked, as far as the intent allows, and prove it by a read.

        `describe` reads the image even when nobody is added. Raises NotBegun before the first write,
        NotConverged after it, CloudError where a first read failed.
        """
        cloud = self.cloud_until(self.deadline)
        image = self._described(cloud) if describe else None
        before = cloud.access()
        if settle(intent, before).drifted:
            before = self._patience.look(cloud.access, lambda live: not settle(intent, live).drifted, looks=2)
        settlement = settle(replace(intent, reserved=self.reserved()), before)
        if settlement.add:
            image = image or self._described(cloud)
            quota = self.limits.accounts_per_image
            self._refuse(obstacle(image, before.accounts, settlement, quota), before, settlement)
        self._refuse(self.forbids(settlement.remove), before, settlement)
        progress = _Progress(before, before, settlement)
        self._apply(cloud, progress)
        if settlement.drifted:
            raise NotConverged(changed_outside(self.names, progress.settlement, progress.live.accounts))
        return Outcome(progress.live, progress.settlement, image)

    @property
    def _patience(self) -> Patience:
        return Patience(self.clock, self.deadline, self.tell)

    def _described(self, cloud: Cloud) -> Image:
        image = own_image(cloud.image(), self.caller)
        if isinstance(image, Obstacle):
            doing = f"sharing {self.names.image}"
            raise NotBegun(
                failure(doing, "was not begun", image.found, "nothing was written", image.next_step)
            )
        return image

    def _refuse(self, found: Obstacle | None, before: Access, settlement: Settlement) -> None:
        """Raise NotBegun where something stands against the operation."""
        if found:
            doing = self.names.doing(settlement)
            now = f"nothing was written; {len(before.accounts)} have access, as before"
            words = self.names.shown(found.found)
            raise NotBegun(failure(doing, "was not begun", words, now, found.next_step))

    def _apply(self, cloud: Cloud, progress: _Progress) -> None:
        if progress.settlement.is_empty:
            return
        try:
            self._patience.rounds(
                lambda: self._round(cloud, progress),
                progress.holds,
                give_up=lambda: self._give_up(progress),
                lost=lambda: progress.lost,
            )
        except ShareError as exc:
            raise NotConverged(self._explained(cloud, progress, exc)) from exc
        except Exception as exc:
            # A defect of ours is shown with its traceback, and leaves nobody with access that it gave.
            raise RuntimeError(self._explained(cloud, progress, exc)) from exc

    def _round(self, cloud: Cloud, progress: _Progress) -> Access:
        """Write what is missing, and read until it shows."""
        looks, progress.lost = LOOKS, None
        try:
            self._write(cloud, progress)
        except AnswerLost as exc:
            looks, progress.lost = 1, exc
        except Outdated:
            return progress.live
        except Refused:
            # A repeated write may be refused because the first one did its work and only reads were late:
            # then they show now what was not known before.
            known = progress.live
            if not progress.repeated or known == self._look(cloud, progress):
                raise
            return progress.live
        progress.repeated = True
        return self._look(cloud, progress, looks=looks)

    def _look(self, cloud: Cloud, progress: _Progress, *, looks: int = LOOKS) -> Access:
        progress.live = self._patience.look(cloud.access, progress.holds, looks=looks)
        return progress.live

    def _write(self, cloud: Cloud, progress: _Progress) -> None:
        settlement = progress.settlement
        for batch in batches(progress.live.accounts, settlement.add, settlement.leaving, self.limits):
            # Somebody may have been asked for since the last call: checks go on beside this.
            progress.settlement = progress.settlement.sparing(self.reserved())
            left = tuple(account for account in batch.remove if account in progress.settlement.leaving)
            if batch.add or left:
                self._send(cloud, replace(batch, remove=left), progress)
        if settlement.share_to_ecs not in (None, progress.live.in_ecs):
            progress.switched_from = not settlement.share_to_ecs
            self._send(cloud, Batch(share_to_ecs=settlement.share_to_ecs), progress)

    def _send(self, cloud: Cloud, batch: Batch, progress: _Progress) -> None:
        try:
            cloud.change(batch, lambda: not self.reserved() & set(batch.remove))
        except Refused:
            progress.refused = batch
            raise
        except AnswerLost:
            progress.added.update(batch.add)
            raise
        progress.added.update(batch.add)
        progress.removed.update(batch.remove)

    def _explained(self, cloud: Cloud, progress: _Progress, exc: Exception) -> str:
        """Find out who is at fault, take back what was added, and say what holds now."""
        settlement, before = progress.settlement, progress.before.accounts
        known = advice(exc, self.ram_prefix) if isinstance(exc, CloudError) else None
        found = self.names.said(exc)
        if known and known.about_quota:
            asked = len((before | settlement.add) - settlement.leaving)
            found = f"{found.rstrip('.')}; {len(before)} hold, {asked} asked"
        if known and isinstance(exc, Refused):
            found = found.rstrip(".") + self._fault(cloud, progress, exc, known)
        added, switched_from = frozenset(progress.added) - before, progress.switched_from
        # In time of its own: the usual reason for being here is that the operation's time is up.
        mine = Deadline.after(self.clock, max(SECONDS, len(added)), counts_pacing=False)
        patience = Patience(self.clock, mine, self.tell)
        if added or switched_from is not None:
            now = TakeBack(
                cloud_until=self.cloud_until,
                patience=patience,
                limits=self.limits,
                names=self.names,
                ram_prefix=self.ram_prefix,
                before=before,
                added=added,
                ecs_before=switched_from,
            ).carry_out()
        else:
            image = self.cloud_until(mine)
            now = standing(image, patience, self.names, settlement.remove, progress.removed)
        next_step = known.next_step if known else "run up again: what is missing is done then"
        return failure(self.names.doing(settlement), "failed", found, now, next_step)

    def _fault(self, cloud: Cloud, progress: _Progress, exc: Refused, known: Advice) -> str:
        """Return the words that name the account at fault, or the batch that it is in."""
        batch = progress.refused
        if not batch.add or known.about_account is False:
            return ""
        named = tuple(account for account in batch.add if account in exc.words)
        shown = Search(named, refused_alone=True) if named else self._search(cloud, progress)
        return blame(batch, shown, self.names, about_account=known.about_account or bool(named))

    def _search(self, cloud: Cloud, progress: _Progress) -> Search:
        """Find out who of the refused call is at fault; a single addition by itself tells it already."""
        batch = progress.refused
        if len(batch.add) == 1 and not batch.remove:
            return Search(batch.add, refused_alone=True)
        if not self.probes:
            return Search(batch.add)

        def send(some: tuple[str, ...]) -> None:
            self._send(cloud, Batch(add=some), progress)

        return search(send, batch.add, self.limits.probes)

    def _give_up(self, progress: _Progress) -> Access:
        words = not_in_time(self.names, progress.settlement, progress.live, progress.lost)
        raise NotConverged(words)
