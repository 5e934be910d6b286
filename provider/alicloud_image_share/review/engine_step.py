"""A step that the engine plans or carries out, from `preview --json` or an event, and its marks of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alicloud_image_share.sharing.field_names import python_names
from alicloud_image_share.sharing.share_types import NATIVE_TYPE, SHARE_TYPE
from alicloud_image_share.sharing.strict_json import parse_json

SHARE_TYPES = (SHARE_TYPE, NATIVE_TYPE)
PERMISSION_TYPE = "alicloud:ecs/imageSharePermission:ImageSharePermission"
"""pulumi-alicloud's own: one account on one ECS image."""

REVIEWED_TYPES = (*SHARE_TYPES, PERMISSION_TYPE)

SPECIAL = "4dabf18193072939515e22adb298388d"
"""The key of a map that stands for a secret, or for another value that JSON has no form for."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a text that a preview does not know yet."""

SECRET_TEXT = "[secret]"  # noqa: S105 - what a preview prints in place of one

HIDDEN = (UNKNOWN, SECRET_TEXT)
"""What stands for a text that is not shown."""


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


def share_properties(kind: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties of a resource by the fields of a share, whichever type of share it is.

    Secret accounts of the native provider carry the engine's mark, where those of the dynamic one have an
    input that says so.
    """
    # Where a share moves to the Python provider, what it was before has the spelling of the native one.
    if kind != NATIVE_TYPE and not (kind == SHARE_TYPE and "imageId" in values):
        return values
    properties = python_names(values)
    accounts = properties.get("accounts")
    if is_secret(accounts):
        properties["accounts_secret"] = True
    return properties


def is_special(value: object) -> bool:
    """Tell whether a value is the engine's form of a secret, or of another value that is not plain JSON."""
    return isinstance(value, Mapping) and SPECIAL in value


def is_secret(value: object) -> bool:
    """Tell whether a value is hidden: as the engine keeps a secret, or as a preview prints one."""
    return is_special(value) or value == SECRET_TEXT


def reveal(value: Any) -> Any:
    """Return a value of state with the secrets in it in clear; KeyError where one is encrypted."""
    if is_special(value):
        return reveal(parse_json(value["plaintext"]))
    if isinstance(value, Mapping):
        return {key: reveal(item) for key, item in value.items()}
    return value


def resource_name(urn: str) -> str:
    """Return the name in a urn, `urn:pulumi:STACK::PROJECT::TYPE::NAME`; a name may hold `::`, too."""
    return urn.split("::", 3)[-1]


def project_name(urn: str) -> str:
    """Return the project in a urn, `urn:pulumi:STACK::PROJECT::…`."""
    return urn.split("::", 2)[1] if "::" in urn else ""


def stack_name(urn: str) -> str:
    """Return the stack in a urn, `urn:pulumi:STACK::…`."""
    return urn.removeprefix("urn:pulumi:").split("::", 1)[0]
