"""The rules of a stack and those of a provider that its program declares hold together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import struct_pb2

from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.plugin.provider_settings import CONFIG_VARIABLE, configuration
from alicloud_image_share.plugin.values import document
from alicloud_image_share.sharing.rules import Change, every_violation
from tests.plugin.conftest import PARTNER, SHOP, WEB

IMAGE = "ecs:cn-hangzhou:m-1"
BOTH = Change(IMAGE, removed=frozenset({WEB, SHOP}))


def settings(inputs: dict[str, Any], stack: dict[str, Any]) -> Settings:
    """Read the settings as the engine sends them: inputs as values or as JSON, the stack's as text."""
    sent = struct_pb2.Struct()
    sent.update(inputs)
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in stack.items()}
    return configuration(document(sent), {CONFIG_VARIABLE: json.dumps(texts)})[0]


def broken(inputs: dict[str, Any], stack: dict[str, Any], change: Change = BOTH) -> dict[str, set[str]]:
    """Give the rules that a change breaks, with the accounts."""
    found: dict[str, set[str]] = {}
    for violation in every_violation(settings(inputs, stack).every_rules, change):
        found.setdefault(violation.rule, set()).update(violation.accounts)
    return found


def test_accounts_that_provider_and_stack_protect_are_both_protected():
    assert broken({"neverLose": [SHOP]}, {"neverLose": [WEB]}) == {"neverLose": {WEB, SHOP}}


@pytest.mark.parametrize("written", [{SHOP: "team shop"}, json.dumps({SHOP: "team shop"}), [SHOP]])
def test_rule_of_a_provider_holds_where_the_stack_has_none_however_an_sdk_sends_it(written):
    assert broken({"neverLose": written}, {}) == {"neverLose": {SHOP}}


@pytest.mark.parametrize("written", [1, 1.0, "1"])
def test_number_of_a_provider_holds_however_an_sdk_sends_it(written):
    assert broken({"maxRemoved": written}, {}) == {"maxRemoved": {WEB, SHOP}}


def test_stricter_number_of_provider_and_stack_counts():
    assert "maxRemoved" in broken({"maxRemoved": 5}, {"maxRemoved": 1})
    assert "maxRemoved" in broken({"maxRemoved": 1}, {"maxRemoved": 5})
    assert broken({"maxRemoved": 5}, {"maxRemoved": 5}) == {}


def test_provider_cannot_exempt_an_image_from_the_rules_of_the_stack():
    assert broken({"allowRemoval": [IMAGE]}, {"neverLose": [WEB]}) == {"neverLose": {WEB}}
    assert broken({"exclusiveAllowed": True}, {"exclusiveAllowed": False}, Change(IMAGE, exclusive=True))


def test_accounts_that_only_one_of_them_allows_are_refused():
    change = Change(IMAGE, added=frozenset({WEB, SHOP, PARTNER}))

    refused = broken({"allowedAccounts": [WEB, SHOP]}, {"allowedAccounts": [WEB, PARTNER]}, change)

    assert refused == {"allowedAccounts": {SHOP, PARTNER}}


def test_configuration_of_the_stack_that_a_default_provider_gets_is_one_set_of_rules():
    stack = {"neverLose": json.dumps([WEB]), "maxRemoved": "3", "allowRemoval": json.dumps([IMAGE])}

    read = settings(stack, stack)

    assert len(read.every_rules) == 1
    assert broken(stack, stack) == {}


def test_lower_limit_of_provider_and_stack_counts_and_one_that_the_stack_leaves_out_is_the_providers():
    assert settings({"accountsPerImage": {"ecs": 90}}, {}).accounts_per_image == (("ecs", 90),)
    both = settings({"accountsPerImage": {"ecs": 90}}, {"accountsPerImage": {"ecs": 60}})
    assert both.accounts_per_image == (("ecs", 60),)
    assert settings(
        {"accountsPerImage": {"ecs": 40}}, {"accountsPerImage": {"ecs": 60}}
    ).accounts_per_image == (("ecs", 40),)


def test_either_of_provider_and_stack_has_previews_ask_what_the_cloud_would_refuse():
    assert settings({"preflight": "preview"}, {"preflight": "up"}).preflight_in_preview
    assert settings({"preflight": "up"}, {"preflight": "preview"}).preflight_in_preview


def test_malformed_rule_of_a_provider_is_one_problem_and_names_the_value():
    assert sorted(settings({"maxRemoved": "many", "callsPerMinute": 3}, {}).problems) == [
        "image-shares:callsPerMinute: it maps a service to a number.",
        "image-shares:maxRemoved: 'many' is not a whole number from 0 on.",
    ]


def test_way_out_of_a_rule_of_a_provider_is_named_in_the_provider():
    violations = every_violation(settings({"neverLose": [SHOP]}, {}).every_rules, BOTH)

    assert violations[0].way_out.endswith(
        f"name {IMAGE} in image-shares:allowRemoval of the provider that the program declares"
    )
