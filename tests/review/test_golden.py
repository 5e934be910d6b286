"""Every recorded preview in every format, held against what it was when somebody last looked at it."""

from pathlib import Path

import pytest

from alicloud_image_share.review.approval import read_approval, to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.terminal import to_terminal

from .record import INPUTS

OUTPUTS = Path(__file__).parent / "outputs"
NAMES = sorted(path.stem for path in INPUTS.glob("*.json"))
UNAPPROVABLE = {"failed", "rule", "secret_0_1_0", "secret_left", "unknown"}
FORMATS = {
    "txt": lambda found: to_terminal(found).plain,
    "md": to_markdown,
    "json": to_json,
    "html": to_html,
}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_review_of_a_recorded_preview_is_the_golden_one(name, suffix, request):
    text = FORMATS[suffix](review(read_preview((INPUTS / f"{name}.json").read_text(encoding="utf-8"))))
    golden = OUTPUTS / f"{name}.{suffix}"
    if request.config.getoption("--update-reviews"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")

    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted({*NAMES} - UNAPPROVABLE))
def test_approval_read_back_differs_from_its_own_review_in_nothing(name, reviewed):
    found = reviewed(name)

    assert read_approval(to_json(found)).differences(found) == ()
