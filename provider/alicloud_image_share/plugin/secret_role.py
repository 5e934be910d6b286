"""A role that the program marks as secret stays so in state: the engine leaves marks to this provider."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf import json_format, struct_pb2

from alicloud_image_share.plugin.values import is_secret, marked

F = TypeVar("F", bound=Callable[..., Any])

_SENT = ("news", "properties", "inputs")
_ANSWERED = ("inputs", "properties")
_ROLE = "roleArn"


def keeps_secret_role(method: F) -> F:
    """Mark the role in the answer where it is marked in the request."""

    @functools.wraps(method)
    def call(self: Any, request: Any, context: Any) -> Any:
        answer = method(self, request, context)
        mark_role(request, *(getattr(answer, name) for name in _ANSWERED if hasattr(answer, name)))
        return answer

    return call  # type: ignore[return-value]


def mark_role(request: Any, *properties: struct_pb2.Struct) -> None:
    """Mark the role in properties where it is marked in the request that they answer."""
    sent = (getattr(request, name) for name in _SENT if hasattr(request, name))
    if not any(_has_secret_role(struct) for struct in sent):
        return
    for struct in properties:
        if _ROLE in struct:
            struct.update({_ROLE: marked(struct[_ROLE])})


def _has_secret_role(struct: struct_pb2.Struct) -> bool:
    return _ROLE in struct.fields and is_secret(json_format.MessageToDict(struct.fields[_ROLE]))
