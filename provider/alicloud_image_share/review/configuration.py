"""The configuration of the providers that carry out shares: that of the last up, and that of this run.

The engine keeps configuration in state as the inputs of a provider, and shows them when they change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.cloud.alicloud_keys import configured_key
from alicloud_image_share.review.engine_step import SECRET_TEXT, EngineStep, is_special, resource_name

DYNAMIC_PROVIDER = "pulumi:providers:pulumi-python"
NATIVE_PROVIDER = "pulumi:providers:image-shares"
PROVIDER_TYPES = (DYNAMIC_PROVIDER, NATIVE_PROVIDER)
_PREFIXES = ("alicloud:", "image-shares:")
_OF_THE_ENGINE = ("version", "pluginDownloadURL", "__internal")
"""Inputs of every provider that are no configuration of it."""


@dataclass(frozen=True, slots=True)
class ConfigurationChange:
    """Each key with its text; a secret value is hidden in both."""

    before: Mapping[str, str] | None
    """None where there was no up before, or state does not say it."""
    after: Mapping[str, str]


def configuration_change(steps: Iterable[EngineStep]) -> ConfigurationChange | None:
    """Return what the steps of a run say of the providers' configuration; None where they say nothing.

    A provider that the program declares has keys of its own: `alicloud:region of eu`.
    """
    ours = [step for step in steps if step.type in PROVIDER_TYPES and step.op != "delete" and step.new]
    if not ours:
        return None
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    # Of several steps of one provider the last one counts.
    for step in {step.urn: step for step in ours}.values():
        before |= _texts(step, step.old.inputs if step.old else {})
        after |= _texts(step, step.new.inputs if step.new else {})
    return ConfigurationChange(before if any(step.old for step in ours) else None, after)


def _texts(step: EngineStep, inputs: Mapping[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else _as_text(value) for key, value in _keys(step, inputs)}


def _keys(step: EngineStep, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if step.type == DYNAMIC_PROVIDER:
        yield from ((key, value) for key, value in inputs.items() if key.startswith(_PREFIXES))
        return
    name = resource_name(step.urn)
    suffix = "" if name.startswith("default") else f" of {name}"
    for key, value in inputs.items():
        if key not in _OF_THE_ENGINE:
            yield configured_key(key) + suffix, value


def _as_text(value: Any) -> str:
    return SECRET_TEXT if is_special(value) else json.dumps(value)
