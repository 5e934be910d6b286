"""A review for the terminal: every account on a line of its own that names the share."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from alicloud_image_share.review.model import Review, Risk
from alicloud_image_share.review.rows import (
    NEXT_WHEN_INCOMPLETE,
    ROWS,
    account_text,
    not_checked,
    remarks,
    title,
    verdict,
)
from alicloud_image_share.sharing.notices import printable


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
    yield from ((f"⚠ {risk_text(risk)}", "yellow") for risk in review.risks)
    for image in review.images:
        yield "", ""
        yield title(image), "bold"
        yield from ((f"    {remark}", "yellow") for remark in remarks(image))
        name = printable(", ".join(image.names) or image.image)
        for row in ROWS:
            for account in row.of(image):
                yield f"  {row.sign} {name} {account_text(account)}: {row.words}", row.style
    yield from ((f"not checked: {line}", "yellow") for line in not_checked(review))


def risk_text(risk: Risk) -> str:
    """Return a risk in one line."""
    about = ", ".join(account_text(account) for account in risk.accounts)
    return " ".join(part for part in (f"{title(risk)}:", about, printable(risk.text)) if part)
