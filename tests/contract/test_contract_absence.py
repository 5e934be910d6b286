"""An image that seems to be gone, or is not ready yet: looked at again before that is believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import ConfigurationError, PreconditionFailed, ShareError
from alicloud_image_simulator import OTHER, OWNER
from tests.contract.stage import FOREIGN, SetUp, Stage, accounts

A, B = accounts(2)
SOME_SECONDS = 3


def after_sleeps(stage: Stage, number: int, event: Callable[[], object]) -> None:
    """Let something happen in the sleep of this number."""
    left = [number]

    def on_sleep() -> None:
        left[0] -= 1
        if left[0] == 0:
            event()

    stage.time.on_sleep = on_sleep


def after_seconds(stage: Stage, seconds: float, event: Callable[[], object]) -> None:
    """Let something happen at the first sleep that ends so many seconds from now, or later."""
    at, happened = stage.time.now + seconds, []

    def on_sleep() -> None:
        if stage.time.now >= at and not happened:
            happened.append(True)
            event()

    stage.time.on_sleep = on_sleep


# -- gone ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "found", "next_step"),
    [
        (OWNER.id, f"It belongs to account {OWNER.id}", f"use credentials of account {OWNER.id}"),
        (None, "Who owns it is not known", "use credentials of the account that owns the image"),
    ],
)
def test_image_that_another_account_does_not_see_is_not_believed_to_be_gone(
    plain: Stage, owner: str | None, found: str, next_step: str
):
    deployment = plain.deployment()
    deployment.up([A, B])
    other = replace(deployment, account=OTHER, outputs={**deployment.outputs, "owner_id": owner})

    with pytest.raises(ConfigurationError) as refused:
        other.destroy()

    assert f"{found}, the caller is {OTHER.id}" in str(refused.value)
    assert f"Next: {next_step}, and check the region" in str(refused.value)
    assert plain.live() == {A, B}


@pytest.mark.parametrize("looks", [1, 2])
def test_refresh_keeps_a_share_whose_image_is_absent_for_a_moment(stage: Stage, looks: int):
    deployment = stage.deployment()
    deployment.up([A, B])
    kept = dict(deployment.outputs)
    stage.remove_image()
    after_sleeps(stage, looks, lambda: stage.put_image([A, B]))

    deployment.refresh()

    assert deployment.outputs == kept


@pytest.mark.parametrize("exclusive", [False, True])
def test_refresh_keeps_accounts_whose_list_is_without_them_for_a_moment(plain: Stage, exclusive: bool):
    deployment = plain.deployment()
    deployment.up([A, B], exclusive=exclusive)
    kept = dict(deployment.outputs)
    plain.unshare_outside(A, B)
    after_sleeps(plain, 1, lambda: plain.share_outside(A, B))

    deployment.refresh()

    assert deployment.outputs == kept


def test_refresh_believes_a_list_that_stays_without_an_account(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A, B])
    plain.unshare_outside(A)
    plain.cloud.clear_calls()

    deployment.refresh()

    assert set(deployment.outputs["accounts"]) == {B}
    assert len(plain.reads()) == 3


@pytest.mark.parametrize("was_on", [False, True])
def test_refresh_keeps_the_share_to_ecs_that_shows_otherwise_for_a_moment(set_up: SetUp, was_on: bool):
    stage = set_up("swas", {"swas_calls_a_minute": "none"})
    deployment = stage.deployment()
    deployment.up([A], share_to_ecs=was_on)
    kept = dict(deployment.outputs)
    stage.put_image([A], in_share=not was_on)
    after_sleeps(stage, 1, lambda: stage.put_image([A], in_share=was_on))

    deployment.refresh()

    assert deployment.outputs == kept


@pytest.mark.parametrize("looks", [1, 2])
def test_destroy_unshares_an_image_that_is_absent_for_a_moment(stage: Stage, looks: int):
    stage.put_image([FOREIGN])
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.remove_image()
    after_sleeps(stage, looks, lambda: stage.put_image([A, B, FOREIGN]))

    deployment.destroy()

    assert stage.live() == {FOREIGN}


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_absence_is_looked_at_again_twice_and_some_seconds_apart(plain: Stage, command: str):
    deployment = plain.deployment()
    deployment.up([A])
    plain.remove_image()
    plain.cloud.clear_calls()
    before = plain.time.now

    getattr(deployment, command)()

    assert deployment.outputs == {}
    assert plain.reads().count(plain.facts.describe) >= 3
    assert plain.time.now - before >= SOME_SECONDS


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_absence_that_the_time_is_too_short_to_look_at_again_is_not_believed(plain: Stage, command: str):
    deployment = plain.deployment(timeout=1)
    deployment.up([A])
    plain.remove_image()

    with pytest.raises(ShareError):
        getattr(deployment, command)()


def test_update_finds_an_image_that_is_absent_for_a_moment(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A])
    stage.remove_image()
    after_sleeps(stage, 1, lambda: stage.put_image([A]))

    deployment.up([A, B])

    assert stage.live() == {A, B}


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_refusal_that_the_caller_is_not_allowed_is_not_an_absence(plain: Stage, command: str):
    deployment = plain.deployment()
    deployment.up([A])
    plain.fail(plain.facts.list, "error", nth=range(1, 99), code="NoPermission", status=400)

    with pytest.raises(ShareError):
        getattr(deployment, command)()

    assert deployment.outputs
    assert plain.live() == {A}


# -- not listed yet --------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.1, SOME_SECONDS])
def test_create_finds_an_image_that_is_not_listed_at_once(stage: Stage, seconds: float):
    stage.remove_image()
    after_seconds(stage, seconds, stage.put_image)

    stage.deployment().up([A])

    assert stage.live() == {A}


def test_create_of_an_image_that_does_not_come_is_not_started_after_some_seconds(plain: Stage):
    plain.remove_image()
    before = plain.time.now

    with pytest.raises(PreconditionFailed):
        plain.deployment().up([A])

    assert plain.writes() == []
    assert SOME_SECONDS <= plain.time.now - before <= 60


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
def test_create_waits_for_an_image_that_is_being_made_and_says_so(set_up: SetUp, service: str, status: str):
    stage = set_up(service, {})
    stage.put_image(status=status)
    before = stage.time.now
    after_seconds(stage, 40, stage.put_image)

    stage.deployment().up([A])

    assert stage.live() == {A}
    assert stage.time.now - before >= 40
    assert f"its status is {status}".lower() in stage.printed().lower()


@pytest.mark.parametrize(("service", "status"), cases(READY_SOON))
def test_update_that_adds_waits_for_an_image_that_is_being_made(set_up: SetUp, service: str, status: str):
    stage = set_up(service, {})
    deployment = stage.deployment()
    deployment.up([A])
    stage.put_image([A], status=status)
    after_seconds(stage, 10, lambda: stage.put_image([A]))

    deployment.up([A, B])

    assert stage.live() == {A, B}


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
def test_create_of_an_image_that_is_never_ready_is_not_started_when_the_time_is_up(
    set_up: SetUp, service: str, status: str
):
    stage = set_up(service, {})
    stage.put_image(status=status)
    before = stage.time.now

    with pytest.raises(PreconditionFailed, match=f"(?i){status}"):
        stage.deployment().up([A], timeout=60)

    assert stage.writes() == []
    assert 30 <= stage.time.now - before <= 60


@pytest.mark.parametrize(("service", "status"), cases(READY_SOON))
def test_create_of_an_image_whose_making_fails_is_not_started_then(set_up: SetUp, service: str, status: str):
    stage = set_up(service, {})
    stage.put_image(status=status)
    before = stage.time.now
    after_seconds(stage, 10, lambda: stage.put_image(status="CreateFailed"))

    with pytest.raises(PreconditionFailed):
        stage.deployment().up([A])

    assert stage.writes() == []
    assert stage.time.now - before <= 60


@pytest.mark.parametrize(("service", "status"), cases(NEVER_READY))
def test_create_on_an_image_that_will_not_be_ready_is_not_started_at_once(
    set_up: SetUp, service: str, status: str
):
    stage = set_up(service, {})
    stage.put_image(status=status)
    before = stage.time.now

    with pytest.raises(PreconditionFailed):
        stage.deployment().up([A])

    assert stage.writes() == []
    assert stage.time.now - before < 1
