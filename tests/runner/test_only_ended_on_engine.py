"""The nightly job: access that has ended is taken off, and nothing else; on the real engine."""

from __future__ import annotations

import pytest

from alicloud_image_share.cloud.end_settings import TIME_VARIABLE
from tests.review.scenarios import PARTNER, SHOP, WEB
from tests.support.cloud_state import live, put_images, writes
from tests.support.stack_files import share

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

ENDS = {"note": "partner", "until": "2027-03-31"}
ALLOWED = {"image-shares:endUnattended": True}
DURING, AFTER = "2027-03-20T00:00:00Z", "2027-04-01T00:00:00Z"


@pytest.fixture
def shared(project, cloud, monkeypatch):
    """Two images whose partner's access has ended since they were shared."""
    put_images(cloud, "m-1", "m-2")
    project.write(shares({WEB: "web", PARTNER: ENDS}, {WEB: "web", PARTNER: ENDS}), **ALLOWED)
    monkeypatch.setenv(TIME_VARIABLE, DURING)
    said = project.run("up", "--yes")
    assert said.status == 0
    assert f'the access of {PARTNER} "partner [until 2027-03-31]" ends soon' in said.output + said.errors
    monkeypatch.setenv(TIME_VARIABLE, AFTER)
    cloud.clear_calls()
    return project


def shares(first: object, second: object):
    return {"golden": share(first), "more": share(second, "m-2")}


def test_ended_access_is_taken_off_where_nothing_else_of_a_share_changes(shared, cloud):
    shared.write(shares({WEB: "web", PARTNER: ENDS}, {SHOP: "shop", PARTNER: ENDS}), **ALLOWED)

    said = shared.run("up", "--only-ended")

    assert (said.status, live(cloud), live(cloud, "m-2")) == (2, {WEB}, {WEB, PARTNER})
    everything = said.output + said.errors
    assert f'{PARTNER} "partner [ended 2027-03-31]" is not requested: the access has ended' in everything
    assert (
        "more ecs:cn-hangzhou:m-2: access that has ended is left, because other accounts change, too"
        in everything
    )


def test_ended_access_is_all_that_is_taken_off_and_a_second_run_has_nothing_to_do(shared, cloud):
    shared.write(
        {**shares({WEB: "web", PARTNER: ENDS}, {WEB: "web", PARTNER: ENDS}), "new": share([SHOP], "m-2")},
        **ALLOWED,
    )

    first = shared.run("up", "--only-ended")
    calls = len(writes(cloud))
    second = shared.run("up", "--only-ended")

    assert (first.status, second.status) == (0, 0)
    assert (live(cloud), live(cloud, "m-2"), len(writes(cloud))) == ({WEB}, {WEB}, calls)
    assert "nothing was changed: no access that has ended is left" in second.output + second.errors


def test_stack_that_does_not_allow_it_is_left_alone(shared, cloud):
    shared.write(shares({WEB: "web", PARTNER: ENDS}, {WEB: "web", PARTNER: ENDS}))

    said = shared.run("up", "--only-ended")

    assert (said.status, writes(cloud)) == (3, [])
    assert "image-shares:endUnattended" in said.errors


def test_approval_of_before_the_end_does_not_cover_the_loss(shared, cloud, monkeypatch, tmp_path):
    approval = tmp_path / "approval.json"
    monkeypatch.setenv(TIME_VARIABLE, DURING)
    shared.write(shares({WEB: "web", PARTNER: ENDS, SHOP: "shop"}, {WEB: "web", PARTNER: ENDS}), **ALLOWED)
    assert shared.run("review", "--format", "json", "--output", str(approval)).status == 2
    monkeypatch.setenv(TIME_VARIABLE, AFTER)

    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud)) == (3, [])
    assert f"not approved: {PARTNER} loses access" in said.errors


def test_ended_access_of_shares_that_leave_or_change_otherwise_is_left_and_named(shared, cloud):
    shared.write({"more": share({WEB: "web", PARTNER: ENDS}, "m-2", timeout=600)}, **ALLOWED)

    said = shared.run("up", "--only-ended")

    assert (said.status, writes(cloud)) == (2, [])
    left = "access that has ended is left, because"
    everything = said.output + said.errors
    assert f"golden ecs:cn-hangzhou:m-1: {left} the share itself leaves or is replaced" in everything
    assert f"more ecs:cn-hangzhou:m-2: {left} timeout changes, too" in everything
