"""The native provider carries out no gain and no loss that nobody has agreed to, as the dynamic one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from alicloud_image_share.cloud.alicloud_keys import configured_key
from alicloud_image_share.sharing.allowance import KEY_VARIABLE, VARIABLE, Allowance, ImageAllowance
from alicloud_image_simulator import Simulator
from tests.lifecycle.provider_process import ProviderProcess, configuration, native_provider
from tests.plugin.conftest import PARTNER, SHOP, WEB, credentials, live
from tests.support.cloud_state import writes

pytestmark = pytest.mark.usefixtures("forked_processes")

IMAGE = "ecs:cn-hangzhou:m-1"
SECRET_MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


@contextmanager
def process_of(
    edge: str, cloud: Simulator, folder: Path, allowance: Allowance, **variables: str
) -> Iterator[ProviderProcess]:
    """Start a provider whose run is limited; `edge` is `native` or `dynamic`."""
    file = folder / "allowance.json"
    file.write_text(allowance.to_text())
    config = credentials(cloud) if edge == "native" else configuration(cloud)
    more = {"command": native_provider()} if edge == "native" else {}
    held = {VARIABLE: str(file), **variables}
    with ProviderProcess(config, folder, variables=held, **more) as started:
        yield started


def share(edge: str, *accounts: str, **more: Any) -> dict[str, Any]:
    image = {"imageId": "m-1"} if edge == "native" else {"image_id": "m-1"}
    return {"service": "ecs", **image, "accounts": dict.fromkeys(accounts, "team"), **more}


def state(edge: str, *accounts: str) -> dict[str, Any]:
    owned, region = ("ownedAccounts", "regionId") if edge == "native" else ("owned_accounts", "region_id")
    listed = dict.fromkeys(accounts, "team")
    return {**share(edge, *accounts), owned: listed, region: "cn-hangzhou"}


@pytest.fixture(params=["native", "dynamic"])
def edge(request, cloud):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "accounts": [WEB, SHOP]}]})
    return request.param


def only(**allowed: Any) -> Allowance:
    return Allowance(((IMAGE, ImageAllowance(**allowed)),))


@pytest.mark.parametrize(
    "allowance", [Allowance(), only(gains=frozenset({SHOP}), losses=frozenset({PARTNER}))]
)
@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_operation_writes_nothing_that_nobody_has_agreed_to(operation, allowance, edge, cloud, tmp_path):
    with process_of(edge, cloud, tmp_path, allowance) as process:
        news = {**share(edge, WEB, PARTNER), "regionId" if edge == "native" else "region_id": "cn-hangzhou"}
        calls = {
            "create": lambda: process.create(news),
            "update": lambda: process.update(IMAGE, state(edge, WEB, SHOP), news),
            "delete": lambda: process.delete(IMAGE, state(edge, WEB)),
        }
        with pytest.raises(grpc.RpcError) as refused:
            calls[operation]()

    assert "nobody has agreed to that" in str(refused.value)
    assert (writes(cloud), live(cloud)) == ([], {WEB, SHOP})


def test_check_refuses_a_gain_that_nobody_has_agreed_to(edge, cloud, tmp_path):
    with process_of(edge, cloud, tmp_path, Allowance()) as process:
        _, (reason,) = process.check(share(edge, PARTNER))

    assert f'{PARTNER} "team" would gain access to {IMAGE}, and nobody has agreed to that' in reason


@pytest.mark.parametrize("agreed", [(), ((PARTNER, "2097-03-31"),)])
def test_check_refuses_a_gain_until_another_time_than_agreed(agreed, edge, cloud, tmp_path):
    news = share(edge, PARTNER)
    news["accounts"] = {PARTNER: "team [until 2099-03-31]"}
    same = ((PARTNER, "2099-03-31"),)
    with process_of(edge, cloud, tmp_path, only(gains=frozenset({PARTNER}), ends=agreed)) as process:
        _, (reason,) = process.check(news)
    with process_of(edge, cloud, tmp_path, only(gains=frozenset({PARTNER}), ends=same)) as process:
        _, reasons = process.check(news)

    assert f"would gain access to {IMAGE} until another time, and nobody has agreed to that" in reason
    assert reasons == []


@pytest.mark.parametrize(("region", "written"), [("cn-hangzhou", {WEB}), ("cn-shanghai", set())])
def test_provider_that_the_program_declares_is_held_to_its_own_configuration(
    region, written, cloud, tmp_path
):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    inputs = {**credentials(cloud), "region": region}
    texts = {f"{configured_key(name)} of eu": text for name, text in inputs.items()}
    texts = {key: text if isinstance(text, str) else json.dumps(text) for key, text in texts.items()}
    compared = {**texts, "alicloud:region": "cn-beijing", "image-shares:maxRemoved": "1"}
    allowed = Allowance(only(gains=frozenset({WEB})).images, tuple(compared.items()))
    with process_of("native", cloud, tmp_path, allowed) as process:
        checked, _ = process.check(share("native", WEB))
        with contextlib.suppress(grpc.RpcError):
            process.create(checked)

    assert live(cloud) == written


@pytest.mark.parametrize(("key", "digests"), [("guessed", 0), ("a key of many letters", 1)])
def test_digest_of_secret_accounts_is_said_under_a_key_that_is_long_enough_alone(
    key, digests, edge, cloud, tmp_path
):
    secret: dict[str, Any] = {"accounts_secret": True}
    if edge == "native":
        secret = {"accounts": {**SECRET_MARK, "value": {PARTNER: "team"}}}
    with process_of(edge, cloud, tmp_path, Allowance(), **{KEY_VARIABLE: key}) as process:
        process.check({**share(edge, PARTNER), **secret})

    assert sum("digest" in line for line in process.said) == digests
