"""The configuration of the provider that carries out shares: that of the last up, and that of this run.

The engine keeps configuration in state as the inputs of the provider, and shows them when they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alicloud_image_share.review.engine_step import SECRET_TEXT, EngineStep, ResourceState

PROVIDER_TYPE = "pulumi:providers:pulumi-python"
_PREFIXES = ("alicloud:", "image-shares:")


@dataclass(frozen=True, slots=True)
class ConfigurationChange:
    """Each key with its text; a secret value is hidden in both."""

    before: Mapping[str, str] | None
    """None where there was no up before, or state does not say it."""
    after: Mapping[str, str]


def configuration_change(steps: Iterable[EngineStep]) -> ConfigurationChange | None:
    """Return what the steps of a run say of the provider's configuration; None where they say nothing."""
    ours = [step for step in steps if step.type == PROVIDER_TYPE and step.op != "delete" and step.new]
    if not ours:
        return None
    step = ours[-1]
    return ConfigurationChange(_texts(step.old) if step.old else None, _texts(step.new))


def _texts(state: ResourceState | None) -> dict[str, str]:
    inputs = state.inputs if state else {}
    return {
        key: value if isinstance(value, str) else SECRET_TEXT
        for key, value in inputs.items()
        if key.startswith(_PREFIXES)
    }
