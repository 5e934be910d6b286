"""An image that seems to be gone, or is not ready yet: looked at again before that is believed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import NotBegun, ShareError
from tests.contract.stage import SetUp, Stage, accounts

A, B = accounts(2)


def after_seconds(stage: Stage, seconds: float, event: Callable[[], object]) -> None:
    """Let something happen at the first sleep that ends so many seconds from now, or later."""
    at, happened = stage.time.now + seconds, []

    def on_sleep() -> None:
        if stage.time.now >= at and not happened:
            happened.append(True)
            event()

    stage.time.on_sleep = on_sleep


# -- gone ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_refusal_that_the_caller_is_not_allowed_is_not_an_absence(plain: Stage, command: str):
    deployment = plain.deployment()
    deployment.up([A])
    plain.fail(plain.facts.list, "error", nth=range(1, 99), code="NoPermission", status=400)

    with pytest.raises(ShareError):
        getattr(deployment, command)()

    assert deployment.outputs
    assert plain.live() == {A}


# -- not ready yet ---------------------------------------------------------------------------------


READY_SOON = {
    "ecs": ["Creating", "Waiting"],
    "eds": ["Creating"],
    "ens": ["Creating"],
    "swas": ["Creating", "Copying"],
}
NEVER_READY = {
    "ecs": ["UnAvailable", "CreateFailed", "Deprecated"],
    "eds": ["CreateFailed"],
    "ens": ["CreateFailed"],
    "swas": ["UnAvailable", "CreateFailed"],
}


def cases(statuses: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(service, status) for service in services.names() for status in statuses.get(service, [])]


@pytest.mark.parametrize(("service", "status"), cases(READY_SOON))
def test_update_that_only_removes_waits_for_nothing(set_up: SetUp, service: str, status: str):
    stage = set_up(service, {})
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.put_image([A, B], status=status)
    before = stage.time.now

    deployment.up([A])

    assert stage.live() == {A}
    assert stage.time.now - before < 1


@pytest.mark.parametrize(("service", "status"), cases(READY_SOON))
def test_create_of_an_image_whose_making_fails_is_not_begun_then(set_up: SetUp, service: str, status: str):
    stage = set_up(service, {})
    stage.put_image(status=status)
    before = stage.time.now
    after_seconds(stage, 10, lambda: stage.put_image(status="CreateFailed"))

    with pytest.raises(NotBegun):
        stage.deployment().up([A])

    assert stage.writes() == []
    assert stage.time.now - before <= 60


@pytest.mark.parametrize(("service", "status"), cases(NEVER_READY))
def test_create_on_an_image_that_will_not_be_ready_is_not_begun_at_once(
    set_up: SetUp, service: str, status: str
):
    stage = set_up(service, {})
    stage.put_image(status=status)
    before = stage.time.now

    with pytest.raises(NotBegun):
        stage.deployment().up([A])

    assert stage.writes() == []
    assert stage.time.now - before < 1
