"""Between the values that the engine sends, with marks of what is secret or unknown, and plain ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from alicloud_image_share.sharing.field_names import CAMEL, camel_names, python_names
from alicloud_image_share.sharing.model import UNKNOWN
from alicloud_image_share.sharing.spelling import did_you_mean

NOT_NATIVE = ("accounts_secret", "timeout", "retain_on_delete")
"""Fields that the engine has other ways for: a mark, customTimeouts, an option."""
NATIVE = {name: spelling for name, spelling in CAMEL.items() if name not in NOT_NATIVE}
INPUTS = tuple(
    spelling
    for name, spelling in NATIVE.items()
    if name not in ("owned_accounts", "foreign_accounts", "owner_id")
)
"""Every input of a share."""
_WITH_ACCOUNTS = ("accounts", "owned_accounts", "foreign_accounts")


def document(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Return what the engine sends, marks included."""
    fields: dict[str, Any] = json_format.MessageToDict(struct)
    return fields


def plain(value: Any) -> Any:
    """Return a value without marks; our own UNKNOWN for what a preview does not know yet."""
    if value == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        if rpc._special_sig_key in value:
            return plain(value.get("value"))
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def is_secret(value: Any) -> bool:
    """Tell whether a value is secret, or any part of it."""
    if isinstance(value, Mapping):
        secret = value.get(rpc._special_sig_key) == rpc._special_secret_sig
        return secret or any(map(is_secret, value.values()))
    return isinstance(value, list) and any(map(is_secret, value))


def share_properties(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a share by their fields, in whichever spelling state has them.

    `accounts_secret` tells whether accounts are marked as secret.
    """
    named = python_names(sent)
    properties = {
        name: plain(value) for name, value in named.items() if name in CAMEL and name not in NOT_NATIVE
    }
    if named.get("accounts_secret") is True or any(is_secret(named.get(name)) for name in _WITH_ACCOUNTS):
        properties["accounts_secret"] = True
    return {name: value for name, value in properties.items() if value is not None}


def secret_fields(sent: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that are marked as secret, besides accounts: state has to keep the mark."""
    return frozenset(
        name
        for name, value in python_names(sent).items()
        if name in NATIVE and name not in _WITH_ACCOUNTS and is_secret(value)
    )


def foreign_names(sent: Mapping[str, Any]) -> Iterator[str]:
    """Return a sentence for each input that no share has."""
    for key in sorted(sent):
        if key not in INPUTS and not key.startswith("__"):
            yield f"{key}: there is no such field.{did_you_mean(key, INPUTS)}"


def to_struct(properties: Mapping[str, Any], secret: Collection[str] = ()) -> struct_pb2.Struct:
    """Return properties as the engine takes them, with their marks; `secret` are fields besides accounts."""
    marked = {*secret, *(_WITH_ACCOUNTS if properties.get("accounts_secret") is True else ())}
    values = {
        name: _marked(value) if name in marked else _sent(value)
        for name, value in properties.items()
        if name not in NOT_NATIVE and value is not None
    }
    struct = struct_pb2.Struct()
    struct.update(camel_names(values))
    return struct


def _sent(value: Any) -> Any:
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {key: _sent(item) for key, item in value.items()}
    return [_sent(item) for item in value] if isinstance(value, list | tuple) else value


def _marked(value: Any) -> dict[str, Any]:
    return {rpc._special_sig_key: rpc._special_secret_sig, "value": _sent(value)}
