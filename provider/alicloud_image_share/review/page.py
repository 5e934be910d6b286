"""A review as one HTML file that asks for nothing else: a matrix of images and accounts."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from alicloud_image_share.review.by_account import gains, grouped_risks, losses
from alicloud_image_share.review.html import CELLS, page_part, page_template
from alicloud_image_share.review.model import Account, ImageReview, Review, Standing
from alicloud_image_share.review.rows import (
    IMAGE,
    NEXT_WHEN_INCOMPLETE,
    ROWS,
    SIGNS,
    account_text,
    groups,
    next_steps,
    not_checked,
    note,
    origin_line,
    remarks,
    verdict,
)
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import cut, printable

_CELL = Markup(
    '<td role="cell"{changes}><span class="sign {row.key}" role="img" aria-label="{row.words}">'
    "{row.sign}</span></td>"
)
_EMPTY = Markup('<td role="cell"></td>')
_MARK = {
    row.key: _CELL.format(row=row, changes=Markup(" data-changes") if row.changes else "") for row in ROWS
}
"""What a cell of the matrix looks like; there are too many of them to be made one by one."""


_IN_MATRIX_ONLY = (Standing.KEEPS, Standing.HAS_ACCESS)


@dataclass(frozen=True, slots=True)
class _Line:
    """One image of the matrix: the key of the row of each account, in the order of the columns."""

    image: ImageReview
    cells: tuple[str | None, ...]

    @property
    def changes(self) -> bool:
        """Whether anything happens to the image."""
        changing = {row.key for row in ROWS if row.changes}
        return not changing.isdisjoint(filter(None, self.cells)) or any(remarks(self.image))

    @property
    def html(self) -> Markup:
        """The cells as they stand in the page."""
        return Markup("").join(_MARK[cell] if cell else _EMPTY for cell in self.cells)


@dataclass(frozen=True, slots=True)
class _Matrix:
    columns: tuple[Account, ...]
    lines: tuple[_Line, ...]


def to_html(review: Review) -> str:
    """Return the review as one HTML document that loads nothing from elsewhere."""
    matrix = _matrix(review)
    # Who keeps access stands in the matrix, and in the list only where there is none.
    rows = [row for row in ROWS if row.standing not in _IN_MATRIX_ONLY or matrix is None]
    entries = [(image, row, account) for image in review.images for row in rows for account in row.of(image)]
    shown = {standing for image in review.images for standing in image.accounts}
    template = page_template(
        "alicloud_image_share.review",
        short=lambda text: cut(printable(text), IMAGE),
        groups=groups,
        note=note,
        account=account_text,
        remarks=remarks,
        counted=count,
        sign=SIGNS.__getitem__,
    )
    what, commands = next_steps(review)
    changes = (*gains(review.images), *losses(review.images))
    return template.render(
        review=review,
        verdict=verdict(review),
        origin=origin_line(review),
        incomplete=NEXT_WHEN_INCOMPLETE,
        next=what,
        commands=commands,
        changes=[change for change in changes if not change.words],
        unnamed=[change for change in changes if change.words],
        risks=grouped_risks(review.risks),
        matrix=matrix,
        too_large=matrix is None and bool(entries),
        entries=entries,
        legend=[row for row in ROWS if row.standing in shown],
        ends=[printable(line) for line in review.ends],
        not_checked=not_checked(review),
        script=page_part("page.js"),
        style=page_part("page.css"),
    )


def _matrix(review: Review) -> _Matrix | None:
    cells_of_images: list[dict[str, str]] = []
    columns: dict[str, Account] = {}
    for image in review.images:
        cells: dict[str, str] = {}
        for row, account in ((state, account) for state in ROWS for account in state.of(image)):
            cells.setdefault(account.id, row.key)
            columns.setdefault(account.id, account)
        cells_of_images.append(cells)
    if not columns or len(columns) * len(cells_of_images) > CELLS:
        return None
    changing = {row.key for row in ROWS if row.changes}
    changed = {identity for cells in cells_of_images for identity, key in cells.items() if key in changing}
    order = sorted(columns, key=lambda identity: (identity not in changed, len(identity), identity))
    lines = zip(review.images, cells_of_images, strict=True)
    return _Matrix(
        tuple(columns[identity] for identity in order),
        tuple(_Line(image, tuple(cells.get(identity) for identity in order)) for image, cells in lines),
    )
