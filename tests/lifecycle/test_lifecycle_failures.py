"""What a user is shown when something is wrong: one sentence where it was expected, a traceback where not."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime.rpc import UNKNOWN

from alicloud_image_share.errors import ShareError
from alicloud_image_share.resource import ImageShareProvider
from alicloud_image_simulator import OTHER, Account, Simulator
from tests.lifecycle.interrupted import InterruptedProvider
from tests.lifecycle.provider_process import Properties, ProviderProcess, configuration, pickled

A, B = "1550809237710001", "1550809237710002"
CANARY = Account("1600000000000001", "CANARY-KEY-1f0c", "CANARY-SECRET-77ab")
GOOD: Properties = {"service": "ecs", "image_id": "m-1", "region_id": "cn-hangzhou", "accounts": {A: ""}}
OF_EVERY_TYPE = {"none": None, "flag": True, "number": 5.5, "text": " ", "list": ["x"], "map": {"x": "y"}}
ACCEPTED = {
    ("region_id", "none"),
    ("exclusive", "none"),
    ("exclusive", "flag"),
    ("share_to_ecs", "none"),
    ("role_arn", "none"),
    ("timeout", "none"),
    ("timeout", "number"),
    ("accounts_secret", "none"),
    ("accounts_secret", "flag"),
}
FIELDS = (
    *("service", "image_id", "region_id", "accounts", "exclusive"),
    *("share_to_ecs", "role_arn", "timeout", "accounts_secret"),
)


# -- check -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OF_EVERY_TYPE)
@pytest.mark.parametrize("field", FIELDS)
def test_check_of_a_field_of_the_wrong_type_fails_with_a_reason_that_names_it(
    up: ProviderProcess, field: str, kind: str
):
    _, reasons = up.check({**GOOD, field: OF_EVERY_TYPE[kind]})

    if (field, kind) in ACCEPTED:
        assert reasons == []
    else:
        assert [reason.partition(":")[0] for reason in reasons] == [field]


@pytest.mark.parametrize(
    "bad", ["alice", " 12345", "\uff11\uff12\uff13\uff14\uff15", 9007199254740992.0, 1.5, True, "12345\u202e"]
)
def test_check_of_a_bad_account_fails_with_the_one_bad_value(up: ProviderProcess, bad: object):
    _, (reason,) = up.check({**GOOD, "accounts": [A, bad]})

    assert reason.startswith(f"accounts: {bad!r} is not an account id")
    assert A not in reason


def test_check_of_whole_numbers_takes_them_for_ids(up: ProviderProcess):
    checked, reasons = up.check({**GOOD, "accounts": [1550809237710001]})

    assert (checked["accounts"], reasons) == ({A: "(no note)"}, [])


def test_check_of_a_list_with_an_unknown_account_gives_an_unknown_list(up: ProviderProcess):
    checked, reasons = up.check({**GOOD, "accounts": [A, UNKNOWN]})

    assert (checked["accounts"], reasons) == (UNKNOWN, [])


def test_check_of_a_list_with_an_unknown_account_still_names_a_bad_one(up: ProviderProcess):
    _, (reason,) = up.check({**GOOD, "accounts": [UNKNOWN, "bad"]})

    assert reason.startswith("accounts: 'bad' is not an account id")


@pytest.mark.parametrize("field", ["service", "image_id", "region_id", "accounts", "exclusive", "timeout"])
def test_check_and_diff_of_an_unknown_field_do_not_fail(up: ProviderProcess, field: str):
    checked, reasons = up.check({**GOOD, field: UNKNOWN})

    assert reasons == []
    assert up.diff({**GOOD, "owned_accounts": {A: ""}}, checked)[0] == "DIFF_UNKNOWN"


def test_check_of_secret_accounts_shows_no_id(up: ProviderProcess):
    before = len(up.said)
    _, (reason,) = up.check({**GOOD, "accounts": [A, "98765-bad"], "accounts_secret": True})

    assert reason.startswith("accounts: number 2 is not an account id")
    assert not [text for text in (reason, *up.said[before:]) if A in text or "98765" in text]


# -- operations ------------------------------------------------------------------------------------


@pytest.fixture
def gone(cloud: Simulator) -> Properties:
    """The state of a share whose image the caller does not see."""
    cloud.put_state({"images": []})
    return {**GOOD, "image_id": "m-gone", "owned_accounts": {A: ""}, "owner_id": OTHER.id}


def test_expected_error_shows_its_text_without_a_traceback(destroy: ProviderProcess, gone: Properties):
    with pytest.raises(grpc.RpcError) as failure:
        destroy.read("ecs:cn-hangzhou:m-gone", gone)

    text = failure.value.details()
    assert f"It belongs to account {OTHER.id}" in text
    assert "Traceback" not in text
    assert 'File "' not in text


def test_unexpected_error_shows_its_traceback(destroy: ProviderProcess):
    with pytest.raises(grpc.RpcError) as failure:
        destroy.read("ecs:cn-hangzhou:m-1", {"service": "ecs"})

    text = failure.value.details()
    assert "Traceback" in text
    assert 'File "' in text
    assert "KeyError" in text


def test_unexpected_error_after_an_expected_one_shows_its_traceback(
    destroy: ProviderProcess, gone: Properties
):
    with pytest.raises(grpc.RpcError):
        destroy.read("ecs:cn-hangzhou:m-gone", gone)
    with pytest.raises(grpc.RpcError) as failure:
        destroy.read("ecs:cn-hangzhou:m-1", {"service": "ecs"})

    assert "Traceback" in failure.value.details()


def test_expected_error_leaves_the_traceback_limit_of_the_process_alone(cloud: Simulator, gone: Properties):
    provider = ImageShareProvider()
    provider.configure(ConfigureRequest(Config(configuration(cloud), "images")))

    with pytest.raises(ShareError):
        provider.read("ecs:cn-hangzhou:m-gone", gone)

    assert not hasattr(sys, "tracebacklimit")  # one for all threads


def test_errors_of_simultaneous_operations_keep_their_own_form(destroy: ProviderProcess, gone: Properties):
    def details(props: Properties) -> str:
        with pytest.raises(grpc.RpcError) as failure:
            destroy.read("ecs:cn-hangzhou:m-1", props)
        return failure.value.details()

    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(details, [gone, {"service": "ecs"}] * 40))

    assert [number for number, text in enumerate(texts) if "Traceback" in text] == list(range(1, 80, 2))


@pytest.mark.parametrize("method", ["check", "diff", "create", "read", "update", "delete"])
def test_exit_in_the_middle_of_a_call_does_not_hang_the_engine(destroy: ProviderProcess, method: str):
    props = {**GOOD, "__provider": pickled(InterruptedProvider())}
    calls = {
        "check": lambda: destroy.check(props),
        "diff": lambda: destroy.diff(props, props),
        "create": lambda: destroy.create(props),
        "read": lambda: destroy.read("ecs:cn-hangzhou:m-1", props),
        "update": lambda: destroy.update("ecs:cn-hangzhou:m-1", props, props),
        "delete": lambda: destroy.delete("ecs:cn-hangzhou:m-1", props),
    }

    with pytest.raises(grpc.RpcError) as failure:
        calls[method]()

    assert failure.value.code() is grpc.StatusCode.UNKNOWN
    assert "interrupted: SystemExit(3)" in failure.value.details()


def test_process_whose_engine_is_gone_writes_nothing_and_ends(cloud: Simulator, tmp_path: Path):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    with ProviderProcess(configuration(cloud), tmp_path) as process:
        process.stop_engine()

        with pytest.raises(grpc.RpcError):
            process.create(GOOD)

        assert process.process.wait(timeout=30) == 1
    assert not [call for call in cloud.calls() if call["action"].startswith("Modify")]


# -- credentials -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def canary_cloud() -> Iterator[Simulator]:
    with Simulator(accounts=[CANARY]) as simulator:
        simulator.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
        yield simulator


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"secretKey": "CANARY-SECRET-wrong"},
        {"securityToken": "CANARY-TOKEN-5c5c"},
        {"endpoints": "{"},
    ],
    ids=str,
)
def test_credentials_never_appear_in_what_leaves_the_process(
    canary_cloud: Simulator, tmp_path: Path, config: dict[str, str]
):
    with ProviderProcess(configuration(canary_cloud, CANARY, **config), tmp_path) as process:
        process.check({**GOOD, "accounts": {A: "", CANARY.id: ""}, "exclusive": True})
        with contextlib.suppress(grpc.RpcError):
            id_, created = process.create(GOOD)
            process.read(id_, created)
            process.delete(id_, created)
        with contextlib.suppress(grpc.RpcError):
            process.create({**GOOD, "accounts": {CANARY.id: ""}})

    shown = [*process.given, *process.printed, *process.said]
    assert len(process.given) >= 4
    assert [text for text in shown if "CANARY" in text or "Traceback" in text] == []


# -- the SDK ---------------------------------------------------------------------------------------

LOADS_NO_SDK = """
import sys
import alicloud_image_share
from alicloud_image_share.resource import ImageShareProvider
from pulumi.dynamic import Config, ConfigureRequest

provider = ImageShareProvider()
provider.configure(ConfigureRequest(Config({"alicloud:region": "cn-hangzhou"}, "shares")))
checked = provider.check({}, {"service": "ecs", "image_id": "m-1", "accounts": ["1550809237710001"]})
provider.diff("id", {**checked.inputs, "owned_accounts": {}}, checked.inputs)
sdk = ("alibabacloud_", "Tea", "darabonba", "aiohttp", "requests")
print(checked.failures, sorted(name for name in sys.modules if name.startswith(sdk)))
"""


def test_sdk_is_not_loaded_before_the_first_call():
    printed = subprocess.run(
        [sys.executable, "-c", LOADS_NO_SDK], capture_output=True, text=True, timeout=60, check=True
    ).stdout

    assert printed.splitlines()[-1] == "[] []"
