"""A preview on the real engine, told twice: by events and as JSON."""

from pathlib import Path

import pytest

from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.reading import read_preview
from alicloud_image_share.runner.journal import Journal

from .record import preview
from .scenarios import SCENARIOS

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment")]


class Deaf:
    def begun(self, name: str) -> None:
        """Hear nothing."""

    def changed(self, change: object) -> None:
        """Hear nothing."""

    def said(self, severity: str, text: str) -> None:
        """Hear nothing."""


@pytest.mark.parametrize("name", ["update", "exclusive", "replace", "rename", "failed"])
def test_events_of_a_preview_and_its_json_make_the_same_review(name, cloud, tmp_path: Path):
    journal = Journal(Deaf(), planned=True)
    (tmp_path / "project").mkdir()
    text = preview(cloud, tmp_path / "project", SCENARIOS[name], journal.take)
    failure = "failed" if name == "failed" else None
    of_events, of_text = review(journal.facts("dev", failure)), review(read_preview(text))

    assert of_events.changes == of_text.changes
    assert {(risk.level, risk.image) for risk in of_events.risks} == {
        (risk.level, risk.image) for risk in of_text.risks
    }
    assert of_events.missing == of_text.missing
