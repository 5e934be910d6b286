"""Where several ways to sign in are configured, the one counts that counts for pulumi-alicloud.

Its order is that of `providerConfigure` (provider.go) and `RefreshAuthCredential` (connectivity/config.go) in
https://github.com/aliyun/terraform-provider-alicloud.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
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
from tests.owners.conftest import World, keys, role, share
from tests.support.servers import serving

ROLE, ROLE_OF_PROFILE = "acs:ram::1600000000000002:role/top", "acs:ram::1600000000000002:role/profile"
PROVIDER = "acs:ram::1600000000000002:oidc-provider/ci"
KEYS_PATH = "/latest/meta-data/ram/security-credentials/"


def document(key: str) -> bytes:
    parts = {"AccessKeyId": key, "AccessKeySecret": "s", "SecurityToken": "t"}
    return json.dumps({**parts, "Expiration": "2099-01-01T00:00:00Z"}).encode()


def sts(key: str) -> bytes:
    return b'{"Credentials": ' + document(key) + b"}"


ANSWERS = {
    "GET /uri": (200, document("uri")),
    "GET /profile-uri": (200, document("profile uri")),
    f"GET {KEYS_PATH}": (200, b"unnamed"),
    f"GET {KEYS_PATH}unnamed": (200, document("unnamed instance")),
    f"GET {KEYS_PATH}instance": (200, document("instance")),
    f"GET {KEYS_PATH}of-profile": (200, document("instance of profile")),
    "POST /?Format=json": (200, sts("token")),
    "POST /": (200, sts("role")),
}

PROFILES: list[dict[str, Any]] = [
    {"mode": "AK", "access_key_id": "ak", "access_key_secret": "s"},
    {"mode": "StsToken", "access_key_id": "sts", "access_key_secret": "s", "sts_token": "t"},
    {"mode": "EcsRamRole", "ram_role_name": "of-profile"},
    {"mode": "CredentialsURI", "credentials_uri": "http://{host}/profile-uri"},
    {
        "mode": "External",
        "process_command": 'echo \'{{"access_key_id": "printed", "access_key_secret": "s"}}\'',
    },
    {
        "mode": "OIDC",
        "ram_role_arn": ROLE,
        "oidc_provider_arn": PROVIDER,
        "oidc_token_file": "{folder}/token",
    },
    {"mode": "RsaKeyPair", "private_key": "x"},
    {"name": "empty", "mode": "AK", "access_key_id": "", "access_key_secret": ""},
    {"name": "role", "mode": "RamRoleArn", "access_key_id": "", "ram_role_arn": ROLE},
]


@dataclass
class Machine:
    """A server for every way to get a key, and a file with a profile of every mode."""

    host: str
    folder: Path

    def key(self, environment: dict[str, str] | None = None, /, **config: Any) -> str:
        """Sign in with this configuration; give the id of the key that was found."""
        texts = {
            f"alicloud:{name}": self._filled(value if isinstance(value, str) else json.dumps(value))
            for name, value in {"protocol": "HTTP", "endpoints": [{"sts": self.host}], **config}.items()
        }
        variables = {name: self._filled(value) for name, value in (environment or {}).items()}
        variables["ALICLOUD_METADATA_HOST"] = self.host
        settings = read_settings(texts.get, variables, services.names())
        assert settings.problems == ()
        clock = Clock()
        return Sessions(settings, clock, print).chain.fetch(Deadline.after(clock, 5)).key_id

    def _filled(self, text: str) -> str:
        return text.replace("{host}", self.host).replace("{folder}", str(self.folder))


@pytest.fixture
def machine(home: Path, tmp_path: Path) -> Iterator[Machine]:
    (tmp_path / "token").write_text("token")
    with serving(ANSWERS) as host:
        profiles = [
            {
                "name": profile["mode"],
                **{
                    name: text.replace("{host}", host).replace("{folder}", str(tmp_path))
                    for name, text in profile.items()
                },
            }
            for profile in PROFILES
        ]
        profiles[4]["process_command"] = profiles[4]["process_command"].replace("{{", "{").replace("}}", "}")
        file = home / ".aliyun" / "config.json"
        file.parent.mkdir()
        file.write_text(json.dumps({"current": "AK", "profiles": profiles}))
        yield Machine(host, tmp_path)


KEYS = {"accessKey": "configured", "secretKey": "s"}
KEY_VARIABLES = {"ALIBABACLOUD_ACCESS_KEY_ID": "variable", "ALIBABACLOUD_ACCESS_KEY_SECRET": "s"}
URI = {"credentialsUri": "http://{host}/uri"}
INSTANCE = {"ecsRoleName": "instance"}
OIDC = {"assumeRoleWithOidc": {"oidcProviderArn": PROVIDER, "roleArn": ROLE, "oidcToken": "token"}}
OIDC_VARIABLES = {
    "ALIBABA_CLOUD_ROLE_ARN": ROLE,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "{folder}/token",
}
TOKEN_VARIABLE = {**OIDC_VARIABLES, "ALIBABA_CLOUD_OIDC_TOKEN": "token"}
del TOKEN_VARIABLE["ALIBABA_CLOUD_OIDC_TOKEN_FILE"]


@pytest.mark.parametrize(
    ("config", "variables", "key"),
    [
        ({**KEYS, **URI, **INSTANCE, **OIDC, "profile": "AK"}, {}, "configured"),
        ({"profile": "AK", **URI, **INSTANCE, **OIDC}, KEY_VARIABLES, "variable"),
        ({"profile": "AK", **URI, **INSTANCE, **OIDC}, {}, "ak"),
        ({"profile": "StsToken", **URI, **INSTANCE, **OIDC}, {}, "sts"),
        ({"profile": "External", **URI, **INSTANCE, **OIDC}, {}, "printed"),
        ({"profile": "EcsRamRole", **URI, **INSTANCE, **OIDC}, {}, "uri"),
        ({"profile": "EcsRamRole", **INSTANCE, **OIDC}, {}, "instance"),
        ({"profile": "EcsRamRole", **OIDC}, {}, "instance of profile"),
        ({**URI, **INSTANCE, **OIDC}, {}, "uri"),
        (INSTANCE, {"ALICLOUD_CREDENTIALS_URI": "http://{host}/uri"}, "uri"),
        (URI, OIDC_VARIABLES, "uri"),
        ({**INSTANCE, **OIDC}, {}, "instance"),
        (INSTANCE, OIDC_VARIABLES, "instance"),
        ({}, {"ALIBABA_CLOUD_ECS_METADATA": "instance", **OIDC_VARIABLES}, "instance"),
        ({**OIDC, "profile": "OIDC"}, {}, "token"),
        ({**OIDC, "profile": "CredentialsURI"}, {}, "token"),
        ({"profile": "CredentialsURI", **URI}, {}, "uri"),
        ({"profile": "CredentialsURI"}, {}, "profile uri"),
        ({"profile": "CredentialsURI"}, OIDC_VARIABLES, "profile uri"),
        ({"profile": "OIDC"}, {}, "token"),
        ({"profile": "CredentialsURI", "assumeRoleWithOidc": {}}, OIDC_VARIABLES, "token"),
        ({"profile": "CredentialsURI", "assumeRoleWithOidc": [{}]}, OIDC_VARIABLES, "token"),
        ({"profile": "empty", **URI}, {}, "uri"),
        ({"profile": "empty", **INSTANCE}, {}, "instance"),
        ({"profile": "empty", **OIDC}, {}, "token"),
        ({"profile": "role", **URI}, {}, "role"),
        ({"profile": "role", **INSTANCE}, {}, "role"),
        ({"profile": "none", **URI}, {}, "uri"),
        ({"profile": "none", **KEYS}, {}, "configured"),
        ({}, OIDC_VARIABLES, "token"),
        ({}, TOKEN_VARIABLE, "token"),
        ({}, {}, "ak"),
        ({}, {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}, "unnamed instance"),
        ({**KEYS, "assumeRole": {"roleArn": ROLE}}, {}, "role"),
        ({**URI, "assumeRole": {"roleArn": ROLE}}, {}, "role"),
        ({**KEYS, "assumeRole": {"roleArn": f" {ROLE}\n", "sessionExpiration": 1800.0}}, {}, "role"),
        ({**KEYS, "assumeRole": {}}, {"ALIBABA_CLOUD_ROLE_ARN": ROLE}, "role"),
        (KEYS, {"ALIBABA_CLOUD_ROLE_ARN": ROLE}, "configured"),
    ],
)
def test_way_that_counts_is_that_of_pulumi_alicloud(
    machine: Machine, config: dict[str, Any], variables: dict[str, str], key: str
):
    assert machine.key(variables, **config) == key


def test_profile_that_does_not_exist_is_named_with_the_one_that_was_meant(machine: Machine):
    with pytest.raises(ConfigurationError, match=r"has no profile 'OICD'\. Did you mean OIDC\?"):
        machine.key(profile="OICD")


@pytest.mark.parametrize(
    ("config", "variables"), [({"profile": "sdk"}, {}), ({}, {"ALIBABA_CLOUD_PROFILE": "sdk"})]
)
def test_profile_that_only_the_file_of_the_sdks_has_is_read_from_there(
    machine: Machine, home: Path, config: dict[str, str], variables: dict[str, str]
):
    (home / ".alibabacloud").mkdir()
    text = "[sdk]\ntype = access_key\naccess_key_id = sdk\naccess_key_secret = s\n"
    (home / ".alibabacloud" / "credentials.ini").write_text(text)

    assert machine.key(variables, **config) == "sdk"


def test_profile_without_keys_is_named_where_nothing_makes_up_for_them(machine: Machine):
    with pytest.raises(ConfigurationError, match=r"access_key_id of profile empty of .* is not set"):
        machine.key(profile="empty")


def test_profile_of_an_rsa_key_pair_is_refused_with_a_sentence(machine: Machine):
    with pytest.raises(ConfigurationError, match="has the mode RsaKeyPair, which is not supported"):
        machine.key(profile="RsaKeyPair")


def test_machine_without_any_credentials_is_reported_in_one_short_sentence(machine: Machine, home: Path):
    (home / ".aliyun" / "config.json").unlink()

    with pytest.raises(ConfigurationError) as missing:
        machine.key({"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"})

    words = str(missing.value)
    assert words.startswith("no usable credentials were found; configure alicloud:accessKey and")
    assert len(words) < 250
    assert "\n" not in words


def test_missing_credentials_are_explained_once_in_a_run():
    variables = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    settings = read_settings({}.get, variables, services.names())
    chain = Sessions(settings, Clock(), print).chain
    words = []
    for _ in range(3):
        with pytest.raises(ConfigurationError) as missing:
            chain.fetch(Deadline.after(Clock(), 5))
        words.append(str(missing.value))

    assert ["ALICLOUD_SECRET_KEY" in text for text in words] == [True, False, False]
    assert words[1] == words[2]
    assert len(words[1]) < 100


# -- one role on top --------------------------------------------------------------------------------------


def profile_of_a_role(folder: Path, **more: Any) -> str:
    """Write a profile of mode RamRoleArn with the keys of the first account; give its file."""
    profile = {
        "name": "role",
        "mode": "RamRoleArn",
        "access_key_id": OWNER.key,
        "access_key_secret": OWNER.secret,
        "ram_role_arn": role(OTHER, "of-profile"),
        "ram_session_name": "session-of-profile",
        **more,
    }
    source = {"name": "source", "mode": "AK", "access_key_id": OWNER.key, "access_key_secret": OWNER.secret}
    file = folder / "profiles.json"
    file.write_text(json.dumps({"current": "role", "profiles": [profile, source]}))
    return str(file)


def assumed(world: World) -> list[tuple[str, str, str]]:
    calls: list[Any] = world.cloud.calls()
    return [
        tuple(call["parameters"][name] for name in ("RoleArn", "RoleSessionName", "DurationSeconds"))
        for call in calls
        if call["action"] == "AssumeRole"
    ]


@pytest.mark.parametrize("seconds", [0, 900, "900", 900.0])
def test_role_of_a_profile_is_assumed_as_the_profile_says(world: World, tmp_path: Path, seconds: object):
    file = profile_of_a_role(tmp_path, expired_seconds=seconds)

    Lifecycle(world.run(profile="role", sharedCredentialsFile=file)).create(share(OTHER))

    expected = (role(OTHER, "of-profile"), "session-of-profile", str(int(seconds) or 3600))
    assert assumed(world) == [expected]


def test_configured_role_is_assumed_in_place_of_the_profile_s(world: World, tmp_path: Path):
    config = {"profile": "role", "sharedCredentialsFile": profile_of_a_role(tmp_path, expired_seconds=900)}

    Lifecycle(world.run(**config, assumeRole={"roleArn": role(OTHER, "top")})).create(share(OTHER))

    assert assumed(world) == [(role(OTHER, "top"), "session-of-profile", "900")]


@pytest.mark.parametrize(
    ("variables", "more"),
    [
        ({}, {"sessionExpiration": 3600}),
        ({}, {"sessionExpiration": 3600.0}),
        ({"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "3600"}, {}),
    ],
)
def test_time_of_a_role_that_is_configured_wins_over_the_profile_s_though_it_is_the_default(
    world: World, tmp_path: Path, variables: dict[str, str], more: dict[str, Any]
):
    config = {"profile": "role", "sharedCredentialsFile": profile_of_a_role(tmp_path, expired_seconds=900)}
    on_top = {"roleArn": role(OTHER, "top"), **more}

    Lifecycle(world.run(variables, **config, assumeRole=on_top)).create(share(OTHER))

    assert assumed(world) == [(role(OTHER, "top"), "session-of-profile", "3600")]


def test_role_of_a_profile_is_assumed_with_the_keys_that_are_configured(world: World, tmp_path: Path):
    file = profile_of_a_role(tmp_path, access_key_id="wrong", access_key_secret="wrong")

    Lifecycle(world.run(**keys(), profile="role", sharedCredentialsFile=file)).create(share(OTHER))

    assert assumed(world) == [(role(OTHER, "of-profile"), "session-of-profile", "3600")]


def test_chain_of_profiles_is_assumed_role_by_role(world: World, tmp_path: Path):
    file = profile_of_a_role(tmp_path, mode="ChainableRamRoleArn", source_profile="source")

    config = {"profile": "role", "sharedCredentialsFile": file, "assumeRole": {"roleArn": role(OTHER, "top")}}
    Lifecycle(world.run(**config)).create(share(OTHER))

    assert [arn for arn, _, _ in assumed(world)] == [role(OTHER, "of-profile"), role(OTHER, "top")]


def test_current_profile_of_a_file_is_assumed_with_its_role(world: World, tmp_path: Path):
    Lifecycle(world.run(sharedCredentialsFile=profile_of_a_role(tmp_path))).create(share(OTHER))

    assert [arn for arn, _, _ in assumed(world)] == [role(OTHER, "of-profile")]


def test_profile_in_the_form_of_the_sdks_is_read(world: World, tmp_path: Path):
    file = tmp_path / "credentials.ini"
    file.write_text(
        f"[default]\ntype = ram_role_arn\naccess_key_id = {OWNER.key}\naccess_key_secret = {OWNER.secret}\n"
        f"role_arn = {role(OTHER)}  # of the images\nrole_session_name = ini\n"
    )

    Lifecycle(world.run({"ALIBABA_CLOUD_CREDENTIALS_FILE": str(file)})).create(share(OTHER))

    assert assumed(world) == [(role(OTHER), "ini", "3600")]


# -- the region of a profile ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "variables", "region"),
    [
        ({"profile": "role"}, {}, "cn-shanghai"),
        ({}, {"ALICLOUD_PROFILE": "role"}, "cn-shanghai"),
        ({"profile": "role", "region": "cn-beijing"}, {}, "cn-beijing"),
        ({"profile": "role"}, {"ALIBABA_CLOUD_REGION": "cn-beijing"}, "cn-beijing"),
        ({"profile": "none"}, {}, None),
    ],
)
def test_region_of_a_profile_counts_where_none_is_configured(
    tmp_path: Path, config: dict[str, str], variables: dict[str, str], region: str | None
):
    config["sharedCredentialsFile"] = profile_of_a_role(tmp_path, region_id="cn-shanghai")
    texts = {f"alicloud:{name}": value for name, value in config.items()}

    assert read_settings(texts.get, variables, services.names()).region == region
