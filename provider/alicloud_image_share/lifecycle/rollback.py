"""What holds after a failed run: what it added is taken back, from what was sent; removals stand."""

from __future__ import annotations

import contextlib
from collections.abc import Set
from dataclasses import dataclass, field, replace

from alicloud_image_share.cloud.image import Cloud, CloudUntil
from alicloud_image_share.cloud.retry import Patience
from alicloud_image_share.errors import AnswerLost, CloudError, NotConverged, Refused, ShareError
from alicloud_image_share.sharing.failures import Names, advice
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Access, Batch, Limits
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.plan import batches

SECONDS = 60.0
"""The least time that taking back has; it has one second an account where that is longer."""


GLANCE = 10.0
"""Seconds that the first read may take: what can't be read is taken off all the same."""

_BY_HAND = "take it off by hand, or run up and then take it off the list"


@dataclass(slots=True)
class TakeBack:
    """What a run added, and how to take it off again."""

    cloud_until: CloudUntil
    patience: Patience
    limits: Limits
    names: Names
    ram_prefix: str
    before: frozenset[str]
    """Who had access before the run."""
    added: frozenset[str]
    ecs_before: bool | None
    """What the share to the owner's ECS was before this run switched it; None when it did not."""
    _cloud: Cloud = field(init=False)
    _live: Access = field(init=False)
    _open: set[str] = field(init=False)
    """Accounts whose removal no answer has confirmed yet: that they are not shown proves nothing by itself,
    for a late read shows the time before they were added."""
    _ecs_open: bool = field(init=False)
    _lost: AnswerLost | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._cloud = self.cloud_until(self.patience.deadline)
        self._live = Access(self.added, in_ecs=None if self.ecs_before is None else not self.ecs_before)
        self._open, self._ecs_open = set(self.added), self.ecs_before is not None

    def carry_out(self) -> str:
        """Take it off; return what holds now, which names who has access that should not if that failed."""
        try:
            live = self._undone()
        except ShareError as exc:
            seen = self._seen()
            left = self._left(seen)
            if seen is None or left:
                return f"{left}, for {self._failure(seen)} ({self.names.said(exc)}); {_BY_HAND}"
            live = seen
        what = f"the {count(self.added)} that this run added" if self.added else "the share to ECS"
        have = f"{len(live.accounts)} have access{', as before' if live.accounts == self.before else ''}"
        if not self.added:
            return f"the share to ECS is what it was; {have}"
        return f"{what} are taken back; {have}"

    def _undone(self) -> Access:
        """Write and read until nothing is shown any more: a service may take only a part of a call."""
        # What can't be read is taken off all the same: it is known what was sent.
        with contextlib.suppress(CloudError):
            self._live = self._glance()
        return self.patience.rounds(self._round, self._is_done, self._give_up, lambda: self._lost)

    def _glance(self) -> Access:
        soon = replace(self.patience.deadline, at=self.patience.clock.now() + GLANCE)
        patience = replace(self.patience, deadline=soon)
        return patience.look(self.cloud_until(soon).access, lambda live: self.added <= live.accounts)

    def _round(self) -> Access:
        known, self._lost = self._live, None
        try:
            self._write()
        except AnswerLost as exc:
            # It may have been carried out: what is read next tells what is still to be written.
            self._lost = exc
        except Refused:
            # A part may have been done, and only reads were late: then they show now what was not known.
            if known == self._look():
                raise
            return self._live
        return self._look()

    def _write(self) -> None:
        for batch in batches(self._live.accounts, NO_ACCOUNTS, self.added, self.limits):
            self._cloud.change(batch)
            self._open.difference_update(batch.remove)
        for account in sorted(self._open):
            self._undo_unseen(Batch(remove=(account,)))
            self._open.remove(account)
        switch = Batch(share_to_ecs=self.ecs_before)
        if not self._ecs_shown(self._live):
            self._cloud.change(switch)
        elif self._ecs_open:
            self._undo_unseen(switch)
        self._ecs_open = False

    def _undo_unseen(self, batch: Batch) -> None:
        """Undo what no read shows, or not for sure; that it is not there is what a refusal may say."""
        try:
            self._cloud.change(batch)
        except Refused as exc:
            if advice(exc, self.ram_prefix).about_account is False:
                raise

    def _look(self) -> Access:
        self._live = self.patience.look(self._cloud.access, self._shows_nothing)
        return self._live

    def _ecs_shown(self, live: Access) -> bool:
        return self.ecs_before in (None, live.in_ecs)

    def _shows_nothing(self, live: Access) -> bool:
        return not self.added & live.accounts and self._ecs_shown(live)

    def _is_done(self, live: Access) -> bool:
        return self._shows_nothing(live) and not self._open and not self._ecs_open

    def _give_up(self) -> Access:
        raise self._lost or NotConverged("the cloud accepted that and still shows them")

    def _seen(self) -> Access | None:
        """Return what several looks show in the end; None where it can't be read."""
        try:
            return self.patience.look(self._cloud.access, lambda _: False)
        except ShareError:
            return None

    def _failure(self, live: Access | None) -> str:
        if live is None and not self._open and not self._ecs_open:
            return "taking it back was accepted, and no read shows what came of that"
        return "taking it back failed"

    def _left(self, live: Access | None) -> str:
        """Return the words for what is not taken back, or may not be; none where everything is."""
        accounts = self.added & (live.accounts | self._open) if live else self.added
        ecs = self._ecs_open or live is None or not self._ecs_shown(live)
        gained = [self.names.each(accounts)] if accounts else []
        gained += ["the ECS of the owner"] if ecs and self.ecs_before is False else []
        words = [f"{' and '.join(gained)} may have access that should not"] if gained else []
        words += ["the share to the owner's ECS may be off"] if ecs and self.ecs_before else []
        return "; ".join(words)


def standing(
    cloud: Cloud, patience: Patience, names: Names, leaving: frozenset[str], removed: Set[str]
) -> str:
    """Return what holds after a run that failed without adding: removals stand, who is left is named."""
    try:
        live = patience.look(cloud.access, lambda access: not removed & access.accounts).accounts
    except ShareError as exc:
        return f"nobody was added, removals stand, and who has access can't be read ({names.said(exc)})"
    left = leaving & live
    parts = ["nobody was added"]
    parts += [f"{len(leaving - left)} removed as asked"] if leaving else []
    parts += [f"not removed: {names.each(left)}"] if left else []
    return "; ".join([*parts, f"{len(live)} have access"])
