"""Shares of the native provider are read as those of the dynamic one are, from steps as from state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.engine.interrupted import interrupted_shares
from alicloud_image_share.engine.stack_history import owned_digests
from alicloud_image_share.engine.stack_reading import shares_of
from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.configuration import configuration_change
from alicloud_image_share.review.configuration_risks import with_configuration
from alicloud_image_share.review.engine_step import NATIVE_TYPE, SHARE_TYPE, EngineStep, ResourceState
from alicloud_image_share.review.model import Level, Review
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.sharing.field_names import CAMEL, camel_names, python_names

from .record import INPUTS

STATES = Path(__file__).parents[1] / "state"
DYNAMIC = sorted({path.stem for path in INPUTS.glob("*.json")} - {"native"})
SECRET = "[secret]"


def as_native(value: Any) -> Any:
    """Give a recorded document as it would be if its shares were of the native provider."""
    if isinstance(value, list):
        return [as_native(item) for item in value]
    if not isinstance(value, dict):
        return value.replace(SHARE_TYPE, NATIVE_TYPE) if isinstance(value, str) else value
    mapped = {key: as_native(item) for key, item in value.items()}
    if value.get("type") == SHARE_TYPE:
        for part in ("inputs", "outputs"):
            properties = value.get(part) or {}
            kept = {
                key: item for key, item in properties.items() if key not in ("__provider", "accounts_secret")
            }
            mapped[part] = camel_names(kept)
    return mapped


def shown(text: str) -> Review:
    return review(read_preview(text))


@pytest.mark.parametrize("name", DYNAMIC)
def test_review_of_native_shares_says_what_it_says_of_dynamic_ones(name):
    recorded = json.loads((INPUTS / f"{name}.json").read_text(encoding="utf-8"))

    assert shown(json.dumps(as_native(recorded))) == shown(json.dumps(recorded))


def test_review_of_a_native_preview_names_who_gains_and_who_loses(reviewed):
    (image,) = reviewed("native").images

    assert [account.id for account in image.gaining] == ["1550000000000014"]
    assert [account.id for account in image.losing] == ["1550000000000012"]


@pytest.mark.parametrize("name", ["0.1.0", "next"])
def test_shares_in_a_native_state_are_those_of_the_dynamic_state(name):
    state = json.loads((STATES / f"{name}.json").read_text(encoding="utf-8"))

    native = list(shares_of(as_native(state)["resources"]))

    assert native == list(shares_of(state["resources"]))
    assert native


@pytest.mark.parametrize("name", ["0.1.0", "next"])
def test_what_native_shares_own_is_bound_to_an_approval_as_that_of_dynamic_ones(name):
    state = json.loads((STATES / f"{name}.json").read_text(encoding="utf-8"))

    assert owned_digests(as_native(state)) == owned_digests(state)


def test_interrupted_operations_on_native_shares_are_named_as_those_on_dynamic_ones():
    text = (Path(__file__).parents[1] / "runner/interrupted_states.json").read_text(encoding="utf-8")

    deployments = json.loads(text).values()
    dynamic = [interrupted_shares(deployment) for deployment in deployments]

    assert any(dynamic)
    assert [interrupted_shares(as_native(deployment)) for deployment in deployments] == dynamic


def test_secret_accounts_of_a_native_share_are_counted_as_secret():
    inputs = {"service": "ecs", "imageId": "m-1", "regionId": "cn-hangzhou", "accounts": SECRET}
    urn = f"urn:pulumi:dev::images::{NATIVE_TYPE}::golden"
    step = {"op": "create", "urn": urn, "newState": {"type": NATIVE_TYPE, "inputs": inputs}}

    (image,) = shown(json.dumps({"steps": [step]})).images

    assert [hidden.secret for hidden in image.hidden] == [True]


def test_fields_have_one_spelling_in_other_languages():
    assert python_names(camel_names(dict.fromkeys(CAMEL))) == dict.fromkeys(CAMEL)
    assert CAMEL["role_arn"] == "roleArn"


def configured(before: dict[str, Any], after: dict[str, Any], name: str = "default_0_2_0") -> Review:
    kind = "pulumi:providers:image-shares"
    old, new = (ResourceState(kind, {"version": "0.2.0", **values}) for values in (before, after))
    step = EngineStep("update", f"urn:pulumi:dev::images::{kind}::{name}", old, new)
    return with_configuration(Review("dev"), configuration_change([step]), {}, {})


def test_rule_that_the_native_provider_loses_is_a_loosened_rule():
    review = configured({"neverLose": '["1234567890123456"]'}, {})

    assert [risk.level for risk in review.risks] == [Level.LOOSENED_RULE]


@pytest.mark.parametrize(
    ("name", "key"), [("default_0_2_0", "alicloud:region"), ("eu", "alicloud:region of eu")]
)
def test_region_of_a_native_provider_that_changes_is_a_risk_with_its_key(name, key):
    (risk,) = configured({"region": "cn-hangzhou"}, {"region": "cn-beijing"}, name).risks

    assert risk.level is Level.CALLED_OTHERWISE
    assert risk.text.startswith(f"{key}: cn-hangzhou → cn-beijing")


def of_providers(*providers: tuple[str, str, dict[str, Any] | None, dict[str, Any]]) -> Review:
    """Give the review of a run with several providers: the type, the name, and inputs before and after."""
    steps = [
        EngineStep(
            "update",
            f"urn:pulumi:dev::images::pulumi:providers:{kind}::{name}",
            None if before is None else ResourceState(f"pulumi:providers:{kind}", before),
            ResourceState(f"pulumi:providers:{kind}", after),
        )
        for kind, name, before, after in providers
    ]
    return with_configuration(Review("dev"), configuration_change(steps), {}, {})


EVIL, GOOD = ({"endpoints": {"sts": host}} for host in ("sts.evil.example.com", "sts.aliyuncs.com"))


@pytest.mark.parametrize("name", ["eu", "default-eu", "defaults", "default_1"])
def test_endpoint_outside_of_the_cloud_is_named_whichever_provider_has_it(name):
    default = ("image-shares", "default_0_2_0", None, GOOD)
    for providers in (
        [("image-shares", name, None, EVIL)],
        [("image-shares", name, None, EVIL), default],
        [("image-shares", name, None, GOOD), ("image-shares", "default", None, EVIL)],
        [
            ("image-shares", name, None, GOOD),
            ("pulumi-python", "default", None, {"alicloud:endpoints": '{"sts": "sts.evil.example.com"}'}),
        ],
    ):
        texts = [risk.text for risk in of_providers(*providers).risks]

        assert any("sts is called at sts.evil.example.com" in text for text in texts)


@pytest.mark.parametrize("key", ["accessKey", "secretKey", "securityToken", "credentialsUri"])
def test_credential_of_a_provider_that_the_program_declares_is_not_shown(key):
    review = of_providers(
        ("image-shares", "eu", {}, {key: "https://keys.example.com/CANARY-1", "region": "cn-shanghai"}),
        ("image-shares", "default", {}, {}),
    )

    assert "cn-shanghai" in to_json(review)
    assert "CANARY" not in to_json(review)


def test_rule_that_a_provider_of_the_program_loses_is_a_loosened_rule_unless_the_stack_has_it():
    lost = ("image-shares", "eu", {"maxRemoved": "1"}, {})
    (risk,) = of_providers(lost).risks

    assert risk.text.startswith("image-shares:maxRemoved of eu is loosened")
    assert of_providers(lost, ("image-shares", "default", *[{"maxRemoved": "1"}] * 2)).risks == ()


def imported(*updated: dict[str, str]) -> str:
    """Give a preview that imports a share of m-1, and updates it to another list where there is one."""
    urn = f"urn:pulumi:dev::images::{NATIVE_TYPE}::golden"
    key = {"service": "ecs", "imageId": "m-1", "regionId": "cn-hangzhou"}
    live = {"1550000000000011": "web", "1550000000000012": "shop"}
    old = {"type": NATIVE_TYPE, "inputs": {**key, "accounts": live}}
    old["outputs"] = {**old["inputs"], "ownedAccounts": live, "foreignAccounts": [], "ownerId": "1600"}
    news = [{"type": NATIVE_TYPE, "inputs": {**key, "accounts": accounts}} for accounts in updated or [live]]
    steps = [{"op": "import", "urn": urn, "newState": news[0]}]
    steps += [{"op": "update", "urn": urn, "oldState": old, "newState": new} for new in news if updated]
    return json.dumps({"steps": steps})


def test_share_that_leaves_beside_an_imported_one_of_the_same_image_takes_access_from_nobody():
    document = json.loads(imported())
    accounts = {"1550000000000011": "web", "1550000000000013": "data"}
    inputs = {"service": "ecs", "image_id": "m-1", "region_id": "cn-hangzhou", "accounts": accounts}
    old = {"type": SHARE_TYPE, "inputs": inputs, "outputs": {**inputs, "owned_accounts": accounts}}
    urn = f"urn:pulumi:dev::images::{SHARE_TYPE}::old"
    document["steps"].append({"op": "delete", "urn": urn, "oldState": old})

    (image,) = shown(json.dumps(document)).images

    assert [account.id for account in image.losing] == ["1550000000000013"]


def test_import_with_another_list_names_who_gains_and_who_loses_once():
    (image,) = shown(imported({"1550000000000011": "web", "1550000000000013": "data"})).images

    assert [account.id for account in image.gaining] == ["1550000000000013"]
    assert [account.id for account in image.losing] == ["1550000000000012"]
