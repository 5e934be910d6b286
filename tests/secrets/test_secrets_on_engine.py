"""No credential is in clear in what a run on the real engine shows, or in any file that it writes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from alicloud_image_share.commands.init import write_project
from alicloud_image_simulator import Simulator
from tests.crash.stack import LIMIT, Stack, ended
from tests.secrets.canaries import CANARY, OIDC_TOKEN, TOKEN, WRONG_SECRET, found_in, found_under, simulator

pytestmark = pytest.mark.engine

SERVICES = ("ecs", "eds", "ens", "swas")
SHARES = {
    service: {"service": service, "image_id": "m-1", "accounts": {"1550000000000000": ""}, "timeout": 3}
    for service in SERVICES
}
SHARES["ecs"]["exclusive"] = True
FAILURES = [
    {"service": "eds", "kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1},
    {"service": "ens", "kind": "throttle", "every": 1},
    {"service": "swas", "action": "AddCustomImageShareAccount", "kind": "drop_after", "nth": [1]},
]
IN_ENVIRONMENT = {
    "ALICLOUD_ACCESS_KEY": CANARY.key,
    "ALICLOUD_SECRET_KEY": CANARY.secret,
    "ALICLOUD_SECURITY_TOKEN": TOKEN,
}


@pytest.fixture
def cloud() -> Iterator[Simulator]:
    with simulator() as running:
        images = [{"service": service, "image_id": "m-1"} for service in SERVICES]
        running.put_state({"images": images, "behaviour": {"signature_words": "quoting"}})
        yield running


@pytest.fixture
def stack(
    cloud: Simulator, engine_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Stack:
    """A stack that shares an image of every service; its temporary files are under the test's folder, too."""
    assert engine_environment
    (tmp_path / "temporary").mkdir()
    places = {"DEBUG": "sdk", "TMPDIR": str(tmp_path / "temporary")}
    for name, value in {**cloud.environment, **IN_ENVIRONMENT, **places}.items():
        monkeypatch.setenv(name, value)
    write_project(tmp_path / "images")
    write_shares(tmp_path / "images")
    return Stack(tmp_path / "images")


def write_shares(folder: Path) -> None:
    config = {"image-shares:groups": {}, "image-shares:shares": SHARES}
    (folder / "Pulumi.dev.yaml").write_text(json.dumps({"config": config}))


def set_secret(stack: Stack, key: str, value: str) -> None:
    pulumi(stack, "config", "set", "--secret", f"alicloud:{key}", "--stack", stack.name, "--", value)


def pulumi(stack: Stack, *arguments: str) -> None:
    command = ["pulumi", "--non-interactive", *arguments]
    subprocess.run(command, cwd=stack.folder, capture_output=True, check=True, timeout=LIMIT)


def test_credentials_of_the_environment_are_nowhere(stack: Stack, cloud: Simulator, tmp_path: Path):
    cloud.put_faults(FAILURES)
    forbidden = stack.fail("up", "--yes")
    # With the first share that fails the engine begins no other, so the throttled one has a run of its own.
    cloud.put_faults([fault for fault in FAILURES if fault["kind"] == "throttle"])
    slowed = stack.fail("up", "--yes")
    cloud.put_faults([])
    said = forbidden + slowed + stack.up()

    assert "Forbidden.RAM" in forbidden
    assert "Throttling.User" in slowed
    assert found_in(said) == []
    assert found_under(tmp_path) == []


def test_credentials_configured_as_secrets_are_nowhere_in_clear(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in IN_ENVIRONMENT:
        monkeypatch.delenv(name)
    pulumi(stack, "stack", "init", stack.name, "--no-select")
    for key, value in (("accessKey", CANARY.key), ("secretKey", CANARY.secret), ("securityToken", TOKEN)):
        set_secret(stack, key, value)

    _, previewed = ended(stack.start("preview"))
    said = previewed + stack.up()
    set_secret(stack, "secretKey", WRONG_SECRET)
    refused = stack.fail("refresh")

    assert "SignatureDoesNotMatch" in refused
    assert found_in(said + refused) == []
    assert found_under(tmp_path) == []
    assert (stack.folder / "Pulumi.dev.yaml").read_text().count("secure:") == 3


@pytest.mark.parametrize("is_secret", [True, False])
def test_token_of_an_identity_provider_is_nowhere_in_clear_where_it_is_a_secret(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_secret: bool
):
    for name in IN_ENVIRONMENT:
        monkeypatch.delenv(name)
    pulumi(stack, "stack", "init", stack.name, "--no-select")
    account = f"acs:ram::{CANARY.id}"
    fields = {"roleArn": f"{account}:role/images", "oidcProviderArn": f"{account}:oidc-provider/ci"}
    for name, value in {**fields, "oidcToken": OIDC_TOKEN}.items():
        how = ["--secret"] if is_secret and name == "oidcToken" else ["--plaintext"]
        path = f"alicloud:assumeRoleWithOidc.{name}"
        pulumi(stack, "config", "set", *how, "--path", path, "--stack", stack.name, "--", value)

    said = stack.up()

    assert found_in(said) == []
    assert ("alicloud:assumeRoleWithOidc.oidcToken is in plain text" in said) is not is_secret
    assert (found_under(tmp_path) == []) is is_secret
