"""What must hold of every format, whatever is in it."""

import json
import re
from html.parser import HTMLParser

import pytest

from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.engine_step import SHARE_TYPE
from alicloud_image_share.review.markdown import code, to_markdown, words
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.terminal import to_terminal

from .scenarios import HOSTILE, WEB

FORMATS = [lambda found: to_terminal(found).plain, to_markdown, to_html, to_json]
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class Elements(HTMLParser):
    """The elements and attributes of a page, and the text outside its script and style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def large(images, accounts, *, shared=True):
    """Return a preview of updates: every image loses two accounts and gains two."""
    steps = []
    for number in range(images):
        place = {"service": "ecs", "region_id": "cn-hangzhou", "image_id": f"m-{number:05}"}
        first = 0 if shared else number * accounts * 2
        old, new = (
            {str(1550809237000000 + first + shift + index): "team | x" for index in range(accounts)}
            for shift in (0, 2)
        )
        before = {**place, "accounts": old, "owned_accounts": old, "foreign_accounts": []}
        steps.append(
            {
                "op": "update",
                "urn": f"urn:pulumi:prod::shares::{SHARE_TYPE}::golden-{number}",
                "oldState": {
                    "type": SHARE_TYPE,
                    "inputs": {**place, "accounts": old},
                    "outputs": before,
                },
                "newState": {"type": SHARE_TYPE, "inputs": {**place, "accounts": new}},
            }
        )
    return review(read_preview(json.dumps({"steps": steps})))


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_note_leaves_no_steering_character_in_any_format(form, reviewed):
    assert not STEERING.search(form(reviewed("hostile")))


def test_hostile_note_makes_no_element_and_no_attribute_of_the_page(reviewed):
    hostile, plain = (Elements(to_html(reviewed(name))) for name in ("hostile", "update"))

    assert {*hostile.tags} <= {*plain.tags, "em"}
    assert hostile.tags.count("script") == 1
    assert any("<script>alert" in text for text in hostile.texts)


def test_hostile_note_stays_in_its_cell_of_the_markdown_table(reviewed):
    rows = [line for line in to_markdown(reviewed("hostile")).splitlines() if line.startswith("|")]

    assert [row.count("|") for row in rows] == [6, 6, 6]


@pytest.mark.parametrize("note", [*HOSTILE.values(), "`", "``a`", " a ", "\\", "a\\|b", "`|`"])
def test_code_is_one_span_that_nothing_in_it_ends(note):
    span = code(note, in_table=True)
    fence = re.match("`+", span)[0]

    assert span.endswith(fence)
    assert fence not in re.findall("`+", span[len(fence) : -len(fence)])
    assert "|" not in span


def test_words_of_a_rule_make_no_markup_no_mention_and_no_link():
    quoted = words("deny @all #1 !2 https://a.b www.a.b **x** <b> | `c` \x1b[31m")

    assert quoted == (
        "deny @<!-- -->all #<!-- -->1 !<!-- -->2 https:<!-- -->//a.b www<!-- -->.a.b"
        r" \*\*x\*\* \<b\> \| \`c\` \\u001b\[31m"
    )


def test_markdown_shows_drift_beside_the_images(reviewed):
    table = to_markdown(reviewed("drift")).partition("<details>")[0]

    assert f"↓ `{WEB}` `team web` removed by others |" in table


def test_page_asks_for_nothing_from_anywhere(reviewed):
    page = Elements(to_html(reviewed("exclusive")))
    addresses = [value for name, value in page.attributes if name in ("src", "href", "action", "srcset")]

    assert addresses == ["data:,"]
    assert any("default-src 'none'" in (value or "") for _, value in page.attributes)


@pytest.mark.parametrize(
    ("images", "accounts", "shared"), [(300, 50, True), (300, 50, False), (2, 3000, True)]
)
def test_markdown_of_a_large_preview_fits_a_comment_and_counts_what_it_leaves_out(images, accounts, shared):
    text = to_markdown(large(images, accounts, shared=shared))

    assert len(text) < 65_000
    assert text.startswith("**")
    assert text.count("<details>") == text.count("</details>")


def test_markdown_that_leaves_something_out_says_how_much():
    assert re.search(r"and \d+ more", to_markdown(large(300, 50, shared=False)))


def with_notes(length, images=8):
    """A preview of images whose every account has a long note; one account gains access to the last image."""
    steps = []
    for number in range(images):
        place = {"service": "ecs", "region_id": "cn-hangzhou", "image_id": f"m-{number}"}
        old = {str(1550809237000000 + number): "x" * length, "1234567890123456": "y" * length}
        new = {"1999999999999999": "z" * length} if number == images - 1 else {}
        states = [
            {"type": SHARE_TYPE, "inputs": {**place, "accounts": accounts}, "outputs": {}}
            for accounts in (old, new)
        ]
        states[0]["outputs"] = {**states[0]["inputs"], "owned_accounts": old}
        urn = f"urn:pulumi:prod::shares::{SHARE_TYPE}::golden-{number}"
        steps.append({"op": "update", "urn": urn, "oldState": states[0], "newState": states[1]})
    return review(read_preview(json.dumps({"steps": steps})))


@pytest.mark.parametrize("length", [7_800, 100_000])
def test_markdown_names_who_gains_access_before_any_note_and_any_loss(length):
    text = to_markdown(with_notes(length))

    assert text.splitlines()[2] == "- + `1999999999999999` gains access to `ecs:cn-hangzhou:m-7`"
    assert "more" not in text
    assert len(text) < 20_000


def test_markdown_names_everybody_who_gains_access_among_many_losses():
    text = to_markdown(large(300, 50))

    assert "- + `1550809237000051` gains access to 300 images" in text.splitlines()[:6]


@pytest.mark.parametrize("form", [*FORMATS[:3]])
def test_long_note_is_cut_where_it_is_shown(form):
    assert "x" * 60 not in form(with_notes(7_800))
    assert "x" * 59 + "…" in form(with_notes(7_800))


def test_markdown_begins_with_the_verdict(reviewed):
    first = to_markdown(reviewed("exclusive")).splitlines()[0]

    assert first == "**2 accounts lose, 1 gains access · 2 risks · stack dev**"


@pytest.mark.parametrize("shared", [True, False])
def test_page_of_a_large_preview_has_every_account_that_changes(shared):
    found = large(60, 40, shared=shared)
    page = to_html(found)

    assert all(account.id in page for image in found.images for account in image.losing + image.gaining)


def test_json_is_the_same_whatever_order_the_engine_told_it_in():
    found = large(5, 3)
    document = json.loads(to_json(found))

    assert document["changes"] == sorted(
        document["changes"], key=lambda one: (one["image"], one["account"], one["change"])
    )
