"""A preview on the real engine, told twice, by events and as JSON, and held against the recorded one."""

from dataclasses import replace
from pathlib import Path

import pytest

from alicloud_image_share.engine.events import EventLog
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.model import ImageReview, Review
from alicloud_image_share.review.preview_json import read_preview

from .record import INPUTS, evened, evened_words, preview
from .scenarios import SCENARIOS

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment")]


class Deaf:
    def share_started(self, name: str) -> None:
        """Hear nothing."""

    def share_changed(self, change: object) -> None:
        """Hear nothing."""

    def share_ended(self, name: str) -> None:
        """Hear nothing."""

    def message(self, severity: str, text: str) -> None:
        """Hear nothing."""


def told_by_both(of_events: Review, of_text: Review) -> list[ImageReview]:
    """Leave out, of what events tell, the images that JSON is silent about and says so."""
    silent = bool(of_text.not_checked)
    shown = {image.image for image in of_text.images}
    return [_evened(image) for image in of_events.images if image.image in shown or not silent]


def _evened(image: ImageReview) -> ImageReview:
    return replace(image, not_checked=tuple(map(evened_words, image.not_checked)))


@pytest.mark.parametrize("name", SCENARIOS)
def test_events_of_a_preview_and_its_json_make_the_review_that_was_recorded(name, cloud, tmp_path: Path):
    journal = EventLog(Deaf(), planned=True)
    (tmp_path / "project").mkdir()
    text = preview(cloud, tmp_path / "project", SCENARIOS[name], journal.take)
    failure = "failed" if name in ("failed", "rule") else None
    recorded = review(read_preview((INPUTS / f"{name}.json").read_text(encoding="utf-8")))
    of_events, of_text = review(journal.facts("dev", failure)), review(read_preview(evened(text)))

    assert of_text == recorded
    assert (of_events.changes, of_events.missing) == (of_text.changes, of_text.missing)
    assert {(risk.level, risk.image) for risk in of_events.risks} == {
        (risk.level, risk.image) for risk in of_text.risks
    }
    assert told_by_both(of_events, of_text) == list(of_text.images)


def test_every_scenario_is_recorded_and_nothing_else():
    of_released_versions = {"secret_0_1_0"}  # that version said less of secret accounts
    of_others = {"native"}  # the native provider, which scenarios do not declare

    recorded = {path.stem for path in INPUTS.glob("*.json")}
    assert recorded == SCENARIOS.keys() | of_released_versions | of_others
