"""What the state machine runs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from alicloud_image_simulator import Simulator
from tests.machine.machine import Stage
from tests.machine.providers import Processes
from tests.support.clock import Time


@pytest.fixture(scope="session")
def machine_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One simulator for all tests of a worker, and a provider process for the steps over gRPC."""
    time = Time()
    with Simulator(clock=lambda: time.now) as cloud:
        processes = Processes(cloud, tmp_path_factory.mktemp("home"))
        yield Stage(cloud, time, processes, Counter())
        processes.stop()
