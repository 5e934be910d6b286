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
_OTHERS = ("timeout", "probe", "skipOwner", "warnBeforeEnd")
_OF_STACK = (*KEYS, *LIMITS, *(f"{PREFIX}{name}" for name in _OTHERS))
"""What the stack configures for every provider of it."""
_KNOWN = (*sorted(CONFIG_KEYS), *(key.removeprefix(PREFIX) for key in _OF_STACK))


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

    Rules of the stack hold for a provider that the program declares as well, and the rules of such a provider
    hold besides: one more provider is never one rule less. Of limits the stricter one counts.
    """
    texts = dict(_texts(inputs))
    stack = {f"{PREFIX}{name}": str(text) for name, text in _of_stack(environment).items()}
    common = {key: text for key, text in stack.items() if key in _OF_STACK}
    # A limit that the stack leaves out is set by the provider alone.
    own = {key: text for key, text in texts.items() if key in KEYS or key in common.keys() & {*LIMITS}}
    base = {key: text for key, text in texts.items() if key not in KEYS} | common
    of_provider = None if _values(own) == _values({key: common.get(key) for key in own}) else own
    settings = read_settings(base.get, environment, services.names(), texts, of_provider)
    return settings, allowance_of(environment, texts)


def _values(texts: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what texts say: the engine hands on the stack's own in another spelling."""
    return {key: _parsed(text) for key, text in texts.items()}


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return text


def _texts(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in inputs.items():
        configured = _whole_numbers(plain(value))
        if configured is not None:
            yield configured_key(name), configured if isinstance(configured, str) else json.dumps(configured)


def _whole_numbers(value: Any) -> Any:
    """Return a value whose whole numbers are integers again: the engine sends every number as a float."""
    if isinstance(value, Mapping):
        return {key: _whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _of_stack(environment: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        configuration = json.loads(environment.get(CONFIG_VARIABLE) or "{}")
    except ValueError:
        return {}
    return configuration if isinstance(configuration, dict) else {}
