"""Whoever gains access is named before anything that can be long, in every form of a review."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.markdown import LIMIT, to_markdown
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.terminal import to_terminal
from alicloud_image_share.sharing.notices import Kind, about

KIND = "pulumi-python:dynamic/alicloud:ImageShare"
GAINS, LOSES = "1999999999999999", [str(1_000_000_000_000_000 + n) for n in range(40)]
FORMS: dict[str, Callable[[Review], str]] = {
    "terminal": lambda found: to_terminal(found).plain,
    "markdown": to_markdown,
    "html": lambda found: to_html(found).partition("<main>")[2],
}


def update(name: str, image: str, before: dict[str, str], after: dict[str, str]) -> dict[str, object]:
    fields = {"service": "ecs", "region_id": "cn-hangzhou", "image_id": image}
    old = {"type": KIND, "inputs": {**fields, "accounts": before}}
    old["outputs"] = {**fields, "accounts": before, "owned_accounts": before}
    new = {"type": KIND, "inputs": {**fields, "accounts": after}}
    return {
        "op": "update",
        "urn": f"urn:pulumi:dev::images::{KIND}::{name}",
        "oldState": old,
        "newState": new,
    }


def reviewed(*steps: dict[str, object]) -> Review:
    return review(read_preview(json.dumps({"steps": list(steps), "diagnostics": []})))


@pytest.mark.parametrize("form", FORMS)
def test_account_that_gains_stands_before_long_notes_and_losses_that_repeat(form: str):
    notes = dict.fromkeys(LOSES, "x" * 7800)
    losing = [update(f"a{n}", f"m-{n}", notes, {}) for n in range(8)]
    gaining = update("z", "m-z", {}, {GAINS: "y" * 100_000})

    text = FORMS[form](reviewed(*losing, gaining))

    assert text.index(GAINS) < text.index("x" * 59)
    assert text.index(GAINS) < text.index(LOSES[0])
    assert "x" * 60 not in text
    assert "y" * 60 not in text


@pytest.mark.parametrize("form", FORMS)
def test_account_that_gains_stands_before_images_with_long_names(form: str):
    decoys = [update(f"a{n}", "m-" + f"{n}" * 9_000, {}, {str(10_000 + n): ""}) for n in range(9)]

    text = FORMS[form](reviewed(*decoys, update("z", "m-z", {}, {GAINS: ""})))

    assert "0" * 1_000 not in text[: text.index(GAINS)]


def test_comment_with_many_who_gain_and_long_notes_names_them_and_has_a_limit():
    accounts = {str(1_600_000_000_000_000 + n): "note " * 2_000 for n in range(150)}

    text = to_markdown(reviewed(update("golden", "m-1", {}, accounts)))

    assert len(text) <= LIMIT
    assert all(f"`{account}`" in text for account in accounts)


def test_comment_with_thousands_who_gain_names_each_of_them_and_what_follows():
    accounts = {str(1_600_000_000_000_000 + n): "note " * 20 for n in range(2_000)}
    steps = [update("golden", "m-1", {LOSES[0]: ""}, accounts)]

    text = to_markdown(reviewed(*steps))

    assert len(text) <= LIMIT
    assert all(f"`{account}`" in text for account in accounts)
    assert LOSES[0] in text
    assert "1 risk" in text


def test_comment_with_more_who_gain_than_it_holds_counts_the_rest():
    accounts = {str(1_600_000_000_000_000 + n): "" for n in range(9_000)}

    text = to_markdown(reviewed(update("golden", "m-1", {}, accounts)))

    shown = sum(f"`{account}`" in text for account in accounts)
    assert len(text) <= LIMIT
    assert f"and {9_000 - shown} more" in text


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.lists_accounts])
def test_notice_cuts_a_long_note(kind: Kind):
    line = str(about("ecs:cn-hangzhou:m-1", kind, [GAINS], {GAINS: "x" * 100_000}, secret=False))

    assert len(line) < 500
    assert "x" * 59 + "…" in line
