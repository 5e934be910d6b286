"""By which time access has ended, how long before that is said, and who allows a run without a review."""

from datetime import datetime, timezone

import pytest

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.end_settings import TIME_VARIABLE, decided_time, read_end_settings, time_of
from alicloud_image_share.cloud.outside_rules import OutsideRules
from alicloud_image_share.engine.ended_access import may_end_unattended
from alicloud_image_share.sharing.rules import Rules

KEY = "image-shares:endUnattended"
NOON = datetime(2027, 3, 31, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text", ["2027-03-31T12:00:00Z", "2027-03-31T20:00:00+08:00", "2027-03-31T12:00:00.000+00:00"]
)
def test_time_of_a_command_counts_and_not_that_of_the_clock(text: str):
    problems: list[str] = []
    settings = read_end_settings({}.get, {TIME_VARIABLE: text}, problems)

    assert (settings.now(Clock(wall=lambda: 0)), problems) == (NOON, [])
    assert time_of({TIME_VARIABLE: text}) == NOON
    assert decided_time({TIME_VARIABLE: text}) == {TIME_VARIABLE: text}


def test_time_of_the_clock_counts_where_no_command_has_decided():
    assert read_end_settings({}.get, {}, []).now(Clock(wall=NOON.timestamp)) == NOON


@pytest.mark.parametrize("text", ["2027-03-31", "2027-03-31T12:00:00", "soon", "9999-12-31T23:59:59-23:00"])
def test_time_that_is_none_is_a_problem(text: str):
    problems: list[str] = []
    read_end_settings({}.get, {TIME_VARIABLE: text}, problems)

    assert problems == [f"{TIME_VARIABLE}: {text!r} is not a time with a zone, as in 2027-03-31T18:00:00Z."]


@pytest.mark.parametrize(
    ("value", "outside", "allowed"),
    [
        (True, (), True),
        ("true", (), True),
        (False, (), False),
        (None, (), False),
        ("yes", (), False),
        ({"secure": "v1:…"}, (), False),
        (True, (Rules(end_unattended=False),), False),
        (True, (Rules(), Rules(end_unattended=True)), True),
        (None, (Rules(end_unattended=True),), False),
    ],
)
def test_stack_allows_a_run_without_a_review_where_no_rule_from_outside_forbids_it(value, outside, allowed):
    configuration = {} if value is None else {KEY: value}

    assert may_end_unattended(configuration, OutsideRules(rules=outside)) is allowed
