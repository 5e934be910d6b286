"""Access with an end by the native provider, on the real engine: the same as by the dynamic one."""

from __future__ import annotations

import pytest

from alicloud_image_share.cloud.end_settings import TIME_VARIABLE
from tests.plugin.conftest import PARTNER, WEB, live, share

pytestmark = pytest.mark.engine


def test_account_is_named_before_its_end_and_taken_off_after_it(native, cloud, monkeypatch):
    native.program = lambda: share(accounts={WEB: "web", PARTNER: "partner [until 2027-03-31]"})
    monkeypatch.setenv(TIME_VARIABLE, "2027-03-20T00:00:00Z")
    made = native.up()
    assert live(cloud) == {WEB, PARTNER}
    assert f'the access of {PARTNER} "partner [until 2027-03-31]" ends soon' in made.output

    monkeypatch.setenv(TIME_VARIABLE, "2027-04-01T00:00:00Z")
    previewed = native.preview(diff=True)
    assert previewed.details["web"] == {f'accounts["{PARTNER}"]': "delete"}
    assert (
        f'{PARTNER} "partner [ended 2027-03-31]" is not requested: the access has ended' in previewed.output
    )
    assert native.up().succeeded
    assert live(cloud) == {WEB}

    cloud.clear_calls()
    assert native.up().steps["web"] == "same"
    assert cloud.calls() == []
