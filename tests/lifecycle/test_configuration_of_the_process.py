"""What a provider process says of its configuration, given as the engine gives it."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest

from alicloud_image_simulator import Simulator
from tests.lifecycle.provider_process import ProviderProcess, configuration

pytestmark = pytest.mark.usefixtures("forked_processes")

SHARE = {
    "service": "ecs",
    "image_id": "m-1",
    "region_id": "cn-hangzhou",
    "accounts": {"1550000000000001": ""},
}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("alicloud:regoin", "alicloud:regoin: pulumi-alicloud has no such key. Did you mean region?"),
        ("alicloud:endpoints", "alicloud:endpoints: 'esc' is no endpoint. Did you mean ecs?"),
        ("alicloud:region", "alicloud:region: 'cn-hangzou' is no region. Did you mean cn-hangzhou?"),
    ],
)
def test_name_that_was_not_meant_is_refused_by_check(cloud: Simulator, home: Path, key: str, reason: str):
    values = {"alicloud:endpoints": '[{"esc": "h"}]', "alicloud:region": "cn-hangzou"}
    config = {**configuration(cloud), key: values.get(key, "x")}

    with ProviderProcess(config, home) as process:
        _, failures = process.check(SHARE)

    assert any(reason in str(failure) for failure in failures)


def test_missing_credentials_are_reported_in_one_short_sentence(cloud: Simulator, home: Path):
    config = {key: value for key, value in configuration(cloud).items() if not key.endswith("Key")}
    variables = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}

    with (
        ProviderProcess(config, home, variables=variables) as process,
        pytest.raises(grpc.RpcError) as refused,
    ):
        process.create(SHARE)

    lines = refused.value.details().splitlines()
    (words,) = [line for line in lines if "no usable credentials were found" in line]
    assert len(words) < 350
    assert "`image-share doctor` says what was tried" in words
