"""What becomes of the account that owns an image where the list of its own share names it.

An image cannot be shared with its owner. One group of accounts may serve images of several owners, so
`image-shares:skipOwner: true` leaves each owner out of the lists of its own images.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from alicloud_image_share.cloud.configured_owner import Owner
from alicloud_image_share.errors import PreconditionFailed
from alicloud_image_share.sharing.failures import AccountNaming, failure
from alicloud_image_share.sharing.model import NO_ACCOUNTS
from alicloud_image_share.sharing.plan import Intent

_OTHERS = "list another account, or take the share out of the program"


@dataclass(frozen=True, slots=True)
class ConfiguredOwner:
    """The owner of an image as far as a check knows it without a call."""

    owner: Owner | None = None
    skips: bool = False

    def newly_listed_in(self, accounts: object, before: Collection[str]) -> str | None:
        """Return the owner where it is new on the list; an account of state stays, whatever is configured."""
        if self.owner is None or not isinstance(accounts, dict) or self.owner.account in before:
            return None
        return self.owner.account if self.owner.account in accounts else None

    def refusal(self, *, secret: bool) -> str:
        """Return why the owner cannot be on the list, as a sentence."""
        assert self.owner is not None  # noqa: S101 - asked only after it is on a list
        who = "an account on the list" if secret else self.owner.account
        known_by = self.owner.key if secret else self.owner.known_by
        return (
            f"accounts: {who} owns the image, by {known_by}; take the account off the list, or set"
            " image-shares:skipOwner: true, which leaves an owner out of the lists of its own images."
        )

    @staticmethod
    def nobody_left(account: str, *, secret: bool) -> str:
        """Return why a list that holds the owner alone is refused, as a sentence."""
        who = "the one account on it" if secret else account
        return f"accounts: with {who}, which owns the image, left out the list is empty; {_OTHERS}."


@dataclass(frozen=True, slots=True)
class OwnerSkip:
    """How an operation treats the owner that the cloud, or state, names."""

    skips: bool = False
    left_out: frozenset[str] = NO_ACCOUNTS
    """Who was left out in check, by the configuration alone."""
    exclusive: bool = False
    owner_id: str | None = None
    """The owner that state names."""

    def applied(self, intent: Intent, owner_id: str | None, names: AccountNaming) -> Intent:
        """Return the intent without the owner.

        Raises PreconditionFailed where check left out another account, and where an exclusive list would be
        empty: then everybody would lose access.
        """
        if not self.skips or owner_id is None:
            return intent
        others = self.left_out - {owner_id}
        if others:
            reason = f"{names.list_accounts(others)} was left out of the list as the owner of the image, and"
            reason = names.redact(f"{reason} the owner is account {owner_id}")
            raise _not_started(names, reason, "correct role_arn, alicloud:assumeRole or alicloud:accountId")
        without = intent.without(owner_id)
        if self.exclusive and intent.wanted and not without.wanted:
            reason = f"With account {owner_id}, which owns the image, left out the list is empty"
            raise _not_started(names, names.redact(reason), _OTHERS)
        return without


def _not_started(names: AccountNaming, reason: str, next_step: str) -> PreconditionFailed:
    doing = f"sharing {names.image}"
    return PreconditionFailed(failure(doing, "was not started", reason, "nothing was written", next_step))
