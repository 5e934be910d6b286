"""The words that the formats of a review share; nothing here is escaped yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from alicloud_image_share.review.model import (
    OWN_ECS,
    Account,
    Accounts,
    Direction,
    ImageReview,
    Review,
    Risk,
)
from alicloud_image_share.review.standing import hidden_text
from alicloud_image_share.sharing.notices import count, printable


@dataclass(frozen=True, slots=True)
class Row:
    """A list of accounts as it is shown: its key in a review, a sign that is no colour, and words."""

    key: str
    sign: str
    words: str
    changes: bool

    def of(self, image: ImageReview) -> Accounts:
        """Return the accounts of an image that stand on this list."""
        accounts: Accounts = getattr(image, self.key)
        return accounts


ROWS = (
    Row("loses", "\N{MINUS SIGN}", "loses access", changes=True),
    Row("unlisted", "✕", "loses access, never listed", changes=True),
    Row("gains", "+", "gains access", changes=True),
    Row("asked", "?", "is asked for; live state unknown", changes=True),
    Row("gone", "↓", "was removed by somebody else", changes=True),
    Row("come", "↑", "was added by somebody else", changes=True),
    Row("renoted", "~", "has a new note", changes=True),
    Row("at_refresh", "⊗", "also has access; up --refresh removes it", changes=False),
    Row("also", "!", "also has access (unmanaged)", changes=False),
    Row("already", "=", "has access already", changes=False),
    Row("keeps", "•", "keeps access", changes=False),
)
"""Every list, worst first."""

_MAY = {Direction.LOSS: "lose", Direction.GAIN: "gain"}


def verdict(review: Review) -> str:
    """Return the review in one line."""
    loses = _number(review, lambda image: image.losing, Direction.LOSS)
    gains = _number(review, lambda image: image.gains, Direction.GAIN)
    asked = _number(review, lambda image: image.asked, Direction.GAIN, asked=True)
    numbers = [(loses, "loses", "lose"), (gains, "gains", "gain"), (asked, "is asked for", "are asked for")]
    parts = [f"{number} {one if number == 1 else several}" for number, one, several in numbers if number]
    if parts:
        first, _, verb = parts[0].partition(" ")
        parts[0] = f"{count(range(int(first)))} {verb}"
        parts[-1] += " (live state unknown)" if asked else " access"
    parts += _uncounted(review, parts)
    said = ", ".join(parts)
    risks = f"{len(review.risks)} risk{'' if len(review.risks) == 1 else 's'}" if review.risks else ""
    stack = f"stack {printable(review.stack)}" if review.stack else ""
    state = "" if review.complete else "INCOMPLETE"
    return " · ".join(part for part in (state, said or _nothing(review), risks, stack) if part)


def _uncounted(review: Review, said: Sequence[str]) -> Iterator[str]:
    """Say that accounts of an unknown number change, after what is said of the others."""
    found = {one.direction for image in review.images for one in image.hidden if one.count is None}
    verbs = [verb for direction, verb in _MAY.items() if direction in found]
    if verbs:
        whom, what = ("", "") if said else (" of accounts", " access")
        yield f"an unknown number{whom} may {' or '.join(verbs)}{what}"


def _nothing(review: Review) -> str:
    switched = any(image.in_ecs is not None for image in review.images)
    if switched:
        return f"the share to the {OWN_ECS} is switched"
    if not review.complete:
        return ""
    return "nobody gains or loses access" + (", as far as could be read" if review.is_unread else "")


def _number(
    review: Review, of: Callable[[ImageReview], Accounts], direction: Direction, *, asked: bool = False
) -> int:
    shown = {account.id for image in review.images for account in of(image)}
    hidden = (one for image in review.images for one in image.hidden)
    counts = (one.count or 0 for one in hidden if one.direction is direction and one.asked is asked)
    return len(shown) + sum(counts)


def title(image: ImageReview | Risk) -> str:
    """Return the shares of an image and its id."""
    names = image.name if isinstance(image, Risk) else ", ".join(image.names)
    return printable(f"{names} {image.image}".strip())


def groups(account: Account) -> str:
    """Return the groups that an account comes from, in words."""
    if not account.groups:
        return ""
    word = "group" if len(account.groups) == 1 else "groups"
    return printable(f"({word} {', '.join(account.groups)})")


def account_text(account: Account) -> str:
    """Return an account with its note and its groups, printable."""
    return " ".join(
        part for part in (printable(account.id), printable(account.note), groups(account)) if part
    )


def remarks(image: ImageReview) -> Iterator[str]:
    """Return what is to be said of an image besides its accounts, printable."""
    if image.everyone:
        yield "everyone can use this image"
    if image.replaces:
        yield f"replaces {printable(image.replaces)}"
    if image.replaced_by:
        yield f"is replaced by {printable(image.replaced_by)}"
    if image.in_ecs is not None:
        yield f"the share to the {OWN_ECS} is switched {'on' if image.in_ecs else 'off'}"
    if image.ecs_drift is not None:
        yield f"somebody else has switched the share to the {OWN_ECS} {'on' if image.ecs_drift else 'off'}"
    yield from (hidden_text(one) for one in image.hidden)


def not_checked(review: Review) -> tuple[str, ...]:
    """Return what was not checked, a line each."""
    of_images = (
        f"{title(image)}: {printable(words)}" for image in review.images for words in image.not_checked
    )
    return (*of_images, *map(printable, review.not_checked))


NEXT_WHEN_INCOMPLETE = "The preview failed: shares that come later, and deletions, may be missing here."
