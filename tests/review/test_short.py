"""A review in five lines: what a chat is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.preview_facts import PreviewFacts
from alicloud_image_share.review.short import to_short
from alicloud_image_share.sharing.notices import Kind, about
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


def test_short_review_names_whose_access_ends_soon_the_next_first():
    later = {f"155080923771{n:04}": f"partner [until 2027-04-{n + 1:02}]" for n in range(4)}
    notes = {PARTNER: "audit [until 2027-03-31]"} | later
    said = (about(image, Kind.ENDING, notes, notes, secret=False) for image in ("ens:m-1", "ens:m-2"))

    lines = to_short(review(PreviewFacts("dev", notices=tuple(said)))).splitlines()

    (line,) = [line for line in lines if line.startswith("! access ends soon: ")]
    assert line.startswith(f'! access ends soon: {PARTNER} "audit [until 2027-03-31]"; 1550809237710000 ')
    assert line.endswith("; and 2 more")


def test_short_review_counts_secret_accounts_whose_access_ends_soon():
    notice = about("ens:m-1", Kind.ENDING, [PARTNER, SHOP], {}, secret=True)

    said = to_short(review(PreviewFacts("dev", notices=(notice,))))

    assert "! access ends soon: ens:m-1 2 accounts (secret)\n" in said


@pytest.mark.parametrize("name", NAMES)
def test_short_review_with_ends_has_five_lines_and_leaves_out_none(reviewed: Reviewed, name: str):
    before = to_short(reviewed(name)).splitlines()

    lines = to_short(replace(reviewed(name), ending=(PARTNER,))).splitlines()

    assert len(lines) <= 5
    assert f"access ends soon: {PARTNER}" in "\n".join(lines)
    assert all(any(line in after for after in lines) for line in before)


def test_short_review_of_a_failed_preview_says_so_first(reviewed: Reviewed):
    name = next(name for name in NAMES if not reviewed(name).complete)

    assert "INCOMPLETE" in to_short(reviewed(name)).splitlines()[0]
