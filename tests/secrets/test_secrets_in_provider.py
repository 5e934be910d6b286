"""A provider process gives no credential away, in answers, messages or prints; not even by DEBUG=sdk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest

from alicloud_image_simulator import Simulator
from tests.lifecycle.provider_process import Properties, ProviderProcess, configuration
from tests.secrets.canaries import CANARY, OIDC_TOKEN, TOKEN, WRONG_SECRET, found_in, found_under, simulator

SHARE: Properties = {
    "service": "ecs",
    "image_id": "m-1",
    "region_id": "cn-hangzhou",
    "accounts": {str(1_550_000_000_000_000 + n): "" for n in range(12)},
    "timeout": 1,
}
SHARED_WITH_NOBODY = {"images": [{"service": "ecs", "image_id": "m-1"}]}
MODIFY = {"service": "ecs", "action": "ModifyImageSharePermission"}
DESCRIBE = {"service": "ecs", "action": "DescribeImageSharePermission"}
FAULTS: dict[str, dict[str, Any]] = {
    "Throttling.User": {**MODIFY, "kind": "throttle", "every": 1},
    "Forbidden.RAM": {**MODIFY, "kind": "error", "code": "Forbidden.RAM", "status": 403, "nth": [2]},
    "InternalError": {**DESCRIBE, "kind": "error", "code": "InternalError", "status": 500, "every": 1},
    "no usable answer": {**DESCRIBE, "kind": "drop_before", "every": 1},
}
"""What a message says → what goes wrong, so that it says so."""


ROLE = f"acs:ram::{CANARY.id}:role/images"
OIDC = {
    "oidcProviderArn": f"acs:ram::{CANARY.id}:oidc-provider/ci",
    "roleArn": ROLE,
    "oidcToken": OIDC_TOKEN,
}
WAYS_IN: dict[str, dict[str, Any]] = {
    "assumeRole": {"assumeRole": {"roleArn": ROLE}},
    "assumeRoleWithOidc": {"assumeRoleWithOidc": OIDC},
    "ecsRoleName": {"ecsRoleName": "images"},
    "credentialsUri": {"credentialsUri": "http://{address}/_credentials?" + OIDC_TOKEN},
}
STS_FAULTS = [
    {"kind": "error", "code": "NoPermission", "status": 403, "nth": [1]},
    {"kind": "drop_after", "nth": [2]},
    {"kind": "throttle", "nth": [3]},
]


@dataclass
class Overheard(ProviderProcess):
    """A provider process with DEBUG=sdk, and more, in its environment."""

    environment: dict[str, str] = field(default_factory=dict)

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "DEBUG": "sdk", **self.environment}

    def everything(self) -> str:
        """End the process; give all that has left it."""
        self.stop()
        return "\n".join((*self.given, *self.printed, *self.said))


@pytest.fixture
def cloud() -> Iterator[Simulator]:
    with simulator() as running:
        running.put_state(SHARED_WITH_NOBODY)
        yield running


def overhear(cloud: Simulator, home: Path, given_in: str, **credentials: str) -> Overheard:
    """Start a provider process with its credentials in the environment, or in the configuration."""
    config = configuration(cloud, CANARY)
    names = {
        "alicloud:accessKey": "ALICLOUD_ACCESS_KEY",
        "alicloud:secretKey": "ALICLOUD_SECRET_KEY",
        "alicloud:securityToken": "ALICLOUD_SECURITY_TOKEN",
    }
    config |= {f"alicloud:{key}": value for key, value in credentials.items()}
    if given_in == "configuration":
        return Overheard(config, home)
    environment = {names[key]: config.pop(key) for key in names if key in config}
    return Overheard(config, home, environment=environment)


def go_through_a_life(process: Overheard, share: Properties = SHARE) -> None:
    """Do all that an engine asks for."""
    inputs, _ = process.check({**share, "exclusive": True})
    id_, outputs = process.create(inputs)
    process.read(id_, outputs)
    outputs = process.update(id_, outputs, {**inputs, "accounts": {"1550000000000000": ""}})
    process.delete(id_, outputs)


@pytest.mark.parametrize("given_in", ["environment", "configuration"])
def test_credentials_do_not_leave_the_provider(cloud: Simulator, tmp_path: Path, given_in: str):
    with overhear(cloud, tmp_path, given_in, securityToken=TOKEN) as process:
        cloud.put_faults([{**MODIFY, "kind": "drop_after", "nth": [1]}])
        go_through_a_life(process)
        for fault in FAULTS.values():
            cloud.put_state(SHARED_WITH_NOBODY)
            cloud.put_faults([fault])
            with pytest.raises(grpc.RpcError):
                process.create(SHARE)
        with pytest.raises(grpc.RpcError):
            process.create({**SHARE, "image_id": "m-not-there"})
        said = process.everything()

    assert [words for words in (*FAULTS, "was not started") if words not in said] == []
    assert found_in(said) == []
    assert found_under(tmp_path) == []


@pytest.mark.parametrize("given_in", ["environment", "configuration"])
def test_credentials_do_not_leave_the_provider_in_a_refusal_that_quotes_the_request(
    cloud: Simulator, tmp_path: Path, given_in: str
):
    cloud.put_state({**SHARED_WITH_NOBODY, "behaviour": {"signature_words": "quoting"}})

    with overhear(cloud, tmp_path, given_in, secretKey=WRONG_SECRET, securityToken=TOKEN) as process:
        process.check({**SHARE, "exclusive": True})
        with pytest.raises(grpc.RpcError):
            process.create(SHARE)
        said = process.everything()

    assert "SignatureDoesNotMatch" in said
    assert "x-acs-security-token" in said
    assert found_in(said) == []


@pytest.mark.parametrize("way", WAYS_IN)
def test_temporary_credentials_do_not_leave_the_provider(cloud: Simulator, tmp_path: Path, way: str):
    config = configuration(cloud, CANARY)
    if way != "assumeRole":
        config = {key: value for key, value in config.items() if not key.endswith("Key")}
    for key, value in WAYS_IN[way].items():
        text = value.format(address=cloud.address) if isinstance(value, str) else json.dumps(value)
        config[f"alicloud:{key}"] = text
    shared_with_nobody = {**SHARED_WITH_NOBODY, "behaviour": {"signature_words": "quoting"}}
    cloud.put_state(shared_with_nobody)
    share = {**SHARE, "role_arn": f"{ROLE}-of-the-share", "timeout": 30}

    with Overheard(config, tmp_path, environment={"ALICLOUD_METADATA_HOST": cloud.address}) as process:
        cloud.put_faults([{"service": "sts", **fault} for fault in STS_FAULTS])
        with pytest.raises(grpc.RpcError):
            process.create(share)
        go_through_a_life(process, share)
        cloud.put_state(shared_with_nobody)
        cloud.put_faults([{**MODIFY, "kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1}])
        with pytest.raises(grpc.RpcError):
            process.create(share)
        said = process.everything()

    assert [words for words in ("NoPermission", "Forbidden.RAM") if words not in said] == []
    assert {call["account"] for call in cloud.calls()} <= {CANARY.id, None}
    assert found_in(said) == []
    assert found_under(tmp_path) == []
