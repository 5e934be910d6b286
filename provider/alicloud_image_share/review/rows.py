"""The words that the formats of a review share; nothing here is escaped yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alicloud_image_share.review.by_account import grouped_risks
from alicloud_image_share.review.model import (
    OWN_ECS,
    Account,
    Accounts,
    Direction,
    ImageReview,
    Review,
    Risk,
    Standing,
)
from alicloud_image_share.review.origin import approving_commands
from alicloud_image_share.review.standing import hidden_text
from alicloud_image_share.sharing.access_end import cut_note
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import cut, printable


@dataclass(frozen=True, slots=True)
class Row:
    """How a state of accounts is shown: a sign that is no colour, words, and the style in a terminal."""

    standing: Standing
    sign: str
    words: str
    style: str = ""
    changes: bool = False

    @property
    def key(self) -> str:
        """The name of the state, and of its style in a page."""
        return self.standing.value

    def of(self, image: ImageReview) -> Accounts:
        """Return the accounts of an image that are in this state."""
        return image.of(self.standing)


ROWS = (
    Row(Standing.LOSES, "\N{MINUS SIGN}", "loses access", "bold red", changes=True),
    Row(Standing.LOSES_UNLISTED, "✕", "loses access, never listed", "bold red", changes=True),
    Row(Standing.GAINS, "+", "gains access", "green", changes=True),
    Row(Standing.REQUESTED, "?", "may gain access; the image was not read", "green", changes=True),
    Row(Standing.REMOVED_OUTSIDE, "↓", "was removed by somebody else", "yellow", changes=True),
    Row(Standing.ADDED_OUTSIDE, "↑", "was added by somebody else", "yellow", changes=True),
    Row(Standing.NOTE_CHANGED, "~", "has a new note", "cyan", changes=True),
    Row(Standing.REMOVED_AT_REFRESH, "⊗", "has access but is not listed; up --refresh removes it", "yellow"),
    Row(Standing.UNMANAGED, "!", "has access, but no share lists it", "yellow"),
    Row(Standing.HAS_ACCESS, "=", "has access already"),
    Row(Standing.KEEPS, "•", "keeps access"),
)
"""Every state, worst first."""

SIGNS = {row.standing: row.sign for row in ROWS}

_MAY = {Direction.LOSS: "lose", Direction.GAIN: "gain"}


def verdict(review: Review) -> str:
    """Return the review in one line."""
    loses = _number(review, Direction.LOSS, Standing.LOSES, Standing.LOSES_UNLISTED)
    gains = _number(review, Direction.GAIN, Standing.GAINS)
    requested = _number(review, Direction.GAIN, Standing.REQUESTED)
    numbers = [
        (loses, "loses", "lose"),
        (gains, "gains", "gain"),
        (requested, "may gain", "may gain"),
    ]
    parts = [f"{number} {verb if number == 1 else verbs}" for number, verb, verbs in numbers if number]
    if parts:
        first, _, verb = parts[0].partition(" ")
        parts[0] = f"{count(range(int(first)))} {verb}"
        parts[-1] += " access (images not read)" if requested else " access"
    parts += _uncounted(review, parts)
    summary = ", ".join(parts)
    risks = count(grouped_risks(review.risks), "risk") if review.risks else ""
    stack = f"stack {printable(review.stack)}" if review.stack else ""
    state = "" if review.complete else "INCOMPLETE"
    return " · ".join(part for part in (state, summary or _nothing(review), risks, stack) if part)


def origin_line(review: Review) -> str:
    """Return what made the review, when, from which commit, and whose images it is about."""
    origin = review.origin
    if origin is None:
        return ""
    commit = f"commit {printable(origin.commit)}" if origin.commit else ""
    owners = f"owner {', '.join(review.owners)}" if review.owners else ""
    return " · ".join(filter(None, (f"image-share {origin.version}", origin.time, commit, owners)))


def next_steps(review: Review) -> tuple[str, tuple[str, ...]]:
    """Return what to do next, in words, and the commands for it; both empty where nothing is to be done."""
    if not review.complete and not review.only_rules:
        return "correct the errors, and review again.", ()
    if review.breaks_a_rule:
        return "a rule forbids this: change the list so that it keeps the rule, or change the rule.", ()
    if review.origin is None or not review.changes:
        return "", ()
    if review.stack is None or not review.origin.can_run:
        return "if this is what you want, run up of the program.", ()
    commands = approving_commands(review.stack.rsplit("/", 1)[-1], review.origin.approval)
    return "if this is what you want, approve it and carry out exactly this:", commands


def _uncounted(review: Review, sentences: Sequence[str]) -> Iterator[str]:
    """Say that accounts of an unknown number change, after what is said of the others."""
    directions = {
        accounts.direction for image in review.images for accounts in image.hidden if accounts.count is None
    }
    verbs = [verb for direction, verb in _MAY.items() if direction in directions]
    if verbs:
        of_what, what = ("", "") if sentences else (" of accounts", " access")
        yield f"an unknown number{of_what} may {' or '.join(verbs)}{what}"


def _nothing(review: Review) -> str:
    switched = any(image.in_ecs is not None for image in review.images)
    if switched:
        return f"the share to the {OWN_ECS} is switched"
    if not review.complete:
        return ""
    return "nobody gains or loses access" + (", as far as could be read" if review.is_unread else "")


def _number(review: Review, direction: Direction, *standings: Standing) -> int:
    """Count accounts once, however many images they are of; hidden ones for each image."""
    shown = {account.id for image in review.images for account in image.of(*standings)}
    requested = Standing.REQUESTED in standings
    hidden = (accounts for image in review.images for accounts in image.hidden)
    return len(shown) + sum(
        accounts.count or 0
        for accounts in hidden
        if (accounts.direction, accounts.requested) == (direction, requested)
    )


def title(image: ImageReview | Risk) -> str:
    """Return the shares of an image and its id."""
    names = image.name if isinstance(image, Risk) else ", ".join(image.names)
    return printable(f"{names} {image.image}".strip())


def groups(account: Account) -> str:
    """Return the groups that an account comes from, in words."""
    if not account.groups:
        return ""
    word = "group" if len(account.groups) == 1 else "groups"
    return printable(f"({word} {', '.join(map(cut, account.groups))})")


IMAGE = 100
"""Characters of a resource id that are shown where many accounts must have room."""


def note(account: Account) -> str:
    """Return a note as it is shown, printable and cut where it is long."""
    return cut_note(printable(account.note))


def account_text(account: Account) -> str:
    """Return an account with its note and its groups, printable."""
    return " ".join(part for part in (printable(account.id), note(account), groups(account)) if part)


def remarks(image: ImageReview) -> Iterator[str]:
    """Return what is to be said of an image besides its accounts, printable."""
    if image.everyone:
        yield "everyone can use this image"
    if image.replaces:
        yield f"replaces {printable(image.replaces)}"
    if image.replaced_by:
        yield f"is replaced by {printable(image.replaced_by)}"
    yield from map(str, image.fields)
    if image.in_ecs is not None:
        yield f"the share to the {OWN_ECS} is switched {'on' if image.in_ecs else 'off'}"
    if image.ecs_drift is not None:
        yield f"somebody else has switched the share to the {OWN_ECS} {'on' if image.ecs_drift else 'off'}"
    yield from (hidden_text(accounts) for accounts in image.hidden)


def not_checked(review: Review) -> tuple[str, ...]:
    """Return what was not checked, a line each."""
    of_images = (
        f"{title(image)}: {printable(words)}" for image in review.images for words in image.not_checked
    )
    return (*of_images, *map(printable, review.not_checked))


NEXT_WHEN_INCOMPLETE = "The preview failed: shares that come later, and deletions, may be missing here."
