"""Throttling and failures for now: sent again, with waits that end at the time limit and are told."""

import pytest

from alicloud_image_share.errors import PreconditionFailed
from alicloud_image_share.sharing.notices import Kind
from tests.contract.stage import Stage, accounts


@pytest.mark.parametrize("code", ["Throttling", "Throttling.User", "Throttling.Api", "Rejected.Throttling"])
@pytest.mark.parametrize("status", [400, 429, 503])
def test_throttled_write_is_sent_again_until_it_is_taken(plain: Stage, code: str, status: int):
    plain.fail(plain.facts.add, "throttle", nth=(1, 2), code=code, status=status)

    plain.deployment().up(accounts(12))

    assert plain.live() == set(accounts(12))
    assert plain.fewest_writes(12) + 2 == len(plain.writes())


@pytest.mark.parametrize("code", ["Throttling", "Throttling.User", "ServiceUnavailable", "InternalError"])
@pytest.mark.parametrize("status", [500, 503])
def test_read_that_fails_for_now_is_sent_again(plain: Stage, code: str, status: int):
    plain.fail(plain.facts.list, "error", nth=(1, 2), code=code, status=status)

    plain.deployment().up(accounts(3))

    assert plain.live() == set(accounts(3))


def test_throttled_calls_of_every_kind_end_in_what_was_asked(stage: Stage):
    stage.cloud.put_faults([{"service": stage.service, "kind": "throttle", "nth": [1, 2, 4, 5, 7]}])

    stage.deployment().up(accounts(12))

    assert stage.live() == set(accounts(12))


def test_wait_that_the_cloud_asks_for_is_waited_and_told(stage: Stage):
    stage.fail(stage.facts.list, "throttle", retry_after_ms=40_000)
    before = stage.time.now

    stage.deployment().up(accounts(3))

    assert stage.time.now - before >= 40
    assert "Throttling.User" in stage.said()[Kind.WAITS].detail


def test_short_wait_is_not_told(plain: Stage):
    plain.fail(plain.facts.list, "throttle", retry_after_ms=1_000)

    plain.deployment().up(accounts(3))

    assert "Throttling.User" in [call["code"] for call in plain.calls()]
    assert Kind.WAITS not in plain.said()


def test_refused_read_is_not_sent_again(plain: Stage):
    plain.fail(plain.facts.list, "error", code="Forbidden", status=403)

    with pytest.raises(PreconditionFailed):
        plain.deployment().up(accounts(3))

    assert plain.reads().count(plain.facts.list) == 1


def test_throttling_without_end_fails_within_the_time_limit(stage: Stage):
    stage.fail(stage.facts.list, "throttle", nth=range(1, 1000))
    before = stage.time.now

    with pytest.raises(PreconditionFailed):
        stage.deployment().up(accounts(3), timeout=60)

    assert stage.time.now - before <= 60
    assert stage.live() == set()


def test_time_limit_of_the_configuration_overrides_that_of_the_share(stage: Stage):
    stage.fail(stage.facts.list, "throttle", nth=range(1, 1000))
    before = stage.time.now

    with pytest.raises(PreconditionFailed):
        stage.deployment(timeout=20).up(accounts(3), timeout=200)

    assert stage.time.now - before <= 20


def test_retries_of_one_call_end_at_the_configured_limit(plain: Stage):
    plain.fail(plain.facts.list, "throttle", nth=range(1, 1000))
    before = plain.time.now

    with pytest.raises(PreconditionFailed):
        plain.deployment(**{"alicloud:maxRetryTimeout": 10}).up(accounts(3), timeout=200)

    assert plain.time.now - before <= 10
