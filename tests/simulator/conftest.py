from collections.abc import Callable

import pytest
from alibabacloud_ecd20200930.client import Client as EdsClient
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_ens20171110.client import Client as EnsClient
from alibabacloud_swas_open20200601.client import Client as SwasClient
from alibabacloud_tea_openapi.models import Config
from calling import Caller, config

from alicloud_image_simulator import OTHER, OWNER, Account, Simulator


@pytest.fixture
def raw(cloud: Simulator) -> Caller:
    """Requests that no SDK would send."""
    return Caller(cloud.port, OWNER)


@pytest.fixture
def configured(cloud: Simulator) -> Callable[[Account], Config]:
    return lambda account: config(cloud, account)


@pytest.fixture
def ecs(cloud: Simulator) -> EcsClient:
    return EcsClient(config(cloud, OWNER))


@pytest.fixture
def ecs_of_other(cloud: Simulator) -> EcsClient:
    return EcsClient(config(cloud, OTHER))


@pytest.fixture
def eds(cloud: Simulator) -> EdsClient:
    return EdsClient(config(cloud, OWNER))


@pytest.fixture
def eds_of_other(cloud: Simulator) -> EdsClient:
    return EdsClient(config(cloud, OTHER))


@pytest.fixture
def ens(cloud: Simulator) -> EnsClient:
    return EnsClient(config(cloud, OWNER))


@pytest.fixture
def ens_of_other(cloud: Simulator) -> EnsClient:
    return EnsClient(config(cloud, OTHER))


@pytest.fixture
def swas(cloud: Simulator) -> SwasClient:
    return SwasClient(config(cloud, OWNER))


@pytest.fixture
def swas_of_other(cloud: Simulator) -> SwasClient:
    return SwasClient(config(cloud, OTHER))
