"""How the inputs of a share differ from its state, key by key, as the engine shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pulumi.runtime.proto import provider_pb2

from alicloud_image_share.lifecycle.state import IDENTITY, comparable, stored
from alicloud_image_share.plugin.values import NATIVE
from alicloud_image_share.sharing.model import FIELDS, UNKNOWN

Difference = provider_pb2.PropertyDiff
Kind: TypeAlias = "provider_pb2.PropertyDiff.Kind.ValueType"

_FIELDS = tuple(name for name in FIELDS if name in NATIVE)


def differences(
    olds: Mapping[str, Any], news: Mapping[str, Any], old_inputs: Mapping[str, Any]
) -> dict[str, provider_pb2.PropertyDiff]:
    """Return property path → difference; secret accounts are one property, for a path shows an account."""
    old, new, before = (comparable(stored(properties)) for properties in (olds, news, old_inputs))
    secret = any(properties.get("accounts_secret") for properties in (olds, news))
    return {
        path: provider_pb2.PropertyDiff(kind=kind, inputDiff=name_of(before, path) != name_of(new, path))
        for path, kind in _paths(old, new, secret=secret)
    }


def name_of(properties: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path that a difference has."""
    name, _, account = path.partition("[")
    value = properties.get(next(field for field in NATIVE if NATIVE[field] == name))
    return value.get(account.strip('"]')) if account and isinstance(value, Mapping) else value


def _paths(old: Mapping[str, Any], new: Mapping[str, Any], *, secret: bool) -> Iterator[tuple[str, Kind]]:
    for name in _FIELDS:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping) and not secret:
            yield from _accounts(before, after)
        elif name in IDENTITY:
            yield NATIVE[name], Difference.UPDATE_REPLACE
        else:
            yield NATIVE[name], _kind(before, after)


def _accounts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Kind]]:
    for account in sorted(before.keys() | after.keys()):
        if before.get(account) != after.get(account):
            yield f'accounts["{account}"]', _kind(before.get(account), after.get(account))


def _kind(before: Any, after: Any) -> Kind:
    if before is None:
        return Difference.ADD
    return Difference.DELETE if after is None and after is not UNKNOWN else Difference.UPDATE
