"""What check finds out of one share, and says of it, beyond what the engine's own diff shows."""

from __future__ import annotations

import concurrent.futures
from dataclasses import dataclass, replace

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.configured_owner import Owner, configured_owner
from alicloud_image_share.errors import CloudError, ImageNotSeen, ShareError
from alicloud_image_share.lifecycle.approval import ApprovalGuard
from alicloud_image_share.lifecycle.owner_on_list import ConfiguredOwner
from alicloud_image_share.lifecycle.resource_share_notices import resource_share_notices
from alicloud_image_share.lifecycle.run import Guard, Run
from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Access, Image, Share, ShareState
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.plan import Blocker, Plan, blocker, intent_of, not_seen, own_image, plan_of

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ImageReading:
    """What a check has seen of an image."""

    access: Access | None = None
    """Who can use it; None where that was not read."""
    image: Image | None = None
    """The image itself, the caller's own; None where it was not read."""
    unread: str = ""
    """Why something was not read."""
    blocker: Blocker | None = None
    """Why the caller can't share it at all."""
    caller: str | None = None
    """The account that reads, which owns the image or cannot share it; None where that was not asked."""

    @property
    def owner_id(self) -> str | None:
        """Who owns the image, as far as the cloud has told it."""
        return (self.image.owner_id if self.image else None) or self.caller


def read_image_for_check(
    run: Run, share: Share, *, describe: bool = False, identify: bool = False
) -> ImageReading:
    """Read who can use the image, as far as that is possible in time.

    With `describe` the image is read, too; with `identify` whose the credentials are.
    """

    def read() -> ImageReading:
        deadline = Deadline.after(run.clock, SECONDS)
        if describe:
            return _described(run, share, deadline)
        return ImageReading(_access(run, share, deadline), caller=_caller(run, share) if identify else None)

    try:
        reading: ImageReading = run.in_background(read).result(timeout=SECONDS)
    except concurrent.futures.TimeoutError:
        return ImageReading(unread=f"no answer within {SECONDS:.0f} s")
    except ShareError as exc:
        return ImageReading(unread=str(exc).rstrip("."))
    return reading


def _access(run: Run, share: Share, deadline: Deadline) -> Access:
    return run.image_of(share).access(deadline)


def _caller(run: Run, share: Share) -> str | None:
    try:
        return run.session(share.role_arn).account_id
    except ShareError:
        # Who has access was read, and that is what an exclusive share needs.
        return None


def _described(run: Run, share: Share, deadline: Deadline) -> ImageReading:
    """Read the image first, as a create does; one that can't be described may still be listed."""
    unread = ""
    try:
        image = run.image_of(share).describe(deadline)
    except CloudError as exc:
        image, unread = None, str(exc).rstrip(".")
    else:
        checked_image = own_image(image, lambda: run.session(share.role_arn).account_id)
        if isinstance(checked_image, Blocker):
            return ImageReading(blocker=checked_image)
        image = checked_image
    try:
        return ImageReading(_access(run, share, deadline), image, unread)
    except ImageNotSeen:
        return ImageReading(blocker=not_seen(run.session(share.role_arn).account_id))


