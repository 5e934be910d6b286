"""Two provider processes that all tests share: one that checks, as in `up`, and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import pytest

from alicloud_image_simulator import Simulator
from tests.lifecycle.provider_process import ProviderProcess, configuration


@pytest.fixture(scope="session")
def shared_cloud() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def up(shared_cloud: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderProcess]:
    """The provider process of an `up`: it knows of every share that it has checked."""
    with ProviderProcess(configuration(shared_cloud), tmp_path_factory.mktemp("home")) as process:
        yield process


@pytest.fixture(scope="session")
def destroy(shared_cloud: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderProcess]:
    """The provider process of a refresh or a destroy, which check nothing."""
    with ProviderProcess(configuration(shared_cloud), tmp_path_factory.mktemp("home")) as process:
        yield process


@pytest.fixture
def cloud(shared_cloud: Simulator) -> Simulator:
    shared_cloud.put_faults([])
    shared_cloud.clear_calls()
    return shared_cloud


@pytest.fixture
def image(request: pytest.FixtureRequest, cloud: Simulator) -> str:
    """An image of this test alone: the processes remember what was asked on each."""
    image_id = f"m-{crc32(request.node.nodeid.encode()):x}"
    cloud.put_state({"images": [{"service": "ecs", "image_id": image_id}]})
    return image_id
