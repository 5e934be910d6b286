"""What a review says of access that has ended or ends soon."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.commands.review import exit_status
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_facts import PreviewFacts
from alicloud_image_share.review.terminal import to_terminal
from alicloud_image_share.sharing.notices import Kind, about, parse

A, B = "1234567890123456", "1550809237710001"
IMAGE, OTHER = "ecs:cn-hangzhou:m-1", "ens:m-2"
NOTES = {A: "partner [until 2027-03-31]", B: "[until 2027-04-30]"}
ENDED = about(IMAGE, Kind.ENDED, [A], NOTES, secret=False)


def soon(image: str):
    return about(image, Kind.ENDING, [B], NOTES, secret=False)


def test_notice_of_an_end_reads_back_with_the_end():
    assert str(ENDED) == (
        f'{IMAGE}: {A} "partner [ended 2027-03-31]" is not requested: the access has ended'
        f" [image-shares:ended {IMAGE}]"
    )
    assert parse(str(ENDED)) == ENDED
    assert parse(str(soon(IMAGE))) == soon(IMAGE)


@pytest.mark.parametrize(
    "form", [lambda value: to_terminal(value).plain, to_markdown, to_html, to_json], ids=range(4)
)
def test_end_is_named_in_every_format_once_for_all_images(form):
    shown = form(review(PreviewFacts("dev", notices=(ENDED, soon(IMAGE), soon(OTHER), soon(OTHER)))))

    assert "partner [ended 2027-03-31]" in shown.replace("\\", "")
    assert shown.count("[until 2027-04-30]") == 1
    assert "2 images: the access of" in shown


def test_end_that_is_named_is_no_difference_and_no_part_of_an_approval():
    result = review(PreviewFacts("dev", notices=(soon(IMAGE),)))

    assert exit_status(result) is ExitStatus.NOTHING
    assert (result.images, result.changes, result.risks) == ((), frozenset(), ())
    assert "ends" not in json.loads(to_json(review(PreviewFacts("dev"))))


def test_secret_accounts_that_end_are_counted():
    notice = about(IMAGE, Kind.ENDED, [A, B], NOTES, secret=True)

    (line,) = review(PreviewFacts("dev", notices=(notice,))).ends

    assert line == f"{IMAGE}: 2 accounts (secret) are not requested: the access has ended"