@dataclass(frozen=True, slots=True)
class AccessPreview:
    """One share whose inputs are known, as one run is about to make it."""

    run: Run
    share: Share
    old: Share | None
    """What it asked for before on the same image; None where check is given nothing of that."""
    changed: bool
    accounts_before: frozenset[str] | None = None
    """Of the second check of a replacement: what the share asked for before. The first one has said all."""

    def announce(self) -> tuple[str, ...]:
        """Say what a review needs; return what stands against the change, as sentences."""
        reading = self._read()
        if reading.unread:
            self._say_skipped(reading)
        if reading.blocker:
            return (self._sentence(reading.blocker),)
        if refusal := self._owner_refused(reading):
            return (refusal,)
        if self._is_created:
            self._say_asked(reading)
        others = self._others(reading.access)
        disagreed = self._approval.of_check(self.share, self._before, others) if self.changed else ()
        if self.changed and self.run.settings.resource_sharing:
            for notice in resource_share_notices(self.run, self.share):
                self.run.engine.say(notice)
        if reading.access:
            self._say_access(reading.access, others)
        plan = self._plan(reading, others)
        leaving = plan.remove if self.changed else NO_ACCOUNTS
        refused = self._refused(reading, plan)
        broken = Guard(self.run).losses(self._names, leaving) if leaving else ()
        return (
            *disagreed,
            *map(self._sentence, refused),
            *(f"{violation.sentence} {violation.marker}" for violation in broken),
        )

    @property
    def _is_created(self) -> bool:
        return self.old is None and self.accounts_before is None

    @property
    def _before(self) -> frozenset[str]:
        """The accounts that the share asked for until now."""
        return self.old.account_ids if self.old else self.accounts_before or NO_ACCOUNTS

    def _others(self, access: Access | None) -> frozenset[str]:
        """Return who has access and is not on an exclusive list."""
        return access.accounts - self.share.account_ids if access and self.share.exclusive else NO_ACCOUNTS

    @property
    def _approval(self) -> ApprovalGuard:
        return ApprovalGuard(self.run, self._names)

    @property
    def _checks_ahead(self) -> bool:
        """Whether to find out before the run what the cloud would refuse."""
        calls = self._is_created or (self.old is not None and self.share.calls_after(self.old))
        return self.run.settings.preflight_in_preview and self.changed and calls

    @property
    def _names(self) -> AccountNaming:
        return AccountNaming.of(self.old or self.share, self.share)

    def _read(self) -> ImageReading:
        if self.share.exclusive or self._checks_ahead:
            news = self.changed and bool(self.share.account_ids - self._before)
            return read_image_for_check(self.run, self.share, describe=self._checks_ahead, identify=news)
        return ImageReading()

    def _say_skipped(self, reading: ImageReading) -> None:
        unknown = "whether it can be shared is not known"
        if self.share.exclusive and reading.access is None:
            unknown = "whoever else has access is not named"
        detail = self._names.redact(f"{reading.unread}; {unknown}")
        self.run.engine.say(Notice(str(self.share.image), Kind.SKIPPED, detail=detail))

    def _skipped_owner(self, reading: ImageReading) -> frozenset[str]:
        """Return the owner that the share leaves out, as far as it is known."""
        if not self.run.settings.skip_owner:
            return NO_ACCOUNTS
        configured = configured_owner(self.run.settings, self.share.role_arn)
        known = {configured.account if configured else None, reading.owner_id}
        return self.share.account_ids & known

    def _owner_refused(self, reading: ImageReading) -> str | None:
        """Return the sentence on an owner that only its credentials tell and that is new on the list."""
        if reading.caller is None or self.run.settings.skip_owner:
            return None
        if reading.caller not in self.share.account_ids - self._before:
            return None
        known = ConfiguredOwner(Owner(reading.caller, "the account of its credentials"))
        return known.refusal(secret=self._names.secret)

    def _say_asked(self, reading: ImageReading) -> None:
        """Say of everybody on a new list what the engine can't show: who has access already."""
        access, owner, say_about = reading.access, self._skipped_owner(reading), self.run.engine.say_about
        accounts = self.share.account_ids - owner
        say_about(self._names, Kind.LEFT_OUT, owner)
        if access is None:
            say_about(self._names, Kind.ASKED, accounts)
        else:
            say_about(self._names, Kind.ALREADY, accounts & access.accounts)
            say_about(self._names, Kind.GAINS, accounts - access.accounts)

    def _say_access(self, access: Access, others: frozenset[str]) -> None:
        """Name who has access and is not on an exclusive list.

        Accounts that were listed before are named by the engine's own diff.
        """
        self.run.engine.warn_of_everyone(self.share.image, everyone=access.everyone)
        if self.changed:
            others = self._approval.announced(others)
            self.run.ledger(self.share.image).announce_removals(others)
        in_diff = self.old.account_ids if self.old else NO_ACCOUNTS
        kind = Kind.REMOVES if self.changed else Kind.ALSO
        self.run.engine.say_about(self._names, kind, others - in_diff)

    def _plan(self, reading: ImageReading, others: frozenset[str]) -> Plan:
        """Return what the run will do, as far as its check can tell; without a read, of those listed before.

        Inputs don't tell which accounts a share owns that was exclusive until now: its update looks at state.
        """
        is_opened = self.old is not None and self.old.exclusive and not self.share.exclusive
        before = ShareState(self.old, {} if is_opened else self.old.accounts) if self.old else None
        claims = replace(self.run.ledger(self.share.image).claims(), announced_removals=others)
        # The switch to ECS is not read in a check, and is no matter of accounts.
        intent = replace(intent_of(before, self.share, claims), share_to_ecs=None)
        for owner in self._skipped_owner(reading):
            intent = intent.without(owner)
        return plan_of(intent, reading.access or Access(self._before))

    def _refused(self, reading: ImageReading, plan: Plan) -> tuple[Blocker, ...]:
        """Return what the cloud would refuse, where that was to be found out."""
        if not self._checks_ahead or reading.access is None or not plan.add:
            return ()
        quota = self.run.limits(self.share.image.service).accounts_per_image
        against = blocker(reading.image or Image(), reading.access.accounts, plan, quota)
        return (against,) if against else ()

    def _sentence(self, blocker: Blocker) -> str:
        return f"{blocker.field}: {self._names.redact(blocker.reason)}; {blocker.next_step}."
