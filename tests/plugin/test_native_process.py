"""The process of the native provider: it ends when it is told to, and with its engine."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from alicloud_image_simulator import Simulator
from tests.lifecycle.provider_process import ProviderProcess, native_provider
from tests.plugin.conftest import PARTNER, SHOP, WEB, credentials, live

pytestmark = pytest.mark.usefixtures("forked_processes")

URN = "urn:pulumi:dev::images::image-shares:index:ImageShare::"
WRITE = "ModifyImageSharePermission"


@pytest.fixture
def process(cloud: Simulator, tmp_path: Path) -> Iterator[ProviderProcess]:
    """A configured process, and the image m-1 that it may share."""
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    with ProviderProcess(credentials(cloud), tmp_path, command=native_provider()) as started:
        yield started


def inputs(*accounts: str, **more: object) -> dict[str, object]:
    return {"service": "ecs", "imageId": "m-1", "accounts": dict.fromkeys(accounts, "team"), **more}


def test_cancelled_create_begins_no_further_batch_and_takes_back_what_it_added(process, cloud):
    accounts = [str(1550809237710100 + number) for number in range(25)]
    checked, _ = process.check(inputs(*accounts))
    cloud.put_faults([{"service": "ecs", "action": WRITE, "kind": "delay", "delay_ms": 1000, "every": 1}])
    errors: list[grpc.RpcError] = []

    def create() -> None:
        try:
            process.create(checked)
        except grpc.RpcError as error:
            errors.append(error)

    thread = threading.Thread(target=create)
    thread.start()
    while not any(call["action"] == WRITE for call in cloud.calls()):
        time.sleep(0.05)
    process.cancel()
    began = time.monotonic()
    thread.join()

    added = [
        call for call in cloud.calls() if call["action"] == WRITE and "AddAccount.1" in call["parameters"]
    ]
    assert live(cloud) == set()
    assert len(added) <= 2
    assert time.monotonic() - began < 5
    assert "Traceback" not in str(errors[0].details())


def test_process_that_has_called_nothing_has_not_loaded_what_signs():
    code = (
        "import sys; import alicloud_image_share.plugin.process;"
        "print([name for name in ('requests', 'aiohttp', 'alibabacloud_tea_openapi') if name in sys.modules])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    ).stdout

    assert printed == "[]\n"


def test_process_that_was_never_configured_ends_with_its_engine():
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = f"127.0.0.1:{engine.getsockname()[1]}"
        started = subprocess.Popen([*native_provider(), address], stdout=subprocess.PIPE, text=True)
        assert started.stdout
        assert int(started.stdout.readline()) > 0

    started.wait(timeout=10)
    started.stdout.close()


def test_two_shares_of_one_stack_that_list_one_account_are_refused_by_name(process):
    first = process.check(inputs(WEB, SHOP), urn=f"{URN}golden")
    again = process.check(inputs(WEB, SHOP), urn=f"{URN}golden")
    disjoint = process.check(inputs(PARTNER), urn=f"{URN}partners")

    _, (reason,) = process.check(inputs(SHOP), urn=f"{URN}shops")

    assert (first[1], again[1], disjoint[1]) == ([], [], [])
    assert "golden and shops name the same image ecs:cn-hangzhou:m-1" in reason


def test_share_beside_an_exclusive_one_is_refused(process):
    process.check(inputs(WEB), urn=f"{URN}golden")

    _, (reason,) = process.check(inputs(SHOP, exclusive=True), urn=f"{URN}shops")

    assert "golden and shops" in reason


def test_fields_of_an_older_spelling_are_read_from_state_and_refused_in_programs(process):
    old = {"service": "ecs", "image_id": "m-1", "region_id": "cn-hangzhou", "accounts": {WEB: "team"}}

    changes, replaces = process.diff(
        {**old, "owned_accounts": {WEB: "team"}}, inputs(WEB, regionId="cn-hangzhou")
    )
    _, reasons = process.check({**inputs(WEB), "timeout": 5})

    assert replaces == []
    assert changes == "DIFF_SOME"
    assert reasons == ["timeout: there is no such field."]


@pytest.mark.parametrize("output", ["ownerId", "ownedAccounts", "foreignAccounts"])
def test_output_that_a_program_gives_as_an_input_is_refused_once(process, output):
    _, reasons = process.check({**inputs(WEB), output: WEB})

    (reason,) = reasons
    assert reason.startswith(f"{output}: there is no such field.")
