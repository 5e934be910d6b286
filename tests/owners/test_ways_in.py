"""Every way to sign in that pulumi-alicloud knows: whose image can be shared with it."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.errors import ConfigurationError, ShareError
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_simulator import OTHER, OWNER, Account
from tests.owners.conftest import A, World, keys, role, share
from tests.support.servers import serving

PROVIDER = f"acs:ram::{OTHER.id}:oidc-provider/ci"
TOKEN = "CanaryOfAnOidcToken/4T+="


def oidc(**more: Any) -> dict[str, Any]:
    return {"oidcProviderArn": PROVIDER, "roleArn": role(OTHER), **more}


def shared_by(
    world: World, account: Account, environment: dict[str, str] | None = None, **config: Any
) -> None:
    """Share the image of an account; fail unless the credentials are the account's."""
    made = Lifecycle(world.run(environment, **config)).create(share(account))

    assert made.owner_id == account.id
    assert world.live(account) == {A}


def complaint(world: World, environment: dict[str, str] | None = None, **config: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Lifecycle(world.run(environment, **config)).create(share(OWNER))
    return str(caught.value)


def called(world: World, action: str) -> list[dict[str, str]]:
    calls: list[Any] = world.cloud.calls()
    return [call["parameters"] for call in calls if call["action"] == action]


# -- assumeRole ------------------------------------------------------------------------------------------


def test_role_is_assumed_with_the_configured_keys(world: World):
    asked = {"roleArn": role(OTHER), "sessionName": "up", "sessionExpiration": 900, "externalId": "x"}

    shared_by(world, OTHER, **keys(), assumeRole=[asked])

    (sent,) = called(world, "AssumeRole")
    assert sent == {
        "RoleArn": role(OTHER),
        "RoleSessionName": "up",
        "DurationSeconds": "900",
        "ExternalId": "x",
    }


def test_role_is_assumed_with_a_policy_that_holds(world: World):
    nothing = json.dumps({"Version": "1", "Statement": []})

    with pytest.raises(ShareError, match=r"Forbidden\.RAM"):
        Lifecycle(world.run(**keys(), assumeRole={"roleArn": role(OTHER), "policy": nothing})).create(
            share(OTHER)
        )


def test_role_of_the_environment_is_assumed(world: World):
    shared_by(world, OTHER, {"ALICLOUD_ASSUME_ROLE_ARN": role(OTHER)}, **keys())


@pytest.mark.parametrize("variable", ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"])
def test_role_of_the_environment_is_assumed_where_assume_role_is_configured(world: World, variable: str):
    shared_by(world, OTHER, {variable: role(OTHER)}, **keys(), assumeRole={})


def test_role_that_other_tools_name_is_not_assumed_by_itself(world: World):
    shared_by(world, OWNER, {"ALIBABA_CLOUD_ROLE_ARN": role(OTHER)}, **keys())


def test_role_that_may_not_be_assumed_is_named(world: World):
    world.cloud.put_policies({OWNER.key: {"Version": "1", "Statement": []}})

    words = complaint(world, **keys(), assumeRole={"roleArn": role(OTHER)})

    assert words.startswith(f"the role {role(OTHER)} could not be assumed (The cloud said NoPermission (403")
    assert "grant the caller the RAM action sts:AssumeRole" in words


def test_role_is_assumed_again_where_sts_asked_to_wait(world: World):
    world.cloud.put_faults([{"service": "sts", "action": "AssumeRole", "kind": "throttle", "nth": [1]}])

    shared_by(world, OTHER, **keys(), assumeRole={"roleArn": role(OTHER)})


# -- assumeRoleWithOidc ----------------------------------------------------------------------------------


def test_role_is_assumed_with_a_token_alone(world: World):
    shared_by(world, OTHER, assumeRoleWithOidc=oidc(oidcToken=TOKEN, roleSessionName="ci"))

    (sent,) = called(world, "AssumeRoleWithOIDC")
    assert (sent["OIDCToken"], sent["RoleSessionName"], sent["DurationSeconds"]) == (TOKEN, "ci", "3600")


def test_role_is_assumed_with_the_token_that_the_environment_names(world: World, tmp_path: Path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    environment = {
        "ALIBABA_CLOUD_ROLE_ARN": role(OTHER),
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": PROVIDER,
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(tmp_path / "token"),
    }

    shared_by(world, OTHER, environment)

    assert [sent["OIDCToken"] for sent in called(world, "AssumeRoleWithOIDC")] == [TOKEN]


def test_role_is_assumed_on_top_of_the_one_with_a_token(world: World):
    more = {"assumeRole": {"roleArn": role(OWNER)}}

    shared_by(world, OWNER, assumeRoleWithOidc=oidc(oidcToken=TOKEN), **more)

    assert world.actions()[:2] == [("AssumeRoleWithOIDC", None), ("AssumeRole", OTHER.id)]


def test_token_file_that_is_missing_is_named(world: World, tmp_path: Path):
    words = complaint(world, assumeRoleWithOidc=oidc(oidcTokenFile=str(tmp_path / "none")))

    assert f"No such file or directory: '{tmp_path / 'none'}'" in words


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff"])
def test_token_file_without_a_token_is_named(world: World, tmp_path: Path, content: bytes):
    (tmp_path / "token").write_bytes(content)

    words = complaint(world, assumeRoleWithOidc=oidc(oidcTokenFile=str(tmp_path / "token")))

    assert f"{tmp_path / 'token'} holds no token" in words


def test_token_file_that_is_too_long_is_not_read_whole(world: World, tmp_path: Path):
    (tmp_path / "long").write_text("x" * 1_000_000)

    words = complaint(world, assumeRoleWithOidc=oidc(oidcTokenFile=str(tmp_path / "long")))

    assert f"{tmp_path / 'long'} holds no token" in words


def test_token_file_that_is_a_device_is_not_read(world: World):
    words = complaint(world, assumeRoleWithOidc=oidc(oidcTokenFile="/dev/zero"))

    assert "it is a pipe, a socket or a device and not a file: '/dev/zero'" in words


def test_token_that_is_not_accepted_is_not_shown(world: World):
    fault = {"kind": "error", "code": "AuthenticationFail.OIDCToken.Invalid", "status": 400, "every": 1}
    world.cloud.put_faults([{"service": "sts", "action": "AssumeRoleWithOIDC", **fault}])

    words = complaint(world, assumeRoleWithOidc=oidc(oidcToken=TOKEN))

    assert "AuthenticationFail.OIDCToken.Invalid" in words
    assert TOKEN not in words


# -- ecsRoleName and credentialsUri ------------------------------------------------------------------------


def metadata(world: World) -> dict[str, str]:
    return {"ALICLOUD_METADATA_HOST": world.cloud.address}


def test_role_of_the_instance_is_found(world: World):
    shared_by(world, OWNER, metadata(world), ecsRoleName="images")


def test_role_of_the_instance_that_the_environment_names_is_found(world: World):
    shared_by(world, OWNER, {**metadata(world), "ALICLOUD_ECS_ROLE_NAME": "images"})


def test_address_of_credentials_is_asked(world: World):
    shared_by(world, OWNER, credentialsUri=f"http://{world.cloud.address}/_credentials?seconds=900")


def test_role_is_assumed_on_top_of_the_one_of_the_instance(world: World):
    shared_by(world, OTHER, metadata(world), ecsRoleName="images", assumeRole={"roleArn": role(OTHER)})


def test_keys_win_over_every_other_way(world: World):
    ways = {
        "ecsRoleName": "x",
        "credentialsUri": "http://127.0.0.1:1/",
        "assumeRoleWithOidc": oidc(oidcToken="x"),
    }

    shared_by(world, OTHER, **keys(OTHER), **ways)


def key_from(world: World) -> bytes:
    """Give the answer of a metadata service, with a key of the first account."""
    with urllib.request.urlopen(f"http://{world.cloud.address}/_credentials") as answer:
        return bytes(answer.read())


KEY = "/latest/meta-data/ram/security-credentials/images"


def test_instance_that_gives_no_token_is_asked_without(world: World):
    with serving({f"GET {KEY}": (200, key_from(world))}) as host:
        shared_by(world, OWNER, {"ALICLOUD_METADATA_HOST": host}, ecsRoleName="images")


def test_instance_that_gives_no_token_is_not_asked_without_where_one_is_required(world: World):
    required = {"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"}

    with serving({f"GET {KEY}": (200, key_from(world))}) as host:
        words = complaint(world, {"ALICLOUD_METADATA_HOST": host, **required}, ecsRoleName="images")

    assert "the metadata service gave no credentials of the role images (status 404)" in words


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"canary", "status 404"),
        (302, b"canary", "status 302"),
        (200, b"canary", "an answer that is not in the form of credentials"),
        (200, b'"canary"', "an answer that is not in the form of credentials"),
        (200, b'{"Code": "Failed", "AccessKeyId": "canary"}', "its answer is not Success"),
        (200, b'{"AccessKeyId": "canary"}', "an answer that is not in the form of credentials"),
        (
            200,
            b'{"AccessKeyId": "canary", "AccessKeySecret": "canary", "SecurityToken": "x", "Expiration": 5}',
            "an answer that is not in the form of credentials",
        ),
        (
            200,
            b'{"AccessKeyId": "canary", "AccessKeySecret": 5, "SecurityToken": "x",'
            b' "Expiration": "2030-01-01T00:00:00Z"}',
            "an answer that is not in the form of credentials",
        ),
    ],
)
def test_answer_without_credentials_is_said_in_a_sentence_that_quotes_nothing(
    world: World, status: int, body: bytes, reason: str
):
    with serving({"GET /canary?x=canary": (status, body)}) as host:
        words = complaint(world, credentialsUri=f"http://{host}/canary?x=canary")

    assert words.startswith(f"alicloud:credentialsUri: 127.0.0.1 gave no credentials ({reason});")
    assert "canary" not in words


