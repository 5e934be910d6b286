"""Every contract test runs on every service, and under every reading of what no page says."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from itertools import islice

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_simulator import OWNER, Simulator
from tests.contract.behaviours import profiles, single_readings
from tests.contract.stage import Behaviour, SetUp, Stage, policy
from tests.support.clock import Time
from tests.wire.tables import facts

PROFILES = [
    pytest.param((service, profile), id=f"{service}-{number}")
    for service in services.names()
    for number, profile in enumerate(islice(profiles(service), int(os.environ.get("PROFILES", "99"))))
]
"""All of them, or so many of each service: the first one has the default readings."""
SINGLE_READINGS = [
    pytest.param((service, behaviour), id=f"{service}-{switch}={reading}")
    for service in services.names()
    for behaviour in single_readings(service)
    for switch, reading in behaviour.items()
]


@pytest.fixture(scope="session")
def shared_time() -> Time:
    return Time()


@pytest.fixture(scope="session")
def shared_simulator(shared_time: Time) -> Iterator[Simulator]:
    """One simulator for all tests of a worker: starting it takes longer than most of them."""
    with Simulator(clock=lambda: shared_time.now) as simulator:
        yield simulator


@pytest.fixture
def set_up(
    shared_simulator: Simulator, shared_time: Time, capsys: pytest.CaptureFixture[str]
) -> Iterator[SetUp]:
    """Set up a service under a behaviour, with an image that is shared with nobody."""

    def stage(service: str, behaviour: Behaviour) -> Stage:
        shared_simulator.put_state({"behaviour": behaviour})
        new = Stage(
            service, facts(service), shared_simulator, shared_time, printed=lambda: capsys.readouterr().out
        )
        new.put_image()
        # What users are told to grant is all that the suite has.
        shared_simulator.put_policies({OWNER.key: policy(new)})
        return new

    random.seed(0)  # waits have a jitter, of which many come to minutes
    shared_time.now, shared_time.on_sleep = Time().now, lambda: None
    shared_simulator.put_faults([])
    shared_simulator.clear_calls()
    yield stage
    shared_simulator.put_policies({})
    for call in shared_simulator.calls():
        assert not {"IsPublic", "LaunchPermission"} & call["parameters"].keys()


@pytest.fixture(params=PROFILES)
def stage(request: pytest.FixtureRequest, set_up: SetUp) -> Stage:
    """Every service, often enough that every reading of every switch takes part."""
    return set_up(*request.param)


@pytest.fixture(params=SINGLE_READINGS)
def odd_stage(request: pytest.FixtureRequest, set_up: SetUp) -> Stage:
    """Every service under each reading of each switch alone."""
    return set_up(*request.param)


@pytest.fixture(params=services.names())
def plain(request: pytest.FixtureRequest, set_up: SetUp) -> Stage:
    """Every service under the default behaviour, where calls can be counted."""
    return set_up(request.param, {})
