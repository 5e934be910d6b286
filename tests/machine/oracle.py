"""What must hold after an operation, by the contract alone: plain sets, nothing of the provider."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

Accounts = frozenset[str]
NOBODY: Accounts = frozenset()

_ID = re.compile(r"(?<![\w-])[1-9][0-9]{4,19}(?![\w-])")
_GAINED = re.compile(r"^Now: (.*) may have access that should not", re.MULTILINE)
_LEFT = re.compile(r"^Now: .*not removed: ([^;]*)", re.MULTILINE)
_TAKEN_BACK = re.compile(
    r"^Now: the (\d+) accounts? that this run added (?:are|is) taken back; (\d+) have", re.MULTILINE
)
ECS_IN_WORDS = "ECS of the owner"


@dataclass(frozen=True)
class Image:
    """An image as it really is; a missing one is None wherever it is given."""

    accounts: Accounts = NOBODY
    in_ecs: bool = False
    takes_more: bool = True
    """Whether its state lets it be shared further."""
    quota: int | None = None
    closed: Accounts = NOBODY
    """Accounts that nothing can be shared with."""


@dataclass(frozen=True)
class Wish:
    """What one operation is to do, and whom it may touch at all."""

    asked: Accounts = NOBODY
    removable: Accounts = NOBODY
    """Who was named, in state or by the check, before the first write."""
    optional: Accounts = NOBODY
    """Who may go just as well with the delete that follows."""
    held: Accounts = NOBODY
    """Asked before and now: if they are gone, somebody else took them off, and nobody may be added."""
    to_ecs: bool | None = None
    ecs_held: bool = False
    idle: bool = False
    """Whether the operation has nothing to call for, whatever the cloud holds."""
    adds: bool = True
    """Whether it is made to add; deleting and reading need no image that can be shared."""

    @property
    def leaving(self) -> Accounts:
        """Give who has to lose access by it."""
        return self.removable - self.asked

    @property
    def may_leave(self) -> Accounts:
        """Give who may lose access by it."""
        return (self.removable | self.optional) - self.asked

    def drifted(self, before: Image) -> bool:
        """Tell whether somebody changed outside what this operation takes for granted."""
        if self.idle:
            return False
        ecs = self.ecs_held and self.to_ecs not in (None, before.in_ecs)
        return bool(self.held - before.accounts) or ecs

    def gains(self, before: Image) -> bool:
        """Tell whether anybody gains by it."""
        return bool(self.asked - before.accounts) or (self.to_ecs is True and not before.in_ecs)

    def stopped(self, before: Image, appeared: Accounts = NOBODY) -> bool:
        """Tell whether the cloud may refuse it; a removal is never stopped."""
        if not self.adds or not self.gains(before):
            return False
        # Before the removals: the cloud may count so, and the provider may not know a lowered quota.
        most = len(before.accounts | self.asked | appeared)
        over = before.quota is not None and most > before.quota
        return not before.takes_more or over or bool(before.closed & self.asked)

    def fulfilled(self, before: Image) -> Image:
        """Give the image as it must be when the operation has said that it succeeded."""
        if self.idle:
            return before
        accounts = (before.accounts | self.asked) - self.leaving
        return replace(
            before, accounts=accounts, in_ecs=before.in_ecs if self.to_ecs is None else self.to_ecs
        )

    def after_drift(self, before: Image) -> Image:
        """Give the image as it must be when somebody changed it outside: removals only."""
        off = self.to_ecs is False and not self.ecs_held
        return replace(before, accounts=before.accounts - self.leaving, in_ecs=before.in_ecs and not off)


@dataclass(frozen=True)
class Claim:
    """What the words of a failure say of who has access."""

    gained: Accounts = NOBODY
    ecs_gained: bool = False
    left: Accounts | None = None
    taken_back: int | None = None
    have_access: int | None = None

    @classmethod
    def of(cls, words: str) -> Claim:
        gained, left, taken = (each.search(words) for each in (_GAINED, _LEFT, _TAKEN_BACK))
        return cls(
            gained=frozenset(_ID.findall(gained[1])) if gained else NOBODY,
            ecs_gained=bool(gained and ECS_IN_WORDS in gained[1]),
            left=frozenset(_ID.findall(left[1])) if left else None,
            taken_back=int(taken[1]) if taken else None,
            have_access=int(taken[2]) if taken else None,
        )


@dataclass(frozen=True)
class Verdict:
    """One operation as it went, seen from outside."""

    wish: Wish
    before: Image | None
    after: Image | None
    appeared: Accounts = NOBODY
    """Whom somebody else added in the middle of it, left out of what is after it."""

    def succeeded(self) -> None:
        """Hold a success to what it says."""
        if self.before is None:
            assert self.after is None
            assert self.wish.idle or not self.wish.adds, "an image that is not there was shared"
            return
        assert not self.wish.drifted(self.before), "what somebody changed outside went unnoticed"
        self._is(self.wish.fulfilled(self.before))

    def _is(self, expected: Image) -> None:
        assert self.after
        either_way = self.wish.may_leave - self.wish.leaving
        after = replace(self.after, accounts=self.after.accounts - either_way)
        assert after == replace(expected, accounts=expected.accounts - either_way)

    def failed(self, words: str) -> None:
        """Hold a failure to what it may leave behind, and to what it says of that."""
        if self.before is None or self.after is None:
            assert self.before == self.after
            return
        claim = Claim.of(words)
        gained = self.after.accounts - self.before.accounts
        lost = self.before.accounts - self.after.accounts
        assert gained <= claim.gained, f"{set(gained)} have access and are not named"
        assert claim.gained <= self.wish.asked - self.before.accounts, "named as gaining, but never added"
        assert lost <= self.wish.may_leave, f"{set(lost - self.wish.may_leave)} lost access unnamed"
        ecs_wanted = self.wish.to_ecs is True and not self.before.in_ecs
        assert not claim.ecs_gained or ecs_wanted, "ECS is named as gaining, but was never added"
        assert claim.ecs_gained or self.after.in_ecs <= self.before.in_ecs, "ECS has access and is not named"
        assert self.after.in_ecs or not self.before.in_ecs or self.wish.to_ecs is False

    def drift(self) -> None:
        """Hold an operation that met an outside change, with nothing else going wrong."""
        assert self.before is not None
        self._is(self.wish.after_drift(self.before))

    def exactly(self, words: str, off: Accounts, *, ecs_off: bool) -> None:
        """Hold the words to the letter, where every read showed the truth.

        `off` are those of whom an answer said that they were taken off; of others it can't be known. So with
        the share to ECS.
        """
        assert self.before is not None
        assert self.after is not None
        claim = Claim.of(words)
        gained = self.after.accounts - self.before.accounts
        assert not (claim.gained - gained) & off
        assert not (claim.ecs_gained and ecs_off) or self.after.in_ecs
        if claim.left is not None:
            assert claim.left == self.wish.leaving & self.after.accounts
        if claim.have_access is not None:
            assert claim.have_access == len(self.after.accounts | self.appeared)
