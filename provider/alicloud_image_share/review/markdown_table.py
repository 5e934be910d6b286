"""The table of a review in Markdown: images with the same changes stand in one row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from alicloud_image_share.review.markdown_text import account_code, code, first_of
from alicloud_image_share.review.model import ImageReview, Standing
from alicloud_image_share.review.rows import SIGNS, remarks
from alicloud_image_share.sharing.notices import count

IN_A_CELL = 8
"""Accounts or images that a cell lists."""


def table(images: Sequence[ImageReview]) -> list[str]:
    """Return the lines of the table, the first two of which are its head."""
    columns = ["image", "gains", "loses", "keeps", "also has access"]
    drifted = any(image.of(Standing.REMOVED_OUTSIDE, Standing.ADDED_OUTSIDE) for image in images)
    columns += ["drift"] if drifted else []
    head = [f"| {' | '.join(columns)} |", f"| {' | '.join('---' for _ in columns)} |"]
    rows: dict[tuple[str, ...], list[ImageReview]] = {}
    for image in images:
        rows.setdefault(_cells(image, drifted=drifted), []).append(image)
    return [*head, *(f"| {' | '.join((_places(alike), *cells[1:]))} |" for cells, alike in rows.items())]


def _places(images: Sequence[ImageReview]) -> str:
    """Return the first cell of images with the same changes."""
    lines = [code(remark, in_table=True) for remark in remarks(images[0])]
    if len(images) == 1:
        names = code(", ".join(images[0].names), in_table=True)
        return "<br>".join(filter(None, [names, code(images[0].image, in_table=True), *lines]))
    shown = first_of(images, IN_A_CELL, lambda image: code(image.image, in_table=True))
    return "<br>".join([f"**{count(images, 'image')}**", *shown, *lines])


def _cells(image: ImageReview, *, drifted: bool) -> tuple[str, ...]:
    """Return what is the same for images with the same changes."""
    keeps = image.of(Standing.KEEPS, Standing.HAS_ACCESS)
    gains, loses, also, drift = ([_cell(image, *cell) for cell in column] for column in _COLUMNS)
    first = [code(remark, in_table=True) for remark in remarks(image)]
    cells = [first, gains, loses, [count(keeps)] if keeps else [], also, *([drift] if drifted else [])]
    return tuple("<br>".join(filter(None, cell)) for cell in cells)


_COLUMNS = (
    ((Standing.GAINS, ""), (Standing.REQUESTED, " unless it has access already")),
    ((Standing.LOSES, ""), (Standing.LOSES_UNLISTED, " never listed")),
    ((Standing.REMOVED_AT_REFRESH, " `up --refresh` removes it"), (Standing.UNMANAGED, " unmanaged")),
    ((Standing.REMOVED_OUTSIDE, " removed by others"), (Standing.ADDED_OUTSIDE, " added by others")),
)
"""The columns that list accounts: gains, loses, also has access, drift."""


def _cell(image: ImageReview, standing: Standing, remark: str) -> str:
    shown = first_of(image.of(standing), IN_A_CELL, partial(account_code, in_table=True))
    return "<br>".join(f"{SIGNS[standing]} {text}{remark}" for text in shown)
