"""What tests of reviews need: recorded previews, and reviews of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.preview_json import read_preview

from .record import INPUTS

Reviewed = Callable[[str], Review]


@pytest.fixture
def reviewed() -> Reviewed:
    """The review of a recorded preview."""

    def of(name: str) -> Review:
        return review(read_preview((INPUTS / f"{name}.json").read_text(encoding="utf-8")))

    return of
