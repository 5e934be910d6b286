"""A review in five lines at most, for a chat: gains, losses, a risk, what ends soon, what was not read."""

from __future__ import annotations

from collections.abc import Sequence

from alicloud_image_share.review.access_ends import short_ends
from alicloud_image_share.review.by_account import AccountChange, gains, grouped_risks, losses
from alicloud_image_share.review.markdown_text import first_of
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.rows import account_text, not_checked, verdict
from alicloud_image_share.review.terminal import risk_text
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import printable

NAMED = 3
"""How many accounts a line names."""


def to_short(review: Review) -> str:
    """Return the review in at most five lines; what is not named is counted."""
    risks = [risk_text(group) for group in grouped_risks(review.risks)]
    gaps = [*map(printable, review.errors), *not_checked(review)]
    changes = [_changes("+", gains(review.images)), _changes("-", losses(review.images))]
    not_read = f"? not checked: {and_more(gaps, 1)}" if gaps else ""
    notable = list(filter(None, [and_more(risks, 1), short_ends(review.ending)]))
    if all(changes) and not_read:
        notable = [" · ".join(notable)] if notable else []
    lines = [verdict(review), *changes, *(f"! {words}" for words in notable), not_read]
    return "".join(f"{line}\n" for line in lines if line)


def and_more(words: Sequence[str], most: int) -> str:
    """Return the first words of a list, and how many there are beside them."""
    return "; ".join(first_of(words, most, str))


def _changes(sign: str, changes: Sequence[AccountChange]) -> str:
    return f"{sign} {and_more([_change(change) for change in changes], NAMED)}" if changes else ""


def _change(change: AccountChange) -> str:
    who = change.words or f"{account_text(change.account)} {change.verb}"
    images = change.images
    return f"{who} {printable(images[0].image) if len(images) == 1 else count(images, 'image')}"
