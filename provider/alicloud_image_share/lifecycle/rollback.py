"""What holds after a failed run: what it added is taken back, from what was sent; removals stand.

A call that was sent may have been carried out, whatever came back, until a read shows otherwise.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from types import TracebackType

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.image import CloudImage
from alicloud_image_share.cloud.retry import attempts, looks
from alicloud_image_share.errors import NotConverged, Refused, ResponseLost
from alicloud_image_share.sharing.failures import AccountNaming, remedy_for
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Access, Batch, Limits
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.plan import batches

SECONDS = 60.0
"""The least time that taking back has; it has one second an account where that is longer."""

GLANCE = 10.0
"""Seconds that the first read may take: what can't be read is taken off all the same."""

_BY_HAND = "take it off by hand, or run up and then take it off the list"


class CapturedError(contextlib.AbstractContextManager["CapturedError"]):
    """Keeps whatever exception ends its block: nothing may keep a run from saying what holds."""

    error: Exception | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Keep the exception, unless it ends the process."""
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


@dataclass(slots=True, kw_only=True)
class Rollback:
    """What a run sent, and how to take it off again."""

    image: CloudImage
    deadline: Deadline
    limits: Limits
    names: AccountNaming
    ram_prefix: str
    before: frozenset[str]
    """Who had access before the run."""
    sent: frozenset[str]
    """Every account that the run sent a call to add for, accepted or not."""
    accepted: frozenset[str]
    unanswered: frozenset[str]
    ecs_before: bool | None = None
    """What the share to the owner's ECS was before this run switched it; None when it did not."""
    leaving: frozenset[str] = NO_ACCOUNTS
    """Who was to lose access."""
    removed: frozenset[str] = NO_ACCOUNTS
    """Whose removal was accepted."""
    _live: Access = field(init=False)
    _open: set[str] = field(init=False)
    """Accounts whose removal no answer has confirmed yet. A read that does not show them proves nothing: a
    late read shows the time before they were added."""
    _shown: set[str] = field(default_factory=set, init=False)
    """Accounts of this run that a read has shown."""
    _expected: frozenset[str] = field(init=False)
    """Accounts that reads should show before they are taken back: a read without them may be a late one."""
    _ecs_open: bool = field(init=False)
    _lost_response: ResponseLost | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._live = Access(self.sent, in_ecs=None if self.ecs_before is None else not self.ecs_before)
        self._open, self._ecs_open = set(self.accepted | self.unanswered), self.ecs_before is not None
        self._expected = self.accepted

    def carry_out(self) -> str:
        """Take it off; return what holds now, which names who has access that should not if that failed."""
        if not self.sent and not self._ecs_open:
            return self._standing()
        with CapturedError() as taking_back:
            self._take_back()
        if taking_back.error:
            access = self._read_last()
            remainder = self._remainder(access)
            if access is None or remainder:
                why = self.names.error_text(taking_back.error)
                return f"{remainder}: {self._failure(access)} ({why}); {_BY_HAND}"
            self._live = access
        return self._taken_back()

    def _taken_back(self) -> str:
        live = self._live.accounts
        have = f"{len(live)} have access{', as before' if live == self.before else ''}"
        added = self.accepted | self._shown
        if added:
            never = self.unanswered - added
            more = f"; {count(never)} of a call without an answer never showed" if never else ""
            verb = "is" if len(added) == 1 else "are"
            return f"the {count(added)} that this run added {verb} taken back{more}; {have}"
        if self.ecs_before is not None:
            return f"the share to ECS is what it was; {have}"
        return self._standing()

    def _take_back(self) -> None:
        """Write and read until nothing is shown any more: a service may take only a part of a call."""
        with CapturedError() as glance:
            self._glance()
        if glance.error:
            # What can't be read is taken off all the same: it is known what was sent.
            self._open |= self.sent
            self._expected = self.sent
        if self._is_done():
            return
        for _ in attempts(self.deadline, self.image.tell, lambda: self._lost_response):
            known, refusal, self._lost_response = self._live, None, None
            try:
                self._write()
            except ResponseLost as exc:
                # It may have been carried out: what is read next tells what is still to be written.
                self._lost_response = exc
            except Refused as exc:
                refusal = exc
            for _ in looks(self.deadline):
                self._read(self.deadline)
                if self._shows_nothing() and not self._may_be_late():
                    break
            if self._is_done():
                return
            # A part may have been done, and only reads were late: then they show now what was not known.
            if refusal and known == self._live:
                raise refusal
        raise self._lost_response or NotConverged("the cloud accepted that and still shows them")

    def _glance(self) -> None:
        """Read until all that may be there is shown."""
        expected = frozenset(self._open) or self.sent
        soon = Deadline.after(self.deadline.clock, GLANCE)
        for _ in looks(soon):
            self._read(soon)
            if expected <= self._live.accounts:
                return

    def _read(self, deadline: Deadline) -> None:
        self._live = self.image.access(deadline)
        self._shown |= self.sent & self._live.accounts
        self._open |= self.sent & self._live.accounts

    def _write(self) -> None:
        # Whoever cannot be taken off, the owner's ECS is to have again what it had.
        with CapturedError() as taking_off:
            self._take_accounts_off()
        self._switch_back()
        if taking_off.error:
            raise taking_off.error

    def _take_accounts_off(self) -> None:
        for batch in batches(self._live.accounts, NO_ACCOUNTS, self.sent, self.limits):
            self.image.change(batch, self.deadline)
            self._open.difference_update(batch.remove)
        for account in sorted(self._open):
            self._undo_unseen(Batch(remove=(account,)))
            self._open.remove(account)

    def _switch_back(self) -> None:
        switch = Batch(share_to_ecs=self.ecs_before)
        if not self._ecs_shown(self._live):
            self.image.change(switch, self.deadline)
        elif self._ecs_open:
            self._undo_unseen(switch)
        self._ecs_open = False

    def _undo_unseen(self, batch: Batch) -> None:
        """Undo what no read shows, or not for sure; that it is not there is what a refusal may say."""
        try:
            self.image.change(batch, self.deadline)
        except Refused as exc:
            if remedy_for(exc, self.ram_prefix).about_account is False:
                raise

    def _ecs_shown(self, live: Access) -> bool:
        return self.ecs_before in (None, live.in_ecs)

    def _shows_nothing(self) -> bool:
        return not self.sent & self._live.accounts and self._ecs_shown(self._live)

    def _may_be_late(self) -> bool:
        """Tell whether the last read may show a time before the writes: then all looks are taken.

        A service may take a part of a call and accept the whole: what stayed is seen by a later read alone.
        """
        return bool(self.removed & self._live.accounts) or not self._expected <= self._shown

    def _is_done(self) -> bool:
        return self._shows_nothing() and not self._open and not self._ecs_open

    def _read_last(self) -> Access | None:
        """Return what several looks show in the end; None where it can't be read."""
        with CapturedError() as reading:
            for _ in looks(self.deadline):
                live = self.image.access(self.deadline)
        return None if reading.error else live

    def _failure(self, live: Access | None) -> str:
        if live is None and not self._open and not self._ecs_open:
            return "the rollback was accepted, but the result could not be read"
        return "the rollback failed"

    def _remainder(self, live: Access | None) -> str:
        """Return the words for what is not taken back, or may not be; none where everything is."""
        accounts = self.sent & (live.accounts | self._open) if live else self.sent
        ecs = self._ecs_open or live is None or not self._ecs_shown(live)
        gained = [self.names.list_accounts(accounts)] if accounts else []
        gained += ["the ECS of the owner"] if ecs and self.ecs_before is False else []
        words = [f"{' and '.join(gained)} may have access that should not"] if gained else []
        words += ["the share to the owner's ECS may be off"] if ecs and self.ecs_before else []
        return "; ".join(words)

    def _standing(self) -> str:
        """Return what holds after a run that failed without adding: removals stand, who is left is named."""
        with CapturedError() as reading:
            for _ in looks(self.deadline):
                live = self.image.access(self.deadline).accounts
                if not self.removed & live:
                    break
        if reading.error:
            why = self.names.error_text(reading.error)
            return f"nobody was added, removals stand, and who has access can't be read ({why})"
        remaining = self.leaving & live
        parts = ["nobody was added"]
        parts += [f"{len(self.leaving - remaining)} removed as requested"] if self.leaving else []
        parts += [f"not removed: {self.names.list_accounts(remaining)}"] if remaining else []
        return "; ".join([*parts, f"{len(live)} have access"])
