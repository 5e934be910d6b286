"""Profiles of modes that give a key by another server or program; nothing of what those say is quoted."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_simulator import OTHER, OWNER
from tests.owners.conftest import World, role, share
from tests.support.clock import Time
from tests.support.servers import Serve, answering, authority, closed_port, server, serving

PARTS = {"AccessKeyId": "given", "AccessKeySecret": "canary", "SecurityToken": "canary"}
DOCUMENT = {**PARTS, "Expiration": "2099-01-01T00:00:00.000+08:00"}
LATE = 4_000_000_000


def key(folder: Path, environment: dict[str, str] | None = None, /, **profile: Any) -> str:
    """Sign in with a profile; give the id of the key."""
    file = folder / "config.json"
    file.write_text(json.dumps({"profiles": [{"name": "p", **profile}]}))
    texts = {
        "alicloud:profile": "p",
        "alicloud:sharedCredentialsFile": str(file),
        "alicloud:protocol": "HTTP",
    }
    settings = read_settings(texts.get, environment or {}, services.names())
    clock = Clock()
    return Sessions(settings, clock, print).chain.fetch(Deadline.after(clock, 5)).key_id


def complaint(folder: Path, environment: dict[str, str] | None = None, /, **profile: Any) -> str:
    with pytest.raises(ConfigurationError) as refused:
        key(folder, environment, **profile)
    words = str(refused.value)
    assert "canary" not in words
    assert "\n" not in words
    return words


# -- CloudSSO ----------------------------------------------------------------------------------------------


def cloud_sso(port: int, **more: Any) -> dict[str, Any]:
    return {
        "mode": "CloudSSO",
        "cloud_sso_sign_in_url": f"https://127.0.0.1:{port}/start/login",
        "cloud_sso_account_id": OTHER.id,
        "cloud_sso_access_config": "ac-1",
        "access_token": "canary",
        "cloud_sso_access_token_expire": LATE,
        **more,
    }


def test_login_of_cloud_sso_gives_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    context, file = authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    body = json.dumps({"CloudCredential": DOCUMENT}).encode()

    with server(answering(b"200 OK", body), context) as port:
        assert key(tmp_path, **cloud_sso(port)) == "given"


def test_refusal_of_cloud_sso_is_reported_without_what_it_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    context, file = authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))

    with server(answering(b"401 Unauthorized", b'{"token": "canary"}'), context) as port:
        words = complaint(tmp_path, **cloud_sso(port))

    assert "(status 401); log in again: `aliyun configure --profile p --mode CloudSSO`" in words


def test_login_of_cloud_sso_that_has_expired_is_reported_with_the_command_that_renews_it(tmp_path: Path):
    words = complaint(tmp_path, **cloud_sso(1, cloud_sso_access_token_expire=1))

    assert "has expired; log in again: `aliyun configure" in words


def test_login_of_cloud_sso_is_not_sent_without_tls(tmp_path: Path):
    words = complaint(tmp_path, **cloud_sso(1, cloud_sso_sign_in_url="http://127.0.0.1:1/"))

    assert "is not an address of HTTPS" in words


# -- commands ----------------------------------------------------------------------------------------------


def command(program: str) -> dict[str, str]:
    return {"mode": "External", "process_command": f'{sys.executable} -c "{program}"'}


def test_command_that_prints_a_temporary_key_gives_it(tmp_path: Path):
    printed = {
        "mode": "StsToken",
        "access_key_id": "given",
        "access_key_secret": "s",
        "sts_token": "t",
        "expiration": "2099-01-01T00:00:00Z",
    }

    assert key(tmp_path, **command(f"import json; print(json.dumps({printed}))")) == "given"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import sys; print('canary'); sys.exit('canary')", "it ended with 1"),
        ("print('canary')", "an answer that is not in the form of credentials"),
        ("print(dict(access_key_id='canary'))", "an answer that is not in the form of credentials"),
        ("import time; time.sleep(60)", "TimeoutExpired"),
        ("import os, time; os.close(1); time.sleep(60)", "TimeoutExpired"),
        ("while True: print('canary' * 1000)", "it printed more than 64 kB"),
        ("print('{' + ' ' * 2**17 + '}'); import time; time.sleep(60)", "it printed more than 64 kB"),
        (
            "import subprocess as s, sys; s.Popen([sys.executable, '-c', 'import time; time.sleep(9)'])",
            "TimeoutExpired",
        ),
    ],
)
def test_command_that_gives_no_key_is_reported_without_what_it_says(
    tmp_path: Path, program: str, reason: str
):
    words = complaint(tmp_path, **command(program))

    assert f"the command of profile p of {tmp_path / 'config.json'} gave no credentials ({reason})" in words


def test_file_of_profiles_is_never_written(tmp_path: Path):
    printed = {"access_key_id": "given", "access_key_secret": "s"}
    profile = command(f"import json; print(json.dumps({printed}))")
    assert key(tmp_path, **profile) == "given"

    assert json.loads((tmp_path / "config.json").read_text()) == {"profiles": [{"name": "p", **profile}]}
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["config.json"]


# -- others ------------------------------------------------------------------------------------------------

STATIC = {"access_key_id": "given", "access_key_secret": "canary", "sts_token": "canary"}


def test_key_of_the_last_oauth_login_is_used_until_it_expires(tmp_path: Path):
    assert key(tmp_path, mode="OAuth", **STATIC, sts_expiration=LATE) == "given"
    words = complaint(tmp_path, mode="OAuth", **STATIC, sts_expiration=1)

    assert "has expired; any `aliyun` command renews it" in words


@pytest.mark.parametrize("mode", ["RamRoleArnWithEcs", "RamRoleArnWithRoleName"])
def test_role_is_assumed_with_the_role_of_the_instance(world: World, tmp_path: Path, mode: str):
    profile = {"name": "p", "mode": mode, "ram_role_name": "images", "ram_role_arn": role(OTHER)}
    (tmp_path / "c.json").write_text(json.dumps({"profiles": [profile]}))
    environment = {"ALICLOUD_METADATA_HOST": world.cloud.address}

    run = world.run(environment, profile="p", sharedCredentialsFile=str(tmp_path / "c.json"))

    assert Lifecycle(run).create(share(OTHER)).owner_id == OTHER.id
    assert world.actions()[0] == ("AssumeRole", OWNER.id)


@pytest.mark.parametrize(
    ("more", "host"),
    [
        ({}, "sts.aliyuncs.com"),
        ({"sts_region": "cn-shanghai"}, "sts.cn-shanghai.aliyuncs.com"),
        ({"sts_region": "cn-shanghai", "enable_vpc": True}, "sts-vpc.cn-shanghai.aliyuncs.com"),
        ({"region_id": "cn-hangzhou", "enable_vpc": True}, "sts-vpc.cn-hangzhou.aliyuncs.com"),
    ],
)
def test_sts_is_called_where_the_profile_says(tmp_path: Path, more: dict[str, Any], host: str):
    profile = {"mode": "RamRoleArn", **STATIC, "ram_role_arn": role(OTHER), **more}

    # Plain HTTP is not allowed to leave this machine, so the host is named instead of being called.
    assert f"; {host} is not one" in complaint(tmp_path, **profile)


@pytest.mark.parametrize("field", ["access_key_id", "access_key_secret"])
@pytest.mark.parametrize("value", ["canary\nx", "canaryé", 5, None, ""])
def test_part_of_a_key_that_can_not_be_one_is_refused_without_being_shown(
    tmp_path: Path, field: str, value: object
):
    assert complaint(tmp_path, **{"mode": "AK", **STATIC, field: value})


def test_address_of_a_profile_is_asked(tmp_path: Path):
    with serving({"GET /canary": (200, json.dumps(DOCUMENT).encode())}) as host:
        assert key(tmp_path, mode="CredentialsURI", credentials_uri=f"http://{host}/canary") == "given"


def test_address_of_a_profile_that_gives_nothing_is_reported_by_its_host_alone(tmp_path: Path):
    with serving({}) as host:
        words = complaint(tmp_path, mode="CredentialsURI", credentials_uri=f"http://{host}/canary")

    assert "127.0.0.1 gave no credentials (status 404)" in words


# -- answers that are lost -----------------------------------------------------------------------------------


def failing_first(failures: int, failure: Serve) -> Serve:
    """Fail so many connections, and give a key on every later one."""
    left = iter(range(failures))
    key_of_role = json.dumps({**DOCUMENT, "Code": "Success", "CloudCredential": DOCUMENT}).encode()

    def serve(connection: socket.socket) -> None:
        (failure if next(left, None) is not None else answering(b"200 OK", key_of_role))(connection)

    return serve


@pytest.mark.parametrize(
    "failure",
    [
        lambda _: None,
        answering(b"500 Internal Server Error", b"canary"),
        answering(b"503 Service Unavailable", b"canary"),
        answering(b"429 Too Many Requests", b"canary"),
    ],
    ids=["dropped", "500", "503", "429"],
)
@pytest.mark.parametrize("way", ["CredentialsURI", "EcsRamRole", "CloudSSO"])
def test_lost_answer_of_a_server_that_gives_keys_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str, failure: Serve
):
    context, file = authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))

    with server(failing_first(2, failure), context if way == "CloudSSO" else None) as port:
        profiles: dict[str, dict[str, Any]] = {
            "CredentialsURI": {"mode": way, "credentials_uri": f"http://127.0.0.1:{port}/canary"},
            "EcsRamRole": {"mode": way, "ram_role_name": "images"},
            "CloudSSO": cloud_sso(port),
        }

        assert key(tmp_path, {"ALICLOUD_METADATA_HOST": f"127.0.0.1:{port}"}, **profiles[way]) == "given"


@pytest.mark.parametrize("way", ["CredentialsURI", "EcsRamRole", "CloudSSO"])
def test_server_that_gives_no_key_for_ten_seconds_is_believed_to_be_down(tmp_path: Path, way: str):
    port = closed_port()
    profile: dict[str, Any] = {
        "mode": way,
        "ram_role_name": "x",
        "credentials_uri": f"http://127.0.0.1:{port}/",
    }
    file = tmp_path / "config.json"
    file.write_text(
        json.dumps({"profiles": [{"name": "p", **(cloud_sso(port) if way == "CloudSSO" else profile)}]})
    )
    texts = {"alicloud:profile": "p", "alicloud:sharedCredentialsFile": str(file)}
    variables = {"ALICLOUD_METADATA_HOST": f"127.0.0.1:{port}"}
    time = Time()
    started, clock = time.now, Clock(lambda: time.now, time.sleep, lambda: time.now)
    chain = Sessions(read_settings(texts.get, variables, services.names()), clock, print).chain

    with pytest.raises(ConfigurationError, match="Connection refused") as refused:
        chain.fetch(Deadline.after(clock, 300))

    assert 1 < time.now - started <= 10
    assert "canary" not in str(refused.value)
    assert ("check the network and its proxy" in str(refused.value)) == (way == "CloudSSO")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"mode": "RamRoleArn", "ram_role_arn": role(OTHER), "ram_session_name": "a b"},
            "'a b' is not the name",
        ),
        ({"mode": "CredentialsURI", "credentials_uri": "ftp://host"}, "is not an address of http or https"),
        ({"mode": "RamRoleArn", "ram_role_arn": role(OTHER), "expired_seconds": -1}, "is not a number"),
    ],
    ids=["session name", "address", "seconds"],
)
def test_profile_with_a_wrong_field_is_refused_by_its_name(tmp_path: Path, more: dict[str, Any], words: str):
    assert words in complaint(tmp_path, **STATIC, **more)
