"""An approval, and what differs from it later."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from alicloud_image_share.review.binding import Binding
from alicloud_image_share.review.field_change import FIRST, IMPORTS, NEW, FieldChange
from alicloud_image_share.review.model import SECRET, Change, Direction, Review

Access = Collection[tuple[str, str]]
"""Image and account of everybody who has access."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What was approved, and of what."""

    stack: str
    changes: frozenset[Change]
    """Every image, account, and gain or loss."""
    conditions: frozenset[FieldChange] = frozenset()
    """Every other change: of fields, rules, and the way and the identity by which the cloud is called."""
    digests: frozenset[tuple[str, str]] = frozenset()
    """Image and digest of the changes of secret accounts, where a key was at hand."""
    binding: Binding | None = None

    def is_done(self, access: Access) -> bool:
        """Tell whether all that was approved holds; `access` is what the stack shares.

        How many secret accounts have access tells nothing about which.
        """
        return bool(self.changes) and all(_is_done(change, access) for change in self.changes)

    def differences(self, review: Review, access: Access | None = None) -> tuple[str, ...]:
        """Return in words what a later review says otherwise, a line each, losses first.

        What holds already by `access` need not be in it: a run that was approved may have done a part. None
        knows of nothing that holds.
        """
        lines = []
        # `organization/project/dev` is dev.
        if review.stack and _last_part(self.stack) != _last_part(review.stack):
            lines.append(f"approved for stack {self.stack}, and this is stack {review.stack}")
        new = review.changes - self.changes
        old = self.changes - review.changes
        if access is not None:
            old = frozenset(change for change in old if not _is_done(change, access))
        if review.changes:
            # Which secret accounts have access already can't be told: less than approved may be done.
            old = frozenset(change for change in old if change.account != SECRET)
        lines += [f"not approved: {_worded(change)}" for change in _losses_first(new)]
        lines += [f"not approved: other secret accounts of {image}" for image in self._other_secrets(review)]
        lines += [f"not approved: {change}" for change in sorted(review.conditions - self.conditions)]
        lines += [f"approved, and no longer so: {change}" for change in self._dropped(review)]
        lines += [f"approved, and not in this preview: {_worded(change)}" for change in _losses_first(old)]
        return tuple(lines)

    def _dropped(self, review: Review) -> list[FieldChange]:
        """Return what was to be configured, and is not, where no later review shows that as a change."""
        is_first = review.first_settings is not None
        present = {(change.image, change.share, change.field) for change in review.conditions}
        return sorted(
            change
            for change in self.conditions
            if (
                change.field == IMPORTS
                or (is_first and change.before == FIRST)
                or (change.before == NEW and self._is_untouched(change.image, review))
            )
            and (change.image, change.share, change.field) not in present
        )

    def _is_untouched(self, image: str, review: Review) -> bool:
        """Tell whether all is left to do to an image: then no run has made a new share of it yet."""
        approved = {change for change in self.changes if change.image == image}
        return bool(approved) and approved <= review.changes

    def _other_secrets(self, review: Review) -> list[str]:
        approved = {change for change in review.changes & self.changes if change.account == SECRET}
        new = {image for image, _ in review.digests - self.digests}
        return sorted(new & {change.image for change in approved})


def _is_done(change: Change, access: Access) -> bool:
    if change.account == SECRET:
        return False
    return ((change.image, change.account) in access) == (change.direction == Direction.GAIN.value)


def _last_part(stack: str) -> str:
    return stack.rsplit("/", 1)[-1]


def _losses_first(changes: Collection[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (change.direction != Direction.LOSS.value, change))


def _worded(change: Change) -> str:
    number = "" if change.count == 1 else f" ({change.count or 'an unknown number'})"
    verb = "loses" if change.direction == Direction.LOSS.value else "gains"
    until = f" until {change.until}" if change.until else ""
    return f"{change.account}{number} {verb} access to {change.image}{until}"
