"""The loop that acts: read, check, plan, write, read back, until what is live is what was asked.

Success means that the last read showed it. On a terminal error what this run added is taken back, from what
was sent; removals stand, for giving access back to somebody who is being off-boarded would be a leak.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.image import CloudImage
from alicloud_image_share.cloud.retry import LOOKS, attempts, looks
from alicloud_image_share.cloud.session import Session
from alicloud_image_share.errors import (
    Cancelled,
    CloudError,
    NotConverged,
    PreconditionFailed,
    Refused,
    ResponseLost,
    ShareError,
    Superseded,
)
from alicloud_image_share.lifecycle import absence
from alicloud_image_share.lifecycle.approval import ApprovalGuard
from alicloud_image_share.lifecycle.fault_search import FaultSearchResult, blame, find_refused_account, quoted
from alicloud_image_share.lifecycle.ledger import ImageLedger
from alicloud_image_share.lifecycle.owner_on_list import OwnerSkip
from alicloud_image_share.lifecycle.progress import Outcome, Progress
from alicloud_image_share.lifecycle.rollback import SECONDS, CapturedError, Rollback
from alicloud_image_share.lifecycle.run import Guard
from alicloud_image_share.sharing.failures import (
    AccountNaming,
    Remedy,
    changed_outside,
    failure,
    not_in_time,
    remedy_for,
)
from alicloud_image_share.sharing.model import Access, Batch, Image, Limits
from alicloud_image_share.sharing.notices import access_counts
from alicloud_image_share.sharing.plan import Blocker, Intent, Plan, batches, blocker, own_image, plan_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Converger:
    """One operation on one image."""

    image: CloudImage
    ledger: ImageLedger
    guard: Guard
    session: Session
    limits: Limits
    names: AccountNaming
    deadline: Deadline
    owner: OwnerSkip = field(default_factory=OwnerSkip)
    finds_fault: bool = True
    """Whether to find out, by further calls, which account of a refused call is at fault."""

    def run(self, intent: Intent, *, describe: bool = False) -> Outcome:
        """Make what is live what was asked, as far as the intent allows, and prove it by a read.

        `describe` reads the image even when nobody is added. Raises PreconditionFailed before the first
        write, NotConverged after it, CloudError where a first read failed.
        """
        image = self._described() if describe else None
        intent = self.owner.applied(intent, image.owner_id if image else self.owner.owner_id, self.names)
        before, again = self.image.access(self.deadline, image), looks(self.deadline, 2)
        while self._is_doubtful(intent, before) and next(again, 0):
            before = self.image.access(self.deadline)
        approval = ApprovalGuard(self.guard.run, self.names)
        intent = approval.limited(replace(intent, wanted_by_other_shares=self.ledger.wanted))
        plan = approval.planned(plan_of(intent, before))
        self._refuse(approval.blocker(plan), before, plan)
        if plan.add:
            image = self._available(image or self._described())
            quota = self.limits.accounts_per_image
            self._refuse(blocker(image, before.accounts, plan, quota), before, plan)
        self._refuse(self.guard.blocker(self.names, plan.remove), before, plan)
        progress = Progress(before, before, plan)
        if not plan.is_empty:
            try:
                self._write_until_shown(progress)
            except ShareError as exc:
                words = self._explained(progress, exc)
                raise NotConverged(words, frozenset(progress.sent)) from exc
            except Exception as exc:
                # A defect of ours is shown with its traceback, and leaves nobody with access that it gave.
                raise RuntimeError(self._explained(progress, exc)) from exc
            if plan.share_to_ecs is not None:
                self.ledger.record_in_ecs(plan.share_to_ecs)
        if plan.drifted:
            raise NotConverged(changed_outside(self.names, progress.plan, progress.live.accounts))
        return Outcome(progress.live, progress.plan, image)

    def _is_doubtful(self, intent: Intent, before: Access) -> bool:
        # A late read shows the share to ECS as it was before this run switched it: a second switch is refused
        # then, and the rollback of that one would undo the first.
        switched = self.ledger.in_ecs not in (None, before.in_ecs)
        return switched or plan_of(intent, before).drifted

    def _described(self) -> Image:
        """Return the image; a new one is not listed at once, so it is looked for again for some seconds."""
        for _ in looks(self.deadline, absence.LOOKS, seconds_apart=absence.SECONDS_APART):
            described = self.image.describe(self.deadline)
            if described is not None:
                break
        image = own_image(described, lambda: self.session.account_id)
        if isinstance(image, Blocker):
            doing = f"sharing {self.names.image}"
            raise PreconditionFailed(
                failure(doing, "was not started", image.reason, "nothing was written", image.next_step)
            )
        return image

    def _available(self, image: Image) -> Image:
        """Wait until an image that is being made can be shared; return it as last read."""
        if image.pending:
            self.image.tell(f"{image.unshareable_because}; accounts are added when the image is available")
            for _ in attempts(self.deadline, lambda _: None):
                image = self._described()
                if not image.pending:
                    break
        return image

    def _refuse(self, blocker: Blocker | None, before: Access, plan: Plan) -> None:
        """Raise PreconditionFailed where something stands against the operation."""
        if blocker:
            doing = self.names.describe_change(plan)
            now = f"nothing was written; {len(before.accounts)} have access, as before"
            words = self.names.redact(blocker.reason)
            raise PreconditionFailed(failure(doing, "was not started", words, now, blocker.next_step))

    def _write_until_shown(self, progress: Progress) -> None:
        """Write what is missing and read, again and again, until the read shows all of it."""
        for _ in attempts(self.deadline, self.image.tell, lambda: progress.lost_response):
            known, most, refusal, progress.lost_response = progress.live, LOOKS, None, None
            try:
                self._write(progress)
            except ResponseLost as exc:
                most, progress.lost_response = 1, exc
            except Superseded:
                if progress.plan.holds(progress.live):
                    return
                continue
            except Refused as exc:
                if not progress.repeated:
                    raise
                refusal = exc
            for _ in looks(self.deadline, most):
                progress.live = self.image.access(self.deadline)
                if progress.plan.holds(progress.live):
                    return
            # A repeated write may be refused because the first one did its work and only reads were late:
            # then they show now what was not known before.
            if refusal and known == progress.live:
                raise refusal
            progress.repeated = True
        raise NotConverged(not_in_time(self.names, progress.plan, progress.live, progress.lost_response))

    def _write(self, progress: Progress) -> None:
        plan = progress.plan
        for batch in batches(progress.live.accounts, plan.add, plan.must_not_have_access, self.limits):
            # Somebody may have been asked for since the last call: checks go on beside this.
            progress.plan = progress.plan.without_removing(self.ledger.wanted)
            removals = tuple(
                account for account in batch.remove if account in progress.plan.must_not_have_access
            )
            if batch.add or removals:
                self._send(replace(batch, remove=removals), progress)
        if plan.share_to_ecs not in (None, progress.live.in_ecs):
            progress.switched_from = not plan.share_to_ecs
            self._send(Batch(share_to_ecs=plan.share_to_ecs), progress)

    def _send(self, batch: Batch, progress: Progress) -> None:
        def is_wanted() -> bool:
            """Note, right before a call is sent, what it may do from here on, whatever comes back."""
            if self.deadline.clock.cancelled():
                raise Cancelled("The run was cancelled")
            wanted = not self.ledger.wanted & set(batch.remove)
            progress.sent.update(batch.add if wanted else ())
            return wanted

        try:
            self.image.change(batch, self.deadline, is_wanted)
        except Refused:
            progress.refused = batch
            raise
        except Exception:
            # Whatever else ends a call, the cloud may have carried it out.
            progress.unanswered.update(progress.sent.intersection(batch.add))
            raise
        progress.accepted.update(batch.add)
        progress.removed.update(batch.remove)

    def _explained(self, progress: Progress, exc: Exception) -> str:
        """Find out who is at fault, take back what was added, and say what holds now."""
        plan, before = progress.plan, progress.before.accounts
        known = remedy_for(exc, self._ram_prefix) if isinstance(exc, CloudError) else None
        reason = self.names.error_text(exc)
        if known and known.about_quota:
            wanted = len((before | plan.add) - plan.must_not_have_access)
            reason = f"{reason.rstrip('.')}; {access_counts(len(before), wanted)}"
        if known and isinstance(exc, Refused):
            with CapturedError():
                reason = reason.rstrip(".") + self._fault(progress, exc, known)
        sent = frozenset(progress.sent)
        rollback = Rollback(
            image=self.image,
            # In time of its own: the usual reason for being here is that the operation's time is up.
            deadline=Deadline.after(self.deadline.clock, max(SECONDS, len(sent)), counts_pacing=False),
            limits=self.limits,
            names=self.names,
            ram_prefix=self._ram_prefix,
            before=before,
            sent=sent,
            accepted=frozenset(progress.accepted),
            unanswered=frozenset(progress.unanswered),
            ecs_before=progress.switched_from,
            leaving=plan.remove,
            removed=frozenset(progress.removed),
        )
        next_step = known.next_step if known else "run up again: what is missing is done then"
        return failure(self.names.describe_change(plan), "failed", reason, rollback.carry_out(), next_step)

    @property
    def _ram_prefix(self) -> str:
        return self.image.service.API.ram_prefix

    def _fault(self, progress: Progress, exc: Refused, known: Remedy) -> str:
        """Return the words that name the account at fault, or the batch that it is in."""
        batch = progress.refused
        if not batch.add or known.about_account is False:
            return ""
        named = quoted(exc.message, batch.add)
        result = FaultSearchResult(named, refused_alone=True) if named else self._search(progress)
        return blame(batch, result, self.names, about_account=known.about_account or bool(named))

    def _search(self, progress: Progress) -> FaultSearchResult:
        """Find out who of the refused call is at fault; a single addition by itself tells it already."""
        batch = progress.refused
        if len(batch.add) == 1 and not batch.remove:
            return FaultSearchResult(batch.add, refused_alone=True)
        if not self.finds_fault:
            return FaultSearchResult(batch.add)
        return find_refused_account(
            lambda some: self._send(Batch(add=some), progress), batch.add, self.limits.probes
        )
