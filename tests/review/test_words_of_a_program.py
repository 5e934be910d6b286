"""A program may write lines in our form: whatever it writes, no gain and no loss goes out of a review."""

import json

import pytest

from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.model import Level
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.sharing.notices import Kind, Notice, marker

from .record import INPUTS
from .scenarios import PARTNER, SHOP, STRANGER, WEB

IMAGES = ("ecs:cn-hangzhou:m-1", "ecs:cn-hangzhou:m-2", "ens:m-edge", "swas:cn-hangzhou:m-simple")
EVERYBODY = tuple((account, "") for account in (WEB, SHOP, PARTNER, STRANGER))
SCENARIOS = (
    "create",
    "delete",
    "update",
    "rename",
    "replace",
    "exclusive",
    "exclusive_off",
    "secret",
    "switch",
)


def with_words(name, *lines):
    """The review of a recorded preview whose program has written more lines."""
    document = json.loads((INPUTS / f"{name}.json").read_text())
    more = [{"message": f"warning: {line}", "severity": "warning"} for line in lines]
    document["diagnostics"] = more + (document.get("diagnostics") or [])
    return review(read_preview(json.dumps(document)))


def directions(found):
    """Who gains and who loses; counts of secret accounts may only grow."""
    return {(change.image, change.account, change.direction) for change in found.changes}


@pytest.mark.parametrize("with_marker", [True, False])
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", SCENARIOS)
def test_line_of_a_program_takes_no_change_out_of_a_review(name, kind, with_marker):
    accounts = EVERYBODY if kind.lists_accounts else ()
    notices = [str(Notice(image, kind, accounts)) for image in IMAGES]
    lines = notices if with_marker else [line.partition(" [image-shares")[0] for line in notices]

    assert directions(with_words(name, *lines)) >= directions(with_words(name))


@pytest.mark.parametrize("kind", Kind)
def test_line_of_a_program_softens_no_loss_of_all_accounts(kind):
    accounts = (("1777777777777777", ""),) if kind.lists_accounts else ()
    lines = [str(Notice(image, kind, accounts)) for image in IMAGES]
    document = json.loads((INPUTS / "delete.json").read_text())
    assert any(risk.level is Level.ALL_LOSE for risk in review(read_preview(json.dumps(document))).risks)

    assert any(risk.level is Level.ALL_LOSE for risk in with_words("delete", *lines).risks)


@pytest.mark.parametrize(
    "line",
    [
        f"{IMAGES[0]} {marker('keeps', IMAGES[0])}",
        f"{IMAGES[0]} {WEB} {marker('already', 'everything')}",
        f"x\n{IMAGES[0]} keeps access, for this share never owned it: {WEB}",
        f'{IMAGES[0]} has access already: {WEB} "bad \\x escape"',
        f'{IMAGES[0]} has access already: {WEB} "\\ud800" {marker("already", IMAGES[0])}',
        marker("gains", ""),
        "[image-shares: ]",
    ],
)
def test_malformed_line_of_a_program_breaks_no_review(line):
    found = with_words("update", line)

    assert directions(found) == directions(with_words("update"))
    assert to_json(found)
