"""Access with an end, as a program gives it, on the real engine."""

from __future__ import annotations

from datetime import date

import pytest

from alicloud_image_share import ImageShare, until
from alicloud_image_share.cloud.end_settings import TIME_VARIABLE
from tests.support.cloud_state import live, put_images

pytestmark = pytest.mark.engine

WEB, PARTNER = "1234567890123456", "1550809237710009"


def test_account_of_a_program_is_taken_off_by_the_first_run_after_its_end(project, cloud, monkeypatch):
    put_images(cloud, "m-1")
    accounts = {WEB: "web", PARTNER: until(date(2027, 3, 31), "partner")}
    project.program = lambda: ImageShare("golden", service="ecs", image_id="m-1", accounts=accounts)
    monkeypatch.setenv(TIME_VARIABLE, "2027-03-31T23:59:59Z")
    project.up()
    assert live(cloud) == {WEB, PARTNER}

    monkeypatch.setenv(TIME_VARIABLE, "2027-04-01T00:00:00Z")
    previewed = project.preview()
    assert (
        f'{PARTNER} "partner [ended 2027-03-31]" is not requested: the access has ended' in previewed.output
    )
    project.up()

    assert live(cloud) == {WEB}
    assert project.up().steps["golden"] == "same"
