"""Adding accounts to an image and removing them: what every service has in common.

Everything is checked before anything is changed: a call that is refused has changed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from .account import is_account_id
from .refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .image import Image
    from .service import Call

Numbered: TypeAlias = "Mapping[int, str]"
Problem: TypeAlias = Literal["malformed", "closed", "self", "again", "absent", "quota"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits of one service, and the status, code and sentence with which it refuses each problem.

    ``per_call`` and ``quota`` are None where there is no limit. No page names the code of a member that is
    added again or of a stranger that is removed, nor any beyond its own list: those codes are guesses.
    """

    per_call: int | None
    quota: int | None
    refusals: Mapping[Problem, tuple[int, str, str]]
    self_is_refused: bool

    def refuse(self, problem: Problem) -> None:
        """Refuse the call for this problem."""
        raise RefusalError(*self.refusals[problem])


@dataclass(frozen=True, slots=True)
class Change:
    """The accounts that a call really adds and removes, out of those that it sends."""

    added: tuple[str, ...]
    removed: tuple[str, ...]

    def applied(self, image: Image, now: str) -> Image:
        """Return the image as it is afterwards; an account that is both removed and added is a member."""
        members = [account for account in image.accounts if account not in self.removed]
        return image.shared_with([*members, *self.added], now)


def change(call: Call, image: Image, rules: Rules, added: Numbered, removed: Numbered) -> Image:
    """Return the image as the call leaves it, or refuse the call as a whole.

    The accounts come with the numbers by which they were sent, counted from 1.
    """
    requested = Change(*(_within_call(call, accounts, rules.per_call) for accounts in (added, removed)))
    for account in (*requested.added, *requested.removed):
        if not is_account_id(account):
            rules.refuse("malformed")
    _check_added(call, image, rules, requested)
    _check_removed(call, image, rules, requested)
    _check_quota(call, image, rules, requested)
    return Change(*call.faults.carried_out(requested.added, requested.removed)).applied(image, call.now)


def _within_call(call: Call, accounts: Numbered, limit: int | None) -> tuple[str, ...]:
    """Drop what exceeds the limit of a call, as silently as the cloud does."""
    within = {number: account for number, account in accounts.items() if limit is None or number <= limit}
    if len(within) < len(accounts) and call.cloud.behaviour["over_ten"] == "ignored":
        return ()
    return tuple(dict.fromkeys(within.values()))


def _check_added(call: Call, image: Image, rules: Rules, requested: Change) -> None:
    for account in requested.added:
        if account == image.owner_id and rules.self_is_refused:
            rules.refuse("self")
        if account in call.cloud.closed_accounts:
            rules.refuse("closed")
        if account in image.accounts and call.cloud.behaviour["add_again"] == "error":
            rules.refuse("again")


def _check_removed(call: Call, image: Image, rules: Rules, requested: Change) -> None:
    for account in requested.removed:
        if account not in image.accounts and call.cloud.behaviour["remove_absent"] == "error":
            rules.refuse("absent")


def _check_quota(call: Call, image: Image, rules: Rules, requested: Change) -> None:
    quota = rules.quota if image.quota is None else image.quota
    new = set(requested.added) - set(image.accounts)
    if quota is None or not new:
        return
    removals_count = call.cloud.behaviour["quota_counted"] == "after_removals"
    leaving = set(requested.removed) - set(requested.added) if removals_count else set()
    if len((set(image.accounts) - leaving) | new) > quota:
        rules.refuse("quota")
