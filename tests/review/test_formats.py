"""What must hold of every format, whatever is in it."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.engine_step import SHARE_TYPE
from alicloud_image_share.review.markdown import code, marker, to_markdown, words
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.origin import Origin
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


ONE_IN, ONE_OUT = "1550809237710040", "1550809237710007"


def updates(images, old, new):
    """Return a preview of updates; `old` and `new` give the accounts of an image by its number."""
    steps = []
    for number in range(images):
        place = {"service": "ecs", "region_id": "cn-hangzhou", "image_id": f"m-{number:05}"}
        before = {
            **place,
            "accounts": old(number),
            "owned_accounts": old(number),
            "foreign_accounts": [],
            "owner_id": "1000000000000001",
        }
        steps.append(
            {
                "op": "update",
                "urn": f"urn:pulumi:prod::shares::{SHARE_TYPE}::golden-{number}",
                "oldState": {
                    "type": SHARE_TYPE,
                    "inputs": {**place, "accounts": old(number)},
                    "outputs": before,
                },
                "newState": {"type": SHARE_TYPE, "inputs": {**place, "accounts": new(number)}},
            }
        )
    return review(read_preview(json.dumps({"steps": steps})))


def large(images, accounts, *, shared=True):
    """Return a preview of updates: every image loses two accounts and gains two."""

    def listed(shift):
        return lambda number: {
            str(1550809237000000 + (0 if shared else number * accounts * 2) + shift + index): "team | x"
            for index in range(accounts)
        }

    return updates(images, listed(0), listed(2))


def one_in_one_out(images, accounts):
    """Return a preview of updates that give one account access to every image, and take one off."""
    kept = {str(1234567890000000 + number): f"team {number}" for number in range(accounts - 1)}
    return updates(images, lambda _: {**kept, ONE_OUT: "team risk"}, lambda _: {**kept, ONE_IN: "team web"})


def test_comment_on_one_in_and_one_out_begins_with_both_and_says_equal_things_once():
    text = to_markdown(
        replace(one_in_one_out(300, 40), origin=Origin("0.1.0", "2026-11-29 04:00 UTC", "0123456789ab"))
    )

    assert f"+ `{ONE_IN}` `team web` gains access to 300 images" in text[:1000]
    assert f"\N{MINUS SIGN} `{ONE_OUT}` `team risk` loses access to 300 images" in text[:1000]
    assert "image-share 0.1.0 · 2026-11-29 04:00 UTC · commit 0123456789ab · owner 1000000000000001" in text
    assert text.startswith("**1 account loses, 1 gains access · 1 risk · stack prod**")
    assert text.count("LOSES access") == 1
    assert len(text) < 20_000


def test_comment_says_how_to_approve_and_ends_with_the_marker_of_its_stack():
    text = to_markdown(
        replace(one_in_one_out(2, 3), origin=Origin("0.1.0", "2026-11-29 04:00 UTC", approval="ok.json"))
    )

    assert "**Next:**" in text
    assert "image-share up --stack prod --approved ok.json" in text
    assert text.endswith("\n<!-- image-share review: prod -->\n")


@pytest.mark.parametrize("stack", ["a-->b", "org/images/dev", "\udc80", None])
def test_marker_of_any_stack_is_one_comment(stack):
    text = marker(Review(stack))

    assert (text[:4], text[-3:], text.count("-->")) == ("<!--", "-->", 1)


def test_risks_of_several_accounts_are_in_the_plural():
    found = updates(1, lambda _: {ONE_IN: "", ONE_OUT: "", "12345": ""}, lambda _: {"12345": ""})

    assert f"`{ONE_OUT}`, `{ONE_IN}` LOSE access: " in to_markdown(found)


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_note_leaves_no_steering_character_in_any_format(form, reviewed):
    text = form(reviewed("hostile"))

    assert "alert" in text
    assert not STEERING.search(text)


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

    note = "z" * 59 + "…"
    assert text.splitlines()[2] == (
        f"- \\+ `1999999999999999` `{note}` gains access to `golden-7` `ecs:cn-hangzhou:m-7`"
    )
    assert "more" not in text
    assert len(text) < 20_000


def test_markdown_names_everybody_who_gains_access_among_many_losses():
    text = to_markdown(large(300, 50))

    assert "- \\+ `1550809237000051` `team | x` gains access to 300 images" in text.splitlines()[:6]


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

    changing = [account.id for image in found.images for account in image.losing + image.gaining]

    assert len(changing) == 60 * 4
    assert [account for account in changing if account not in page] == []


def test_json_is_the_same_whatever_order_the_engine_told_it_in():
    found = large(5, 3)
    document = json.loads(to_json(found))

    assert document["changes"] == sorted(
        document["changes"], key=lambda one: (one["image"], one["account"], one["change"])
    )
