"""What check finds out of one share, and says of it, beyond what the engine's own diff shows."""

from __future__ import annotations

import concurrent.futures
from dataclasses import dataclass

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.errors import CloudError, ImageNotSeen, ShareError
from alicloud_image_share.lifecycle.run import Guard, Run
from alicloud_image_share.sharing.failures import Names
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Access, Image, Share
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.plan import Intent, Obstacle, not_seen, obstacle, own_image, settle

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check has seen of an image."""

    access: Access | None = None
    """Who can use it; None where that was not read."""
    image: Image | None = None
    """The image itself, the caller's own; None where it was not read."""
    unread: str = ""
    """Why something was not read."""
    obstacle: Obstacle | None = None
    """Why the caller can't share it at all."""


def read_for_check(run: Run, share: Share, *, describe: bool = False) -> Seen:
    """Read who can use the image, as far as that is possible in time; with `describe` the image, too."""

    def read() -> Seen:
        deadline = Deadline.after(run.clock, SECONDS)
        return _described(run, share, deadline) if describe else Seen(_access(run, share, deadline))

    try:
        seen: Seen = run.in_background(read).result(timeout=SECONDS)
    except concurrent.futures.TimeoutError:
        return Seen(unread=f"no answer within {SECONDS:.0f} s")
    except ShareError as exc:
        return Seen(unread=str(exc).rstrip("."))
    return seen


def _access(run: Run, share: Share, deadline: Deadline) -> Access:
    return run.image(share.image, role_arn=share.role_arn).access(deadline)


def _described(run: Run, share: Share, deadline: Deadline) -> Seen:
    """Read the image first, as a create does; one that can't be described may still be listed."""
    unread = ""
    try:
        image = run.image(share.image, role_arn=share.role_arn).describe(deadline)
    except CloudError as exc:
        image, unread = None, str(exc).rstrip(".")
    else:
        found = own_image(image, lambda: run.session(share.role_arn).account_id)
        if isinstance(found, Obstacle):
            return Seen(obstacle=found)
        image = found
    try:
        return Seen(_access(run, share, deadline), image, unread)
    except ImageNotSeen:
        return Seen(obstacle=not_seen(run.session(share.role_arn).account_id))


@dataclass(frozen=True, slots=True)
class Announcement:
    """One share whose inputs are known, as one run is about to make it."""

    run: Run
    share: Share
    old: Share | None
    """What it asked for before on the same image; None where check is given nothing of that."""
    changed: bool
    is_second: bool
    """Whether this is the second check of a replacement, whose first one has said all."""

    def make(self) -> tuple[str, ...]:
        """Say what a review needs; return what stands against the change, as sentences."""
        seen = self._read()
        if seen.unread:
            self._say_skipped(seen)
        if seen.obstacle:
            return (self._sentence(seen.obstacle),)
        if self._is_created:
            self._say_asked(seen.access)
        if seen.access:
            self._say_access(seen.access)
        leaving = self._leaving(seen.access)
        refused = self._refused(seen, leaving)
        broken = Guard(self.run).losses(self._names, leaving) if leaving else ()
        return (
            *map(self._sentence, refused),
            *(f"{violation.sentence} {violation.marker}" for violation in broken),
        )

    @property
    def _is_created(self) -> bool:
        return self.old is None and not self.is_second

    @property
    def _is_live(self) -> bool:
        """Whether to find out before the run what the cloud would refuse."""
        calls = self._is_created or (self.old is not None and self.share.calls_after(self.old))
        return self.run.settings.previews_live and self.changed and calls

    @property
    def _names(self) -> Names:
        return Names.of(self.old or self.share, self.share)

    def _read(self) -> Seen:
        if self.share.exclusive or self._is_live:
            return read_for_check(self.run, self.share, describe=self._is_live)
        return Seen()

    def _say_skipped(self, seen: Seen) -> None:
        unknown = "whether it can be shared is not known"
        if self.share.exclusive and seen.access is None:
            unknown = "whoever else has access is not named"
        detail = self._names.shown(f"{seen.unread}; {unknown}")
        self.run.engine.say(Notice(str(self.share.image), Kind.SKIPPED, detail=detail))

    def _say_asked(self, access: Access | None) -> None:
        """Say of everybody on a new list what the engine can't show: who has access already."""
        asked, say_about = self.share.asked, self.run.engine.say_about
        if access is None:
            say_about(self._names, Kind.ASKED, asked)
        else:
            say_about(self._names, Kind.ALREADY, asked & access.accounts)
            say_about(self._names, Kind.GAINS, asked - access.accounts)

    def _say_access(self, access: Access) -> None:
        """Name who has access and is not on an exclusive list.

        Accounts that were listed before are named by the engine's own diff.
        """
        self.run.engine.warn_of_everyone(self.share.image, everyone=access.everyone)
        if not self.share.exclusive:
            return
        others = access.accounts - self.share.asked
        if self.changed:
            self.run.ledger(self.share.image).announce_removals(others)
        in_diff = self.old.asked if self.old else NO_ACCOUNTS
        kind = Kind.REMOVES if self.changed else Kind.ALSO
        self.run.engine.say_about(self._names, kind, others - in_diff)

    def _leaving(self, access: Access | None) -> frozenset[str]:
        """Return who loses access by this share, as far as its check can tell.

        Inputs don't tell whom a share owns that was exclusive until now: its update looks at state.
        """
        if not self.changed:
            return NO_ACCOUNTS
        is_opened = self.old is not None and self.old.exclusive and not self.share.exclusive
        before = NO_ACCOUNTS if self.old is None or is_opened else self.old.asked
        if access is not None:
            before = access.accounts if self.share.exclusive else before & access.accounts
        return before - self.share.asked - self.run.ledger(self.share.image).wanted

    def _refused(self, seen: Seen, leaving: frozenset[str]) -> tuple[Obstacle, ...]:
        """Return what the cloud would refuse, where that was to be found out."""
        if not self._is_live or seen.access is None:
            return ()
        asked = self.share.asked
        held = self.old.asked & asked if self.old else NO_ACCOUNTS
        settlement = settle(Intent(asked=asked, held=held, named=leaving), seen.access)
        if not settlement.add:
            return ()
        quota = self.run.limits(self.share.image.service).accounts_per_image
        found = obstacle(seen.image or Image(), seen.access.accounts, settlement, quota)
        return (found,) if found else ()

    def _sentence(self, found: Obstacle) -> str:
        return f"{found.field}: {self._names.shown(found.found)}; {found.next_step}."
