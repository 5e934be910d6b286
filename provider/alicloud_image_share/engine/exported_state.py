"""The state of a stack as the engine exports it: in the form that the engine writes, or it cannot be read.

Whoever can write state can write anything there; a value that is not a list would be taken for an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from alicloud_image_share.review.engine_step import SHARE_TYPES, is_special, share_properties
from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.project import ProjectError

T = TypeVar("T")

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading values of another kind comes to; JSON is not read so deep that recursion ends."""


class StateRefused(ProjectError):  # noqa: N818 - a sentence about the state
    """The state of a stack must not be given to the engine."""


def deployment_of(text: str) -> Mapping[str, Any]:
    """Return the deployment of an export, empty where the stack has none; raise StateRefused."""
    return read_with(lambda: checked(parse_json(text)["deployment"] or {}), StateRefused)


def checked(deployment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a deployment that is in the form of the engine; raise one of UNREADABLE for another."""
    for resource in resources_of(deployment):
        _check(resource)
    return deployment


def read_with(read: Callable[[], T], error: type[ProjectError] = ProjectError) -> T:
    """Return what reads a state; raise a ProjectError where the state is of another form."""
    try:
        return read()
    except UNREADABLE as exc:
        raise error(f"its state cannot be read: {type(exc).__name__}") from exc


def resources_of(deployment: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the resources of a deployment, those of operations that have not ended among them."""
    yield from _list(deployment, "resources")
    for operation in _list(deployment, "pending_operations"):
        if not isinstance(operation["type"], str):
            raise TypeError("a pending operation of no kind")
        yield operation["resource"]


def _list(deployment: Mapping[str, Any], name: str) -> list[Any]:
    value = deployment.get(name)
    if not isinstance(value, list | None):
        raise TypeError(f"{name} is not a list")
    return value or []


def _check(resource: Mapping[str, Any]) -> None:
    texts = (resource["urn"], resource["type"], resource.get("id") or "")
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a resource without a name or a type")
    if not all(isinstance(resource.get(name), Mapping | None) for name in ("inputs", "outputs")):
        raise TypeError("properties that are not a map")
    if resource["type"] in SHARE_TYPES:
        for name in ("inputs", "outputs"):
            check_share(share_properties(resource["type"], resource.get(name) or {}))


def check_share(properties: Mapping[str, Any]) -> None:
    """Raise TypeError where the inputs or outputs of a share have fields of another kind.

    A secret, or what a preview does not know yet, may stand in the place of any value.
    """
    for name in ("service", "region_id", "image_id", "owner_id", "role_arn"):
        if not isinstance(properties.get(name), str | None) and not is_special(properties[name]):
            raise TypeError(f"{name} is not text")
    for name in ("accounts", "owned_accounts"):
        accounts = properties.get(name)
        if not isinstance(accounts, Mapping | str | None):
            raise TypeError(f"{name} is not a map")
        notes = accounts.values() if isinstance(accounts, Mapping) and not is_special(accounts) else ()
        if not all(isinstance(note, str) or is_special(note) for note in notes):
            raise TypeError(f"{name} has a note that is not text")
