"""A share before and after a step of the engine, as the planner takes it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from alicloud_image_share.review.state_access import Notes, noted
from alicloud_image_share.sharing.model import NO_ACCOUNTS, NO_NOTES, Access, Share, ShareState
from alicloud_image_share.sharing.plan import NO_CLAIMS, Claims, Intent, Plan, intent_of, plan_of


class Step(enum.Enum):
    """What happens to a share; the value is the words for it, before and after."""

    DELETE = ("to delete", "deleted")
    UPDATE = ("to update", "updated")
    CREATE = ("to create", "created")
    DRIFT = ("drifted", "drifted")
    """Found by a refresh: what is live is not what state said."""
    UNCHANGED = ("unchanged", "unchanged")
    """Stays as it is: whoever it lists loses access by no other share."""

    def word(self, *, planned: bool) -> str:
        """Return the word of a plan ("to create"), or that of what was done ("created")."""
        return self.value[0 if planned else 1]


STEPS: Mapping[str, Step] = {
    "create": Step.CREATE,
    "create-replacement": Step.CREATE,
    "update": Step.UPDATE,
    "refresh": Step.DRIFT,
    "delete": Step.DELETE,
    "delete-replaced": Step.DELETE,
}
"""The engine's operations that change who has access."""

READING = ("refresh", "import")
"""The engine's operations that read who has access; what an import changes is an update that follows it."""


NOBODY = Access(NO_ACCOUNTS)


@dataclass(frozen=True, slots=True)
class PlannedShare:
    """A share before and after a step, as the planner takes it. Accounts that are hidden are left out."""

    old: ShareState | None
    """None where it was not there, or was of another image."""
    new: Share | None
    """None where it leaves."""
    step: Step
    owner_id: str | None = None
    """The account that owns the image, and stands on a list in vain; None where nothing tells it."""
    retained: bool = False
    """Whether it leaves without a call."""

    @property
    def listed(self) -> Notes:
        """Every account that the share asks for from then on, with its note."""
        return self.new.accounts if self.new else NO_NOTES

    @property
    def notes_before(self) -> Notes:
        """Every account that state names, with its note."""
        return {**self.old.owned, **self.old.share.accounts} if self.old else NO_NOTES

    @property
    def renoted(self) -> Notes:
        """Accounts whose note changes, with the new one."""
        notes = noted(self.has_access, self.listed)
        return {account: note for account, note in notes.items() if note != self.notes_before[account]}

    @property
    def owner(self) -> frozenset[str]:
        """The account that owns the image, if it is known."""
        return frozenset({self.owner_id}) if self.owner_id else NO_ACCOUNTS

    @property
    def was_in_ecs(self) -> bool | None:
        """Whether the share has asked for the share to the owner's own ECS until now."""
        return self.old.share.share_to_ecs if self.old else None

    def intent(self, claims: Claims = NO_CLAIMS) -> Intent:
        """Return what the operation may do, which drift looks like too: as if it had been asked for."""
        if self.retained:
            return Intent()
        if self.step is Step.DRIFT and self.old and self.new:
            intent = intent_of(replace(self.old, owned=self.old.share.accounts), self.new)
        else:
            intent = intent_of(None if self.step is Step.CREATE else self.old, self.new, claims)
        return intent.without(self.owner_id)

    def plan(self, claims: Claims = NO_CLAIMS, others: Access = NOBODY) -> Plan:
        """Return who gains and who loses access; state and `others` are what is known to be live."""
        live = Access(self.has_access | others.accounts, in_ecs=others.in_ecs or self.was_in_ecs)
        return plan_of(self.intent(claims), live)

    @property
    def has_access(self) -> frozenset[str]:
        """Who has access before the step, as far as state says it of this share."""
        if self.old is None:
            return NO_ACCOUNTS
        leaves = self.step is Step.DELETE and not self.retained
        return self.old.all_named if leaves else self.old.share.account_ids
