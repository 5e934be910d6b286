"""A review in five lines: what a chat is told."""

from __future__ import annotations

import pytest

from alicloud_image_share.review.short import to_short
from tests.review.conftest import Reviewed
from tests.review.record import INPUTS
from tests.review.scenarios import PARTNER, SHOP

NAMES = sorted(path.stem for path in INPUTS.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_short_review_has_at_most_five_printable_lines(reviewed: Reviewed, name: str):
    lines = to_short(reviewed(name)).splitlines()

    assert 1 <= len(lines) <= 5
    assert all(line.isprintable() for line in lines)


def test_short_review_names_who_gains_and_who_loses(reviewed: Reviewed):
    first, *lines = to_short(reviewed("update")).splitlines()

    assert "1 account loses, 1 gains access" in first
    (gain,) = [line for line in lines if line.startswith("+ ")]
    (loss,) = [line for line in lines if line.startswith("- ")]
    assert PARTNER in gain
    assert SHOP in loss


def test_short_review_of_a_failed_preview_says_so_first(reviewed: Reviewed):
    name = next(name for name in NAMES if not reviewed(name).complete)

    assert "INCOMPLETE" in to_short(reviewed(name)).splitlines()[0]
