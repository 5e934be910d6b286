"""Rotating shares of a preview are told by the image in their names."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.model import Standing
from alicloud_image_share.review.preview_facts import declared_in
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.stack_file import Place, StackValues, definitions

UPDATE = (Path(__file__).parent / "inputs/update.json").read_text()
PARTNER = "1550809237710009"
ROTATION = {"service": "ecs", "family": "golden", "keep": 3, "groups": ["partners"]}


def groups_of(preview: str) -> set[tuple[str, ...]]:
    """Return from which groups the accounts of a preview come, as its review says."""
    place = Place("Pulumi.prod.yaml")
    values = StackValues(place, place, {"partners": {PARTNER: "partner"}}, {"golden": ROTATION})
    facts = read_preview(preview)
    found = review(facts, declared_in(facts, partial(definitions, values)))
    return {
        account.groups
        for image in found.images
        for account in image.of(Standing.GAINS)
        if account.id == PARTNER
    }


def test_share_that_is_named_by_its_image_has_the_groups_of_its_rotation():
    assert groups_of(UPDATE.replace("::golden", "::golden-m-1")) == {("partners",)}


def test_share_that_only_begins_with_the_name_of_a_rotation_has_none_of_its_groups():
    assert groups_of(UPDATE.replace("::golden", "::golden-m-2")) == {()}
