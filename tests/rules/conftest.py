"""The stage of the contract tests: rules need a cloud, and are the same on every service."""

import pytest

from alicloud_image_share.cloud import services
from tests.contract.conftest import set_up, shared_simulator, shared_time
from tests.contract.stage import SetUp, Stage

__all__ = ["set_up", "shared_simulator", "shared_time"]


@pytest.fixture
def stage(set_up: SetUp) -> Stage:
    """One service, with an image that is shared with nobody."""
    return set_up("ecs", {})


@pytest.fixture(params=services.names())
def every_stage(request: pytest.FixtureRequest, set_up: SetUp) -> Stage:
    """Every service, with an image that is shared with nobody."""
    return set_up(request.param, {})
