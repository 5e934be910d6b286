"""Credentials are found in files and in the environment; what can't be used is said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_simulator import OWNER, Simulator
from tests.lifecycle.provider_process import ProviderProcess, configuration

AK = {"name": "keys", "mode": "AK", "access_key_id": OWNER.key, "access_key_secret": OWNER.secret}
STS = {**AK, "name": "token", "mode": "StsToken", "sts_token": "the-token"}
FILE = {"current": "token", "profiles": [AK, STS]}
CONFIGURED = ("accessKey", "secretKey")
DEADLINE = Deadline.after(Clock(), 30)


def written(path: Path, content: object = FILE) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def found(**settings: str) -> tuple[str, str, str | None]:
    key = Sessions(Settings(**settings), Clock(), print).chain.fetch(DEADLINE)
    return key.key_id, key.secret, key.token or None


def complaint(**settings: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        found(**settings)
    return str(caught.value)


@pytest.mark.parametrize(
    ("profile", "token"),
    [({"profile": "keys"}, None), ({"profile": "token"}, "the-token"), ({}, "the-token")],
    ids=["keys", "token", "the current one"],
)
def test_profile_of_a_shared_file_gives_its_credentials(tmp_path: Path, profile: dict, token: str | None):
    file = written(tmp_path / "c.json")

    assert found(**profile, shared_credentials_file=str(file)) == (OWNER.key, OWNER.secret, token)


def test_shared_file_under_the_home_is_found(home: Path):
    written(home / "c.json")

    assert found(profile="keys", shared_credentials_file="~/c.json")[0] == OWNER.key


@pytest.mark.parametrize("half", ["access_key", "secret_key"])
def test_half_of_a_key_leaves_the_profile_to_give_one(tmp_path: Path, half: str):
    file = written(tmp_path / "c.json")

    assert found(**{half: "text"}, shared_credentials_file=str(file))[:2] == (OWNER.key, OWNER.secret)


def test_keys_win_over_a_profile(tmp_path: Path):
    file = written(tmp_path / "c.json")

    assert found(access_key="key", secret_key="secret", shared_credentials_file=str(file))[0] == "key"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="no JSON"),
        pytest.param("null", id="null"),
        pytest.param([1], id="a list"),
        pytest.param({"profiles": "x"}, id="profiles that are text"),
        pytest.param({"profiles": 5}, id="profiles that are a number"),
        pytest.param({"profiles": ["keys"]}, id="a profile that is text"),
        pytest.param({"profiles": []}, id="no profile"),
        pytest.param({"profiles": [{**AK, "name": "another"}]}, id="another profile"),
        pytest.param({"profiles": [{**AK, "mode": "Nothing"}]}, id="an unknown mode"),
        pytest.param({"profiles": [{**AK, "access_key_id": ""}]}, id="an empty key"),
        pytest.param({"profiles": [{**AK, "access_key_secret": 987654}]}, id="a secret that is a number"),
        pytest.param(
            {"profiles": [{**AK, "mode": "ChainableRamRoleArn", "source_profile": "keys"}]},
            id="a role that is its own source",
        ),
    ],
)
def test_malformed_file_is_said_to_be_so_in_a_sentence(tmp_path: Path, content: object):
    file = written(tmp_path / "c.json", content)

    words = complaint(profile="keys", shared_credentials_file=str(file))

    assert words.startswith("no usable credentials were found (")
    assert "ALICLOUD_ACCESS_KEY" in words
    assert "object has no attribute" not in words
    assert "987654" not in words


@pytest.mark.parametrize("content", [[1], {"profiles": "x"}, {"profiles": ["keys"]}])
def test_file_of_another_form_is_named(tmp_path: Path, content: object):
    file = written(tmp_path / "c.json", content)

    assert f"{file} is not in the form" in complaint(profile="keys", shared_credentials_file=str(file))


def test_file_that_does_not_exist_is_named(tmp_path: Path):
    assert str(tmp_path / "c.json") in complaint(shared_credentials_file=str(tmp_path / "c.json"))


def test_file_that_was_corrected_is_read_again(tmp_path: Path):
    file = tmp_path / "c.json"
    chain = Sessions(Settings(profile="keys", shared_credentials_file=str(file)), Clock(), print).chain
    with pytest.raises(ConfigurationError):
        chain.fetch(DEADLINE)

    written(file)

    assert chain.fetch(DEADLINE).key_id == OWNER.key


# -- in a process of its own: the SDK reads the environment and the home once, when it is imported ------


def owner_seen_with(cloud: Simulator, home: Path, profile: dict[str, str], variables: dict[str, str]) -> str:
    """Share an image in a new provider process; return the owner that its credentials see."""
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    config = configuration(cloud, **profile)
    for key in CONFIGURED:
        del config[f"alicloud:{key}"]
    share = {"service": "ecs", "image_id": "m-1", "region_id": "cn-hangzhou", "accounts": {"12345": ""}}
    with ProviderProcess(config, home, variables=variables) as process:
        return str(process.create(share)[1]["owner_id"])


@pytest.mark.parametrize(
    "names",
    [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY"),
    ],
)
def test_keys_of_the_environment_sign_calls(cloud: Simulator, home: Path, names: tuple[str, str]):
    variables = dict(zip(names, (OWNER.key, OWNER.secret), strict=True))

    assert owner_seen_with(cloud, home, {}, variables) == OWNER.id


@pytest.mark.parametrize("profile", [{}, {"profile": "keys"}], ids=["default chain", "named"])
def test_profile_of_the_command_line_tool_signs_calls(cloud: Simulator, home: Path, profile: dict[str, str]):
    written(home / ".aliyun" / "config.json", {"current": "keys", "profiles": [AK]})

    assert owner_seen_with(cloud, home, profile, {}) == OWNER.id
