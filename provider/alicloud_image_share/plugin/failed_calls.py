"""How a call of the engine fails: with a sentence, and with what holds where state has to keep that."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.engine_link import about_resource
from alicloud_image_share.plugin.values import to_struct
from alicloud_image_share.plugin.words import Words

F = TypeVar("F", bound=Callable[..., Any])


class PartialStateError(Exception):
    """A failure of which state has to keep what holds."""

    def __init__(
        self, error: ShareError, resource_id: str, holding: Mapping[str, Any], secret: Collection[str] = ()
    ) -> None:
        super().__init__(str(error))
        self.resource_id = resource_id
        self.holding = holding
        self.secret = secret
        """Fields that are secret, besides accounts."""


def answered(method: F) -> F:
    """Answer expected failures with their text alone, and others with their traceback."""

    @functools.wraps(method)
    def call(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            with about_resource(getattr(request, "urn", "")):
                return method(self, request, context)
        except PartialStateError as exc:
            failed = exc
        except ShareError as exc:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, self.words(redact(str(exc))))
        except Exception:  # noqa: BLE001 - whatever it is, the engine shows it
            context.abort(grpc.StatusCode.INTERNAL, redact(traceback.format_exc()))
        return _abort(context, failed, self.words)

    return call  # type: ignore[return-value]


def _abort(context: grpc.ServicerContext, failed: PartialStateError, words: Words) -> NoReturn:
    """Answer a failure with what holds: the engine keeps that in state, and updates the share next time."""
    text = words(redact(str(failed)))
    properties = to_struct(failed.holding, failed.secret)
    inputs = to_struct(state.stored(failed.holding), failed.secret)
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=failed.resource_id, properties=properties, inputs=inputs, reasons=[text]
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=text, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, text)
    raise AssertionError("unreachable: abort raises")
