"""Whose images the credentials can share, as the configuration tells without a call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.configured_owner import configured_owner
from alicloud_image_share.cloud.settings import read_settings

ACCOUNT, OTHER = "1234567890123456", "1550809237710001"
ROLE, OTHERS = f"acs:ram::{ACCOUNT}:role/images", f"acs:ram::{OTHER}:role/images"
PROVIDER = "acs:ram::1:oidc-provider/ci"
OIDC = {"roleArn": ROLE, "oidcProviderArn": PROVIDER, "oidcTokenFile": "/token"}
VARIABLES = {
    "ALIBABA_CLOUD_ROLE_ARN": ROLE,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/token",
}
KEYS = {"accessKey": "key", "secretKey": "secret"}


def known_by(variables: dict[str, str], role_arn: str | None = None, **config: Any) -> str | None:
    texts = {f"alicloud:{key}": v if isinstance(v, str) else json.dumps(v) for key, v in config.items()}
    owner = configured_owner(read_settings(texts.get, variables, services.names()), role_arn)
    assert owner is None or owner.account in owner.role
    return owner.known_by if owner else None


def profile(folder: Path, mode: str) -> dict[str, str]:
    fields = {"name": "images", "mode": mode, "ram_role_arn": ROLE, "access_key_id": "key"}
    (folder / "config.json").write_text(json.dumps({"profiles": [{**fields, "access_key_secret": "secret"}]}))
    return {"profile": "images", "sharedCredentialsFile": str(folder / "config.json")}


def test_role_with_a_token_tells_the_owner():
    assert known_by({}, assumeRoleWithOidc=OIDC) == f"alicloud:assumeRoleWithOidc {ROLE}"
    assert known_by({}, assumeRoleWithOidc=[OIDC]) == f"alicloud:assumeRoleWithOidc {ROLE}"
    assert known_by(VARIABLES, assumeRoleWithOidc={}) == f"alicloud:assumeRoleWithOidc {ROLE}"
    assert known_by(VARIABLES) == f"ALIBABA_CLOUD_ROLE_ARN {ROLE}"


def test_role_that_is_assumed_last_tells_the_owner():
    assert known_by(VARIABLES, OTHERS) == f"role_arn {OTHERS}"
    assert known_by(VARIABLES, assumeRole={"roleArn": OTHERS}) == f"alicloud:assumeRole {OTHERS}"
    assert known_by({"ALICLOUD_ASSUME_ROLE_ARN": OTHERS}, assumeRoleWithOidc=OIDC) == (
        f"alicloud:assumeRole {OTHERS}"
    )


@pytest.mark.parametrize(
    "other",
    [KEYS, {"credentialsUri": "http://127.0.0.1/"}, {"ecsRoleName": "images"}, {"profile": "images"}],
    ids=lambda other: next(iter(other)),
)
def test_role_with_a_token_that_another_way_may_outdo_tells_nothing(other: dict[str, str]):
    assert known_by(VARIABLES, **other) is None
    assert known_by({}, assumeRoleWithOidc=OIDC, **other) is None


@pytest.mark.parametrize("mode", ["RamRoleArn", "ChainableRamRoleArn"])
def test_role_of_a_profile_tells_the_owner(tmp_path: Path, mode: str):
    configured = profile(tmp_path, mode)

    assert known_by({}, **configured) == f"alicloud:profile images {ROLE}"
    assert known_by({}, assumeRole={"roleArn": OTHERS}, **configured) == f"alicloud:assumeRole {OTHERS}"


@pytest.mark.parametrize("mode", ["AK", "EcsRamRole", "OIDC", "CloudSSO", "unknown"])
def test_profile_whose_role_may_not_act_tells_nothing(tmp_path: Path, mode: str):
    assert known_by({}, **profile(tmp_path, mode)) is None


def test_key_beside_a_profile_that_leads_through_another_one_tells_nothing(tmp_path: Path):
    assert known_by({}, **KEYS, **profile(tmp_path, "ChainableRamRoleArn")) is None


def test_profile_that_can_not_be_read_tells_nothing(tmp_path: Path):
    assert known_by({}, profile="images", sharedCredentialsFile=str(tmp_path)) is None
