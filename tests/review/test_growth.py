"""What a review costs grows as its images do, in every format: in calls, for seconds depend on others."""

import sys

import pytest

from alicloud_image_share.commands.review import FORMATS
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.preview_json import read_preview
from tools.review_speed import preview


def calls(form: str, images: int) -> int:
    """Count the calls, of C functions too, that reading and showing a review makes."""
    text, number = preview(images, 50), 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        FORMATS[form](review(read_preview(text)))
    finally:
        sys.setprofile(before)
    return number


@pytest.mark.parametrize("form", FORMATS)
def test_review_of_twice_the_images_takes_hardly_more_than_twice_the_calls(form):
    calls(form, 1)  # what is loaded and compiled once

    assert calls(form, 60) < 2.2 * calls(form, 30)
