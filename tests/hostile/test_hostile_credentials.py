"""Every source of credentials against each trick: a key that works, or one sentence without a part of one."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_simulator import OTHER, OWNER
from tests.hostile import tricks
from tests.hostile.conftest import assert_sentence
from tests.hostile.hostile_server import HostileServer
from tests.owners.conftest import World, keys, role

OF_OTHER = {"roleArn": role(OTHER)}
OIDC = {
    "oidcProviderArn": f"acs:ram::{OTHER.id}:oidc-provider/ci",
    "oidcToken": "canary-of-a-token",
    **OF_OTHER,
}
KEY = {"access_key_id": OWNER.key, "access_key_secret": OWNER.secret}
ROLE = {"ram_role_arn": role(OTHER), "ram_session_name": "session"}
PROFILES: dict[str, dict[str, Any]] = {
    "RamRoleArn": {**KEY, **ROLE},
    "AK": KEY,
    "ChainableRamRoleArn": {"source_profile": "AK", **ROLE},
    "CredentialsURI": {"credentials_uri": "http://{host}/_credentials?x=canary"},
    "EcsRamRole": {"ram_role_name": "images"},
}
METADATA = "/latest/meta-data/ram/security-credentials/images"
SOURCES: dict[str, tuple[dict[str, Any], str]] = {
    "keys": (keys(), "GetCallerIdentity"),
    "assumeRole": ({**keys(), "assumeRole": OF_OTHER}, "AssumeRole"),
    "assumeRoleWithOidc": ({"assumeRoleWithOidc": OIDC}, "AssumeRoleWithOIDC"),
    "credentialsUri": ({"credentialsUri": "http://{host}/_credentials?x=canary"}, "GET /_credentials"),
    "ecsRoleName": ({"ecsRoleName": "images"}, f"GET {METADATA}"),
    "token of ecsRoleName": ({"ecsRoleName": "images"}, "PUT /latest/api/token"),
    "profile RamRoleArn": ({"profile": "RamRoleArn"}, "AssumeRole"),
    "profile ChainableRamRoleArn": ({"profile": "ChainableRamRoleArn"}, "AssumeRole"),
    "profile CredentialsURI": ({"profile": "CredentialsURI"}, "GET /_credentials"),
    "profile EcsRamRole": ({"profile": "EcsRamRole"}, f"GET {METADATA}"),
}
"""Source → its configuration, and the call that it makes."""
ALL_TRICKS = ("assumeRoleWithOidc", "credentialsUri", "ecsRoleName")
"""Sources that meet every trick: the others share their ways, and meet a part."""


def new_run(world: World, hostile: HostileServer, folder: Path, source: str) -> Run:
    file = folder / "config.json"
    profiles = [{"name": name, "mode": name, **profile} for name, profile in PROFILES.items()]
    file.write_text(json.dumps({"profiles": profiles}).replace("{host}", hostile.address))
    config = json.loads(json.dumps(SOURCES[source][0]).replace("{host}", hostile.address))
    if "profile" in config:
        config["sharedCredentialsFile"] = str(file)
    hosts = [dict.fromkeys(("ecs", "sts"), hostile.address)]
    environment = {"ALICLOUD_METADATA_HOST": hostile.address}
    return world.run(environment, endpoints=hosts, timeout=3, **config)


def identity(run: Run) -> str:
    """Ask whose the credentials are, by way of everything that they need."""
    return run.session(None).account_id


@pytest.mark.parametrize("source", SOURCES)
def test_source_of_credentials_gives_a_key_or_a_sentence_whatever_is_answered(
    world: World, hostile: HostileServer, tmp_path: Path, source: str
):
    every = {**tricks.FINAL, **tricks.RETRIED}
    met = list(every) if source in ALL_TRICKS else list(every)[list(SOURCES).index(source) % 4 :: 4]
    for name in met:
        hostile.play(SOURCES[source][1], every[name])
        world.time.now = time.time()
        try:
            account = identity(new_run(world, hostile, tmp_path, source))
        except ShareError as error:
            assert_sentence(str(error))
        else:
            assert account in (OWNER.id, OTHER.id)
        assert SOURCES[source][1] in hostile.calls, name
