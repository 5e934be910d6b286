"""The configuration of the providers that carry out shares: that of the last up, and that of this run.

The engine keeps configuration in state as the inputs of a provider, and shows them when they change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.cloud.alicloud_keys import configured_key
from alicloud_image_share.review.engine_step import SECRET_TEXT, EngineStep, is_special, resource_name
from alicloud_image_share.review.unreviewed import can_share
from alicloud_image_share.sharing.allowance import OF_PROVIDER
from alicloud_image_share.sharing.share_types import STACK_PROVIDER

DYNAMIC_PROVIDER = "pulumi:providers:pulumi-python"
NATIVE_PROVIDER = "pulumi:providers:image-shares"
PROVIDER_TYPES = (DYNAMIC_PROVIDER, NATIVE_PROVIDER)
ALICLOUD_PROVIDER = "pulumi:providers:alicloud"
"""Of pulumi-alicloud, whose resources can share images, too."""
_PREFIXES = ("alicloud:", "image-shares:")
_OF_THE_ENGINE = ("version", "pluginDownloadURL", "__internal")
"""Inputs of every provider that are no configuration of it."""
_DEFAULT = re.compile(r"default(_[0-9][\w.-]*)?", re.ASCII)
"""The names that the engine gives providers which no program declares."""


@dataclass(frozen=True, slots=True)
class ConfigurationChange:
    """Each key with its text; a secret value is hidden in both."""

    before: Mapping[str, str] | None
    """None where there was no up before, or state does not say it."""
    after: Mapping[str, str]


def configuration_change(steps: Iterable[EngineStep], not_shown: int = 0) -> ConfigurationChange | None:
    """Return what the steps of a run say of the providers' configuration; None where they say nothing.

    A provider that the program declares has keys of its own: `alicloud:region of eu`. `not_shown` counts the
    unchanged resources without a step; each may share an image by a provider that changes.
    """
    steps = list(steps)
    ours = [step for step in steps if step.type in PROVIDER_TYPES and step.op != "delete" and step.new]
    alicloud = _of_alicloud(steps, not_shown)
    ours += [step for step in alicloud if step.new]
    if not ours:
        return None
    # Where all shares move to another provider, the one that they were of goes.
    deleted = [step for step in steps if step.type in PROVIDER_TYPES and step.op == "delete" and step.old]
    if not any(step.old for step in ours):
        ours = [*deleted, *ours]
    ours += [step for step in alicloud if not step.new and _is_default(step)]
    # Of several steps of one provider the last one counts.
    last = sorted({step.urn: step for step in ours}.values(), key=lambda step: (step.type, step.urn))
    before = _texts((step, step.old.inputs) for step in last if step.old)
    after = _texts((step, step.new.inputs) for step in last if step.new)
    had_run = any(step.old for step in ours) or (bool(alicloud) and _had_run(steps, not_shown))
    return ConfigurationChange(before if had_run else None, after)


def _of_alicloud(steps: Iterable[EngineStep], not_shown: int) -> list[EngineStep]:
    """Return the steps of the providers of pulumi-alicloud that share images, as far as that is known."""
    steps = list(steps)
    of_alicloud = [step for step in steps if step.type == ALICLOUD_PROVIDER]
    if any(step.type.startswith("alicloud:") and can_share(step.type) for step in steps):
        # A share may move from one of them to another.
        return of_alicloud
    # What has no step is with the provider that it was with, so a new one shares nothing.
    return [step for step in of_alicloud if step.old] if not_shown else []


def _had_run(steps: Iterable[EngineStep], not_shown: int) -> bool:
    return bool(not_shown) or any(step.old and not step.type.startswith("pulumi:") for step in steps)


def _is_default(step: EngineStep) -> bool:
    """Tell a provider that the engine makes: another version of a plugin has one of another name."""
    return _DEFAULT.fullmatch(resource_name(step.urn)) is not None


def _texts(inputs_of: Iterable[tuple[EngineStep, Mapping[str, Any]]]) -> dict[str, str]:
    """Return each key with its text; what one provider says otherwise than another stands by its name."""
    texts: dict[str, str] = {}
    for step, inputs in inputs_of:
        for key, value in _keys(step, inputs):
            text = value if isinstance(value, str) else _as_text(value)
            texts[next(name for name in _names(key, step) if texts.get(name, text) == text)] = text
    return texts


def _names(key: str, step: EngineStep) -> Iterator[str]:
    """Yield what a key of a provider may be called, the shortest first."""
    name = resource_name(step.urn)
    if step.type == DYNAMIC_PROVIDER or _is_default(step) or name == STACK_PROVIDER:
        yield key
    yield f"{key}{OF_PROVIDER}{name}"
    # Components of two kinds may each have a provider of one name.
    yield f"{key}{OF_PROVIDER}{step.urn}"


def _keys(step: EngineStep, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if step.type == DYNAMIC_PROVIDER:
        yield from ((key, value) for key, value in inputs.items() if key.startswith(_PREFIXES))
        return
    for key, value in inputs.items():
        if key not in _OF_THE_ENGINE:
            yield (f"alicloud:{key}" if step.type == ALICLOUD_PROVIDER else configured_key(key)), value


def _as_text(value: Any) -> str:
    return SECRET_TEXT if is_special(value) else json.dumps(value)