def test_credentials_that_have_expired_already_are_refused(world: World):
    words = complaint(world, credentialsUri=f"http://{world.cloud.address}/_credentials?seconds=0")

    assert "expired already" in words


def test_server_that_is_not_there_is_named(world: World):
    words = complaint(world, credentialsUri="http://127.0.0.1:1/")

    assert words.startswith("alicloud:credentialsUri: 127.0.0.1 gave no credentials (")
    assert "Connection refused" in words


@pytest.mark.parametrize(
    "body",
    [
        b'{"Credentials": {"AccessKeySecret": "canary", "SecurityToken": "canary',
        b'{"Credentials": {"AccessKeySecret": "canary", "SecurityToken": "canary"}}',
        b'{"Credentials": "canary"}',
        b'["canary"]',
        b"",
    ],
)
@pytest.mark.parametrize("way", ["assumeRole", "assumeRoleWithOidc"])
def test_answer_of_sts_that_can_not_be_read_is_not_quoted(world: World, way: str, body: bytes):
    ways = {"assumeRole": {"roleArn": role(OTHER)}, "assumeRoleWithOidc": oidc(oidcToken="canary")}
    more = keys() if way == "assumeRole" else {}

    with serving({"POST /": (200, body)}) as host:
        words = complaint(world, **more, endpoints=[{"sts": host}], **{way: ways[way]})

    assert words.startswith(f"the role {role(OTHER)} could not be assumed (")
    assert "canary" not in words
