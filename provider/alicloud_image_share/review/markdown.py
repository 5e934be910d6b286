"""A review as Markdown, made to be a comment of a pull request: never longer than one may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from alicloud_image_share.review.by_account import (
    AccountChange,
    RiskGroup,
    by_account,
    gains,
    grouped_risks,
    losses,
)
from alicloud_image_share.review.line_budget import LineBudget
from alicloud_image_share.review.markdown_table import IN_A_CELL, table
from alicloud_image_share.review.markdown_text import account_code, code, first_of, words
from alicloud_image_share.review.model import (
    ImageReview,
    Review,
    Standing,
)
from alicloud_image_share.review.rows import (
    IMAGE,
    NEXT_WHEN_INCOMPLETE,
    ROWS,
    SIGNS,
    next_steps,
    not_checked,
    origin_line,
    verdict,
)
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import cut

LIMIT = 65_000
"""Characters that a comment may have, with some to spare on every platform."""

_MOST_OF_GAINS = 30_000
"""Characters of the lines of those who gain access, with notes and images."""
_GAINS_WHOLE = 40
"""Of more than that, so many have such a line."""

_IMAGES_SHOWN = 3
"""Images that are named beside an account; more of them are counted."""

_IMAGES_LISTED = 20
"""Images that are named beside an account where everything is listed."""


def to_markdown(review: Review) -> str:
    """Return the review; its first line is the verdict, its last one a marker of its stack."""
    budget = LineBudget(LIMIT - 1_000)
    budget.add([f"**{words(verdict(review))}**"])
    budget.add([f"<br>{words(origin_line(review))}"] if review.origin else [])
    budget.add([""])
    # Whoever gains access is named before anything that may fill the comment.
    _add_gains(budget, gains(review.images))
    budget.add_list(_changes(losses(review.images)), 4_000, "that lose access", blank=True)
    budget.add_list(_incomplete(review), 12_000, "lines")
    risks = [f"- ⚠ {_risk(group)}" for group in grouped_risks(review.risks)]
    budget.add_list(risks, 5_000, "risks", blank=True)
    budget.add_list([f"- {code(line)}" for line in review.ends], 4_000, "lines", blank=True)
    budget.add_folded("images", table(review.images), 5_000, head=2)
    budget.add_folded("account by account", _all(review.images), 4_000, head=0)
    budget.add_list([f"not checked: {code(line)}  " for line in not_checked(review)], 3_000, "lines")
    text = "\n".join([*budget.lines, *_next(review)]).rstrip() + "\n"
    return f"{text}\n{marker(review)}\n"


def _add_gains(budget: LineBudget, changes: Sequence[AccountChange]) -> None:
    """Add whoever gains access; where they are very many, most by their ids alone, for nobody is left out."""
    lines = _changes(changes)
    if sum(map(len, lines)) + len(lines) <= _MOST_OF_GAINS:
        budget.add_list(lines, _MOST_OF_GAINS, "that gain access", blank=True)
        return
    hidden = _changes(change for change in changes if change.words)
    changes = [change for change in changes if not change.words]
    budget.add_list([*hidden, *_changes(changes[:_GAINS_WHOLE])], 12_000, "that gain access")
    names = [code(change.account.id) for change in changes[_GAINS_WHOLE:]]
    budget.add_names(names, 43_000, "\\+ gain access, too, on images that the page and the JSON name")


def marker(review: Review) -> str:
    """Return what a job finds its own comment by: an HTML comment that nobody sees, one for each stack."""
    return f"<!-- image-share review: {quote(review.stack or '', safe='/', errors='replace')} -->"


def _next(review: Review) -> list[str]:
    what, commands = next_steps(review)
    block = ["", "```console", *commands, "```"] if commands else []
    return ["", f"**Next:** {words(what)}", *block] if what else []


def _incomplete(review: Review) -> list[str]:
    if review.complete:
        return []
    errors = [f"- error: {code(error)}" for error in review.errors]
    missing = [
        " ".join(filter(None, ["- missing:", code(share.name), code(share.image), code(share.reason)]))
        for share in review.missing
    ]
    return ["### INCOMPLETE", "", NEXT_WHEN_INCOMPLETE, "", *errors, *missing, ""]


def _changes(changes: Iterable[AccountChange]) -> list[str]:
    """Return who gains or loses access, an account a line, with the number of the images."""
    return [
        f"- {_sign(SIGNS[change.standing])} {_subject(change)} {_places(change.images, _IMAGES_SHOWN)}"
        for change in changes
    ]


def _sign(sign: str) -> str:
    """Return a sign that begins an item of a list: a bare + would begin a list in the item, and vanish."""
    return "\\+" if sign == "+" else sign


def _subject(change: AccountChange) -> str:
    return words(change.words) if change.words else f"{account_code(change.account)} {change.verb}"


def _places(images: Sequence[ImageReview], most: int) -> str:
    if len(images) == 1:
        names = cut(", ".join(images[0].names))
        return " ".join(filter(None, (code(names), code(cut(images[0].image, IMAGE)))))
    number = count(images, "image")
    if len(images) <= most:
        return f"{number}: {', '.join(code(cut(image.image, IMAGE)) for image in images)}"
    return number


def _risk(group: RiskGroup) -> str:
    about = ", ".join(first_of(group.risk.accounts, IN_A_CELL, account_code))
    if len(group.places) > 1:
        places = f"{count(group.places, 'image')}:"
    else:
        places = " ".join(f"{code(name)} {code(image)}:".strip() for name, image in group.places)
    return " ".join(filter(None, [places, about, words(group.risk.text)]))


def _all(images: Sequence[ImageReview]) -> list[str]:
    rows = [row for row in ROWS if row.standing is not Standing.KEEPS]
    return [
        f"- {_sign(row.sign)} {account_code(change.account)} {row.words}: "
        + ", ".join(first_of(change.images, _IMAGES_LISTED, lambda image: code(image.image)))
        for row in rows
        for change in by_account(images, (row.standing,))
    ]
