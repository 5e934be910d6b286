"""The schema of the native provider has the fields of a share, and is the one that stands in sdk/."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS, OUR_KEYS
from alicloud_image_share.cloud.outside_rules import LIMITS
from alicloud_image_share.plugin.package_schema import schema, schema_text
from alicloud_image_share.plugin.values import NOT_NATIVE
from alicloud_image_share.review.engine_step import NATIVE_TYPE, SHARE_TYPE
from alicloud_image_share.sharing.field_names import CAMEL
from alicloud_image_share.sharing.model import FIELDS, OUTPUTS
from alicloud_image_share.sharing.rule_settings import KEYS

STORED = Path(__file__).parents[2] / "sdk/schema.json"


def test_schema_has_every_field_of_a_share_with_a_description():
    resource = schema()["resources"][NATIVE_TYPE]

    inputs = {CAMEL[name] for name in FIELDS if name not in NOT_NATIVE}
    assert set(resource["inputProperties"]) == inputs
    assert set(resource["properties"]) == inputs | {CAMEL[name] for name in OUTPUTS}
    assert all(field["description"] for field in resource["properties"].values())


def test_types_are_those_that_reviews_read():
    assert schema()["resources"][NATIVE_TYPE]["aliases"] == [{"type": SHARE_TYPE}]


def test_schema_in_the_repository_is_the_one_that_the_provider_tells():
    assert STORED.read_text(encoding="utf-8") == schema_text()


def test_keys_of_the_provider_that_are_secret_are_marked():
    inputs = schema()["provider"]["inputProperties"]

    assert {name for name, field in inputs.items() if field.get("secret")} == {"secretKey", "securityToken"}


def test_provider_of_a_program_has_the_keys_of_pulumi_alicloud_and_the_rules_with_a_description():
    inputs = schema()["provider"]["inputProperties"]

    rules = {key.removeprefix("image-shares:") for key in (*KEYS, *LIMITS)} - {"endUnattended"}
    assert rules | {"region", "accessKey", "assumeRole", "endpoints", "clientReadTimeout"} <= inputs.keys()
    assert set(inputs) <= CONFIG_KEYS | set(OUR_KEYS)
    assert [name for name, field in inputs.items() if not field["description"].endswith(".")] == []


@pytest.mark.engine
def test_engine_finds_nothing_wrong_with_the_schema(engine_environment, tmp_path):
    assert engine_environment
    pulumi = shutil.which("pulumi")
    assert pulumi

    checked = subprocess.run(
        [pulumi, "schema", "check", str(STORED)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert (checked.returncode, json.loads(STORED.read_text())["name"]) == (0, "image-shares"), checked.stderr
