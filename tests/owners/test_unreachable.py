"""What is said where STS, a service or a proxy can't be reached, and for how long it is waited for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tenacity

from alicloud_image_share.cloud import client, services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.errors import ConfigurationError, ShareError
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_simulator import OTHER, OWNER
from tests.owners.conftest import A, Properties, World, keys, role, share
from tests.support.clock import Time
from tests.support.servers import answering, authority, closed_port, server

CANARIES = ("CanaryOfASecret", "CanaryOfAToken", "CanaryOfALogin")
KEY = {"access_key_id": "LTAI5tCanaryOfAKey", "access_key_secret": CANARIES[0]}
OF_ROLE = {"ram_role_arn": role(OTHER), "ram_session_name": "session"}
PROFILES: dict[str, Properties] = {
    "RamRoleArn": {**KEY, **OF_ROLE},
    "source": {"mode": "StsToken", **KEY, "sts_token": CANARIES[1]},
    "ChainableRamRoleArn": {"source_profile": "source", **OF_ROLE},
    "OIDC": {
        "oidc_provider_arn": f"acs:ram::{OTHER.id}:oidc-provider/x",
        "oidc_token_file": "{token}",
        **OF_ROLE,
    },
    "CloudSSO": {
        "cloud_sso_sign_in_url": "https://signin.invalid/start",
        "cloud_sso_account_id": OTHER.id,
        "cloud_sso_access_config": "ac-1",
        "access_token": CANARIES[2],
        "cloud_sso_access_token_expire": 4_000_000_000,
    },
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text(CANARIES[1])
    profiles = [
        {
            "name": name,
            "mode": name,
            **profile,
            **({"oidc_token_file": str(tmp_path / "token")} if name == "OIDC" else {}),
        }
        for name, profile in PROFILES.items()
    ]
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"current": "RamRoleArn", "profiles": profiles}))
    return path


def run(time: Time, environment: dict[str, str] | None = None, **config: Any) -> Run:
    given = {"alicloud:region": "cn-hangzhou"}
    given |= {
        f"alicloud:{name}": value if isinstance(value, str) else json.dumps(value)
        for name, value in config.items()
    }
    settings = read_settings(given.get, environment or {}, services.names())
    return Run(settings, Engine(None), Clock(lambda: time.now, time.sleep, lambda: time.now))


def complaint(run: Run, **more: Any) -> str:
    with pytest.raises(ShareError) as refused:
        Lifecycle(run).create(share(OWNER, **more))
    return str(refused.value)


@pytest.mark.parametrize("name", ["RamRoleArn", "ChainableRamRoleArn", "OIDC", "CloudSSO", ""])
def test_profile_of_any_mode_behind_a_proxy_that_is_down_is_reported_in_a_sentence_without_a_secret(
    monkeypatch: pytest.MonkeyPatch, file: Path, name: str
):
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{CANARIES[0]}@127.0.0.1:{closed_port()}")
    profile = {"profile": name} if name else {}

    words = complaint(run(Time(), sharedCredentialsFile=str(file), **profile))

    assert "Connection refused" in words
    assert "by way of the proxy 127.0.0.1:" in words
    assert "run up again" not in words.partition("Next: ")[0]
    assert [canary for canary in (*CANARIES, KEY["access_key_id"], "Signature") if canary in words] == []
    assert len(words.splitlines()) == 1


def test_host_that_refuses_is_believed_to_do_so_after_ten_seconds():
    time = Time()
    started = time.now
    host = f"127.0.0.1:{closed_port()}"

    words = complaint(run(time, **keys(), protocol="HTTP", endpoints=[{"ecs": host}]))

    assert time.now - started <= 10
    assert "Connection refused" in words


def test_host_that_is_believed_to_refuse_is_waited_for_once_by_all_shares():
    time = Time()
    host = f"127.0.0.1:{closed_port()}"
    process = run(time, **keys(), protocol="HTTP", endpoints=[{"ecs": host}])
    complaint(process)
    believed = time.now

    for number in range(5):
        assert "Connection refused" in complaint(process, image_id=f"m-{number}")

    assert time.now - believed < 5


def waits_of_a_report(time: Time, roles: tuple[str | None, ...] = (None,), **config: Any) -> list[str]:
    """What a command that reads is told of its waits while no account can be found out."""
    values = {f"alicloud:{name}": value for name, value in {**keys(), "region": "cn-hangzhou"}.items()}
    values |= {f"alicloud:{name}": value for name, value in config.items()}
    messages: list[str] = []
    settings = read_settings(values.get, {}, services.names())
    sessions = Sessions(settings, Clock(lambda: time.now, time.sleep, lambda: time.now), messages.append)
    for role_arn in roles:
        with pytest.raises(ShareError):
            _ = sessions.of(role_arn).account_id
    return messages


def test_report_of_a_host_that_refuses_says_once_within_ten_seconds_what_it_waits_for():
    host = f"127.0.0.1:{closed_port()}"

    said = waits_of_a_report(
        Time(), (None, role(OTHER)), protocol="HTTP", endpoints=json.dumps([{"sts": host}])
    )

    assert len(said) == 1
    assert f"no connection for GetCallerIdentity: [Errno 111] Connection refused ({host}); trying" in said[0]


def test_report_of_a_service_that_fails_says_what_it_waits_for_though_each_wait_is_short(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "GROWING", tenacity.wait_fixed(2))
    world.cloud.put_faults([{"service": "sts", "kind": "error", "code": "X", "status": 503, "every": 1}])

    said = waits_of_a_report(
        Time(), protocol="HTTP", endpoints=json.dumps([{"sts": world.cloud.address}]), maxRetryTimeout="60000"
    )

    assert said == ["the cloud answered X to GetCallerIdentity; trying again in about 2 s"]


def test_name_that_does_not_resolve_is_believed_after_ten_seconds_and_told_in_the_first_line():
    time = Time()
    started = time.now

    words = complaint(run(time, **keys(), endpoints=[{"ecs": "ecs.service.invalid"}]))

    assert time.now - started <= 10
    assert "(ecs.service.invalid)" in words


@pytest.mark.parametrize("service", ["ecs", "eds", "swas"])
def test_region_of_a_share_that_is_mistyped_is_refused_in_check_with_the_one_that_was_meant(service: str):
    inputs = {**share(OWNER), "service": service, "region_id": "cn-hangzou"}

    failures = Preview(run(Time(), **keys())).check({}, inputs).failures

    assert failures[0].startswith("region_id: 'cn-hangzou' is no region. Did you mean cn-hangzhou?")


@pytest.mark.parametrize("more", [{"endpoints": [{"ecs": "host.example"}]}, {"skipRegionValidation": "true"}])
def test_region_of_a_share_is_not_compared_where_the_host_is_named_or_validation_skipped(more: Properties):
    inputs = {**share(OWNER), "region_id": "cn-hangzou"}

    assert Preview(run(Time(), **keys(), **more)).check({}, inputs).failures == ()


def test_answers_that_are_lost_are_retried_until_the_role_is_assumed(world: World):
    fault = {"service": "sts", "action": "AssumeRole", "kind": "drop_before", "nth": [1, 2, 3]}
    world.cloud.put_faults([fault])

    Lifecycle(world.run(**keys(), assumeRole={"roleArn": role(OTHER)})).create(share(OTHER))

    calls: list[Any] = world.cloud.calls()
    assert [call["status"] for call in calls if call["action"] == "AssumeRole"] == [None, None, None, 200]
    assert world.live(OTHER)


@pytest.mark.parametrize("service", ["sts", "ecs"])
def test_redirection_of_any_service_is_final_and_names_the_hosts(world: World, service: str):
    on_top = {"assumeRole": {"roleArn": role(OTHER)}}
    with server(answering(b"307 Temporary Redirect\r\nLocation: http://127.0.0.9:1/?x=canary")) as port:
        host = f"127.0.0.1:{port}"
        hosts = {**dict.fromkeys(("ecs", "sts"), world.cloud.address), service: host}
        started = world.time.now
        words = complaint(world.run(**keys(), **on_top, endpoints=[hosts]))

    assert f"{host} redirects to 127.0.0.9 (307); redirections are not followed" in words
    assert world.time.now == started


def test_parameters_that_the_configuration_adds_go_with_every_call(world: World):
    process = world.run(**keys(), sourceIp="10.0.0.1", secureTransport="true")

    Lifecycle(process).create(share(OWNER))

    calls: list[Any] = world.cloud.calls()
    sent = {(call["parameters"].get("SourceIp"), call["parameters"].get("SecureTransport")) for call in calls}
    assert sent == {("10.0.0.1", "true")}


@pytest.mark.parametrize(
    "code",
    [
        "InvalidAccessKeyId.NotFound",
        "InvalidAccessKeySecret",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "InvalidSecurityToken.Expired",
        "MissingSecurityToken",
    ],
)
@pytest.mark.parametrize("on_top", [{}, {"assumeRole": {"roleArn": role(OWNER)}}], ids=["keys", "role"])
def test_key_that_may_be_that_of_the_last_up_is_reported_with_the_way_to_the_present_one(
    world: World, code: str, on_top: Properties
):
    process = world.run(**keys(), **on_top)
    fault = {"kind": "error", "code": code, "status": 403, "every": 1}
    world.cloud.put_faults([{"service": service, **fault} for service in ("ecs", "sts")])
    state_of_share = {**share(OWNER), "owned_accounts": {A: ""}, "foreign_accounts": [], "owner_id": OWNER.id}

    for operation in (Lifecycle(process).read, Lifecycle(process).delete):
        with pytest.raises(ShareError, match=r"--run-program, or run a plain up first\.$"):
            operation(state_of_share)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "config",
    [
        {"profile": "left"},
        {"accessKey": "half"},
        {**keys(), "assumeRole": {"roleArn": "acs:ram::1600000000000009:role/left"}},
        {**keys(), "endpoints": [{"esc": "host.example"}]},
        keys(OTHER),
    ],
    ids=["profile", "half a key", "role", "endpoint", "account"],
)
def test_configuration_that_may_be_that_of_the_last_up_is_reported_with_the_way_to_the_present_one(
    world: World, config: Properties
):
    state_of_share = {**share(OWNER), "owned_accounts": {A: ""}, "foreign_accounts": [], "owner_id": OWNER.id}

    for operation in (Lifecycle(world.run(**config)).read, Lifecycle(world.run(**config)).delete):
        with pytest.raises(ConfigurationError, match=r"--run-program, or run a plain up first\.$"):
            operation(state_of_share)


@pytest.mark.usefixtures("home")
def test_way_to_the_present_configuration_is_said_of_the_first_share_without_credentials_alone(world: World):
    process = world.run()
    state_of_share = {**share(OWNER), "owned_accounts": {A: ""}, "foreign_accounts": [], "owner_id": OWNER.id}
    said = []

    for operation in (Lifecycle(process).read, Lifecycle(process).delete):
        with pytest.raises(ConfigurationError) as failed:
            operation(state_of_share)
        said.append(str(failed.value))

    assert "--run-program" in said[0]
    assert said[1] == "no usable credentials were found; another message of this run says what to do."


def test_key_of_a_create_is_not_said_to_be_that_of_the_last_up(world: World):
    words = complaint(world.run(accessKey="wrong", secretKey="wrong"))

    assert "alicloud:accessKey" in words
    assert "--run-program" not in words


def test_certificate_that_is_not_trusted_is_final_for_a_share(tmp_path: Path):
    time = Time()
    started = time.now
    with server(answering(b"200 OK"), authority(tmp_path)[0]) as port:
        words = complaint(run(time, **keys(), endpoints=[{"ecs": f"127.0.0.1:{port}"}]))

    assert time.now == started
    assert "the certificate is not trusted" in words
    assert "SSL_CERT_FILE" in words
