"""A review for the terminal: every account on a line of its own that names the share."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from alicloud_image_share.review.by_account import GAINING, RiskGroup, gains, grouped_risks, losses
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.rows import (
    IMAGE,
    NEXT_WHEN_INCOMPLETE,
    ROWS,
    SIGNS,
    account_text,
    next_steps,
    not_checked,
    origin_line,
    remarks,
    title,
    verdict,
)
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import cut, printable


def to_terminal(review: Review) -> Text:
    """Return the review as styled text; without styles it says the same."""
    text = Text(no_wrap=True)
    for line, style in _lines(review):
        text.append(line + "\n", style or None)
    return text


def _lines(review: Review) -> Iterator[tuple[str, str]]:
    yield verdict(review), "bold" if review.complete else "bold red"
    if not review.complete:
        yield NEXT_WHEN_INCOMPLETE, "red"
        yield from ((f"error: {printable(error)}", "red") for error in review.errors)
        for share in review.missing:
            yield (
                printable(f"missing: {' '.join(filter(None, (share.name, share.image)))}: {share.reason}"),
                "red",
            )
    for change in (*gains(review.images), *losses(review.images)):
        # Whoever gains is named before a loss that many images repeat.
        if len(change.images) > 1 or (change.standing in GAINING and len(review.images) > 1):
            who = change.words or f"{account_text(change.account)} {change.verb}"
            images = [cut(printable(image.image), IMAGE) for image in change.images]
            where = images[0] if len(images) == 1 else count(images, "image")
            yield f"{SIGNS[change.standing]} {who} {where}", ""
    yield from ((f"⚠ {risk_text(group)}", "yellow") for group in grouped_risks(review.risks))
    for image in review.images:
        yield "", ""
        yield title(image), "bold"
        yield from ((f"    {remark}", "yellow") for remark in remarks(image))
        name = printable(", ".join(image.names) or image.image)
        for row in ROWS:
            for account in row.of(image):
                yield f"  {row.sign} {name} {account_text(account)}: {row.words}", row.style
    yield from ((printable(f"! {line}"), "yellow") for line in review.ends)
    yield from ((f"not checked: {line}", "yellow") for line in not_checked(review))
    what, commands = next_steps(review)
    if what:
        yield "", ""
        yield f"Next: {what}", "bold"
        yield from ((f"  {command}", "") for command in commands)
    if review.origin and review.says_something:
        yield origin_line(review), "dim"


def risk_text(group: RiskGroup) -> str:
    """Return a risk in one line."""
    about = ", ".join(account_text(account) for account in group.risk.accounts)
    places = [printable(" ".join(filter(None, place))) for place in group.places]
    place = places[0] if len(places) == 1 else count(places, "image") if places else ""
    return " ".join(
        part for part in (f"{place}:" if place else "", about, printable(group.risk.text)) if part
    )
