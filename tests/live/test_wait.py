"""`image-share wait`: until a new image can be shared, and no longer than it may."""

from __future__ import annotations

import threading
import time

import pytest

from alicloud_image_simulator import OTHER, Simulator
from tests.live.conftest import Command
from tests.live.world import image, put, writes

SERVICES = {
    **{service: f"{service}:cn-hangzhou:m-1" for service in ("ecs", "eds", "swas")},
    "ens": "ens:m-1",
}
NO_IMAGES = ("m-1", "ecs:m-1", "ens:cn-hangzhou:m-1", "oss:cn-hangzhou:m-1", "", "ecs:cn hangzhou:m-1")


def later(cloud: Simulator, *images: dict) -> threading.Thread:
    """Put images into the simulator when the command has looked once."""

    def watch() -> None:
        while not cloud.calls():
            time.sleep(0.01)
        put(cloud, *images)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


@pytest.mark.parametrize("service", SERVICES)
def test_wait_for_an_image_that_is_available_ends_at_once_and_writes_nothing(
    cloud: Simulator, image_share: Command, service: str
):
    put(cloud, image(service))

    said = image_share("wait", SERVICES[service])

    assert (said.status, said.output) == (0, f"{SERVICES[service]} can be shared\n")
    assert cloud.calls()
    assert writes(cloud) == []


@pytest.mark.parametrize("service", SERVICES)
def test_wait_for_an_image_in_the_making_says_so_and_ends_when_it_is_available(
    cloud: Simulator, image_share: Command, service: str
):
    put(cloud, image(service, status="Creating"))
    thread = later(cloud, image(service))

    said = image_share("wait", SERVICES[service])

    thread.join()
    assert (said.status, said.output) == (0, f"{SERVICES[service]} can be shared\n")
    assert f"{SERVICES[service]}: " in said.errors
    assert "creating" in said.errors.lower()


def test_wait_for_an_image_that_is_not_listed_yet_ends_when_it_is(cloud: Simulator, image_share: Command):
    put(cloud)
    thread = later(cloud, image())

    said = image_share("wait", "ecs:cn-hangzhou:m-1")

    thread.join()
    assert said.status == 0
    assert "sees no such image" in said.errors


def test_wait_that_takes_too_long_is_an_error_with_the_last_status(cloud: Simulator, image_share: Command):
    put(cloud, image(status="Creating"))

    said = image_share("wait", "ecs:cn-hangzhou:m-1", "--timeout", "0.1")

    assert (said.status, said.output) == (1, "")
    assert "ecs:cn-hangzhou:m-1 was not available after 0.1 s" in said.errors
    assert "Creating" in said.errors.splitlines()[-1]


def test_wait_for_an_image_that_never_becomes_available_ends_at_once(cloud: Simulator, image_share: Command):
    put(cloud, image(status="CreateFailed"))

    said = image_share("wait", "ecs:cn-hangzhou:m-1")

    assert said.status == 1
    assert "CreateFailed" in said.errors


def test_wait_for_an_image_of_somebody_else_ends_at_once(cloud: Simulator, image_share: Command):
    put(cloud, image(owner_id=OTHER.id, is_public=True))

    said = image_share("wait", "ecs:cn-hangzhou:m-1", "--timeout", "0.1")

    assert said.status == 1


@pytest.mark.parametrize("text", NO_IMAGES)
def test_wait_for_what_is_no_image_is_a_usage_error_and_calls_nothing(
    cloud: Simulator, image_share: Command, text: str
):
    said = image_share("wait", text)

    assert said.status == 1
    assert "SERVICE:REGION:ID" in said.errors or "needs a region" in said.errors
    assert cloud.calls() == []


def test_wait_for_a_time_that_is_no_number_is_a_usage_error_and_calls_nothing(
    cloud: Simulator, image_share: Command
):
    said = image_share("wait", "ecs:cn-hangzhou:m-1", "--timeout", "nan")

    assert (said.status, cloud.calls()) == (1, [])
    assert said.errors.endswith("error: --timeout nan is no number of seconds\n")


@pytest.mark.parametrize("kind", ["throttle", "drop_before", "drop_after", "error"])
def test_wait_outlasts_a_call_that_goes_wrong(cloud: Simulator, image_share: Command, kind: str):
    put(cloud, image())
    code = {"code": "InternalError", "status": 500} if kind == "error" else {}
    cloud.put_faults([{"kind": kind, "nth": [1], **code}])

    said = image_share("wait", "ecs:cn-hangzhou:m-1")

    assert (said.status, said.output) == (0, "ecs:cn-hangzhou:m-1 can be shared\n")
    assert writes(cloud) == []


def test_wait_that_may_not_look_ends_at_once_and_does_not_say_that_the_image_is_not_there(
    cloud: Simulator, image_share: Command
):
    put(cloud, image())
    cloud.put_faults([{"kind": "error", "every": 1, "code": "Forbidden.RAM", "status": 403}])

    said = image_share("wait", "ecs:cn-hangzhou:m-1")

    assert (said.status, said.output) == (1, "")
    assert "Forbidden.RAM" in said.errors
    assert "no such image" not in said.errors
