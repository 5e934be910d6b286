"""One step that the engine plans or carries out, wherever it is told: in `preview --json` or in an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHARE_TYPE = "pulumi-python:dynamic/alicloud:ImageShare"
PERMISSION_TYPE = "alicloud:ecs/imageSharePermission:ImageSharePermission"
"""pulumi-alicloud's own: one account on one ECS image."""

SHARE_TYPES = (SHARE_TYPE, PERMISSION_TYPE)


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A resource before or after a step."""

    type: str = SHARE_TYPE
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    retained: bool = False
    """Whether deleting it leaves the cloud as it is."""


@dataclass(frozen=True, slots=True)
class EngineStep:
    """What happens to one resource; `op` is the engine's word for it."""

    op: str
    urn: str
    old: ResourceState | None = None
    new: ResourceState | None = None
    provider: str = ""
    """The urn and id of the provider instance that carries it out."""

    @property
    def type(self) -> str:
        """The type of the resource."""
        return (self.new or self.old or ResourceState("")).type


def resource_name(urn: str) -> str:
    """Return the name at the end of a urn."""
    return urn.rsplit("::", 1)[-1]


def project_name(urn: str) -> str:
    """Return the project in a urn, `urn:pulumi:STACK::PROJECT::…`."""
    return urn.split("::", 2)[1] if "::" in urn else ""


def stack_name(urn: str) -> str:
    """Return the stack in a urn, `urn:pulumi:STACK::…`."""
    return urn.removeprefix("urn:pulumi:").split("::", 1)[0]
