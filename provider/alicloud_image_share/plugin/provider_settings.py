"""The configuration of one native provider: its inputs, and the rules of the stack."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS, configured_key
from alicloud_image_share.cloud.outside_rules import LIMITS, PREFIX
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.lifecycle.approval import allowance_of
from alicloud_image_share.plugin.values import plain
from alicloud_image_share.sharing.allowance import Allowance
from alicloud_image_share.sharing.rule_settings import KEYS
from alicloud_image_share.sharing.spelling import did_you_mean

CONFIG_VARIABLE = "PULUMI_CONFIG"
"""The variable with the stack's configuration of the namespace, in JSON, for each provider of the package."""
RULES = tuple(key.removeprefix(PREFIX) for key in (*KEYS, *LIMITS))
"""The names of the rules: what the stack configures holds for every provider of it."""
_OTHERS = ("timeout", "probe", "skipOwner", "warnBeforeEnd")
_KNOWN = (*sorted(CONFIG_KEYS), *RULES, *_OTHERS)


def checked_inputs(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the inputs that a provider takes, and name → sentence for each that is likely mistyped.

    The namespace holds groups and shares of stack files too, which are no matter of a provider.
    """
    unknown = {key: did_you_mean(key, _KNOWN) for key in sent if key not in _KNOWN}
    failures = {
        key: f"{PREFIX}{key}: there is no such key.{meant}" for key, meant in unknown.items() if meant
    }
    return {key: value for key, value in sent.items() if key not in unknown}, failures


def configuration(
    inputs: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[Settings, Allowance | None]:
    """Return the settings of a provider, and what its run may do where people have agreed to a change.

    Rules come from the stack for a provider that the program declares as well: one more provider is never one
    rule less. The inputs of a provider count for what the stack leaves out.
    """
    texts = dict(_texts(inputs))
    allowance = allowance_of(environment, texts)
    stack = {f"{PREFIX}{name}": str(text) for name, text in _of_stack(environment).items()}
    rules = {key: text for key, text in stack.items() if key.removeprefix(PREFIX) in (*RULES, *_OTHERS)}
    texts = {**texts, **rules}
    settings = read_settings(texts.get, environment, services.names(), texts)
    return settings, allowance


def _texts(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in inputs.items():
        configured = plain(value)
        if configured is not None:
            yield configured_key(name), configured if isinstance(configured, str) else json.dumps(configured)


def _of_stack(environment: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        configuration = json.loads(environment.get(CONFIG_VARIABLE) or "{}")
    except ValueError:
        return {}
    return configuration if isinstance(configuration, dict) else {}
