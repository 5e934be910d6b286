"""The exit status of a review."""

from __future__ import annotations

from collections.abc import Collection

from alicloud_image_share.review.model import Direction, Review

NOTHING, FAILED, DIFFERENT, BROKEN = 0, 1, 2, 3

FAIL_ON = ("none", "rule", "risk", "loss", "difference")
"""What can be selected to give a status other than 0."""


def exit_status(review: Review, fail_on: Collection[str] = ()) -> int:
    """Return the status; without a selection 3 is a broken rule and 2 any difference, with one only that.

    An incomplete review is an error whatever is selected, or a broken rule if that is all it failed for. That
    nothing differs is an error, too, as long as something could not be read.
    """
    if not review.complete:
        return BROKEN if review.only_rules else FAILED
    selected = fail_on or ("rule", "difference")
    loses = any(change.direction == Direction.LOSS.value for change in review.changes)
    broken = {"rule": review.breaks_a_rule, "risk": bool(review.risks), "loss": loses}
    if any(broken.get(name) for name in selected):
        return BROKEN
    if "difference" not in selected:
        return NOTHING
    unread = FAILED if review.is_unread else NOTHING
    return DIFFERENT if review.says_something else unread
