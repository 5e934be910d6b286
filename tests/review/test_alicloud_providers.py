"""A provider of pulumi-alicloud that shares images by its resources, and is called otherwise than before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from alicloud_image_share.review.approval import read_approval, to_json
from alicloud_image_share.review.configuration_risks import with_configuration
from alicloud_image_share.review.engine_step import PERMISSION_TYPE
from alicloud_image_share.review.model import Level, Review
from alicloud_image_share.review.preview_json import read_preview

ALICLOUD = "pulumi:providers:alicloud"
ROLE = '[{"roleArn": "acs:ram::1600000000000001:role/%s"}]'
BEFORE = {"region": "cn-hangzhou", "assumeRole": ROLE % "reader"}


def step(op: str, kind: str, name: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Any:
    states = {"oldState": old, "newState": new}
    return {
        "op": op,
        "urn": f"urn:pulumi:dev::images::{kind}::{name}",
        **{key: {"type": kind, "custom": True, "inputs": state} for key, state in states.items() if state},
    }


def provider(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, name: str = "eu") -> Any:
    op = "update" if old and new else "create" if new else "delete"
    return step(op, ALICLOUD, name, old, new)


def sharing(kind: str = PERMISSION_TYPE, op: str = "same") -> Any:
    values = {"imageId": "m-1", "accountId": "1550809237710001"}
    return step(op, kind, "web", None if op == "create" else values, values)


def reviewed(*steps: Any, same: int = 0) -> Review:
    document = {"steps": list(steps), "changeSummary": {"same": same}}
    facts = read_preview(json.dumps(document))
    return with_configuration(Review("dev"), facts.configured, facts.config, {})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("endpoints", '[{"ecs": "ecs.evil.example.com"}]'),
        ("region", "cn-shanghai"),
        ("accountId", "1600000000000002"),
        ("assumeRole", ROLE % "owner"),
        ("profile", "other"),
        ("credentialsUri", "http://127.0.0.1/other"),
        ("protocol", "HTTP"),
    ],
)
@pytest.mark.parametrize(
    "kind",
    [PERMISSION_TYPE, "alicloud:ecs/ecsImagePipeline:EcsImagePipeline", "alicloud:ros/stack:Stack"],
)
def test_provider_of_a_resource_that_shares_images_and_is_called_otherwise_is_a_risk(key, value, kind):
    review = reviewed(provider(BEFORE, {**BEFORE, key: value}), sharing(kind))

    texts = [risk.text for risk in review.risks if risk.level is Level.CALLED_OTHERWISE]
    assert any(text.startswith(f"alicloud:{key} of eu: ") for text in texts)
    unapproved = read_approval(to_json(Review("dev"))).differences(review)
    assert any(f"alicloud:{key} of eu" in line for line in unapproved)


def test_provider_that_changes_beside_unchanged_resources_that_are_not_shown_is_a_risk():
    (risk,) = reviewed(provider(BEFORE, {**BEFORE, "region": "cn-shanghai"}), same=3).risks

    assert risk.text.startswith("alicloud:region of eu: cn-hangzhou → cn-shanghai")


def test_provider_of_resources_that_share_nothing_is_no_risk():
    changed = provider(BEFORE, {**BEFORE, "region": "cn-shanghai"})
    instance = step("same", "alicloud:ecs/instance:Instance", "web", {"a": 1}, {"a": 1})

    assert reviewed(changed, instance).risks == ()


def test_new_provider_that_a_share_moves_to_is_a_risk_where_the_stack_has_run():
    review = reviewed(provider(None, BEFORE, "other"), sharing(op="update"))

    assert any(risk.text.startswith("alicloud:assumeRole of other: none → ") for risk in review.risks)


def test_provider_of_the_first_share_of_a_stack_is_shown_as_its_first_settings():
    review = reviewed(provider(None, BEFORE), sharing(op="create"))

    assert review.risks == ()
    assert {setting.field for setting in review.first_settings} == {
        "alicloud:region of eu",
        "alicloud:assumeRole of eu",
    }


def test_default_provider_of_another_version_with_the_same_settings_is_no_risk():
    before, after = (
        provider(BEFORE, None, "default_3_92_0"),
        provider(None, {**BEFORE, "version": "3.93.0"}, "default_3_93_0"),
    )

    assert reviewed(before, after, sharing()).risks == ()


def test_default_provider_of_another_version_with_other_settings_is_a_risk():
    before, after = (
        provider(BEFORE, None, "default_3_92_0"),
        provider(None, {**BEFORE, "region": "cn-shanghai"}, "default_3_93_0"),
    )

    (risk,) = reviewed(before, after, sharing()).risks
    assert risk.text.startswith("alicloud:region: cn-hangzhou → cn-shanghai")


@pytest.mark.parametrize("key", ["accessKey", "secretKey", "securityToken", "credentialsUri", "assumeRole"])
def test_credential_of_a_provider_of_pulumi_alicloud_is_not_shown(key):
    canary = '[{"roleArn": "r", "externalId": "CANARY-1"}]' if key == "assumeRole" else "CANARY-1"
    review = reviewed(provider(BEFORE, {**BEFORE, "region": "cn-shanghai", key: canary}), sharing())

    assert "cn-shanghai" in to_json(review)
    assert "CANARY" not in to_json(review)
