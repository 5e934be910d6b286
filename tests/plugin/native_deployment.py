"""A share of a stack, driven through the calls that the engine makes of the native provider."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2

from alicloud_image_share.lifecycle import state
from alicloud_image_share.plugin.failed_calls import PartialStateError
from alicloud_image_share.plugin.servicer import ImageSharesServicer
from alicloud_image_share.plugin.values import document, share_properties, to_struct
from alicloud_image_share.sharing.accounts import account_map
from alicloud_image_share.sharing.model import DEFAULTS
from tests.contract.stage import Deployment, Stage


class NativeStage(Stage):
    """A stage whose shares are those of the native provider."""

    def deployment(self, *arguments: Any, **settings: Any) -> Deployment:
        return NativeDeployment(**vars(super().deployment(*arguments, **settings)))


@dataclass
class NativeDeployment(Deployment):
    """One native share; every command is a new provider process, whose calls fail as they raise."""

    timeout: float = 0.0

    def up(self, accounts: Any, **fields: Any) -> None:
        servicer = self._servicer()
        self.timeout = fields.pop("timeout", 0.0)
        listed = accounts if isinstance(accounts, dict) else dict.fromkeys(account_map(accounts), "")
        news = to_struct(self.stage.inputs(listed, **fields))
        checked = servicer.Check(provider_pb2.CheckRequest(olds=to_struct(self.inputs), news=news), None)
        assert list(checked.failures) == []
        try:
            if not self.outputs:
                request = provider_pb2.CreateRequest(properties=checked.inputs, timeout=self.timeout)
                self._keep_struct(_call(servicer.Create, request).properties, checked.inputs)
            elif self._differs(servicer, checked.inputs):
                request = provider_pb2.UpdateRequest(
                    olds=to_struct(self.outputs), news=checked.inputs, timeout=self.timeout
                )
                self._keep_struct(_call(servicer.Update, request).properties, checked.inputs)
        except PartialStateError as failed:
            self.outputs = dict(failed.holding)
            self.inputs = dict(state.stored(self.outputs))
            raise failed.__cause__ or failed from None

    def refresh(self) -> None:
        inputs = to_struct(self.inputs)
        request = provider_pb2.ReadRequest(properties=to_struct(self.outputs), inputs=inputs)
        request.timeout = self.timeout
        request.id = str(state.image_key(self.outputs))
        found = _call(self._servicer().Read, request)
        self._keep_struct(found.properties, found.inputs)

    def destroy(self) -> None:
        request = provider_pb2.DeleteRequest(properties=to_struct(self.outputs), timeout=self.timeout)
        _call(self._servicer().Delete, request)
        self.inputs, self.outputs = {}, {}

    def _servicer(self) -> ImageSharesServicer:
        servicer = ImageSharesServicer()
        servicer._run = self.run()
        return servicer

    def _differs(self, servicer: ImageSharesServicer, news: struct_pb2.Struct) -> bool:
        olds, inputs = to_struct(self.outputs), to_struct(self.inputs)
        difference = servicer.Diff(
            provider_pb2.DiffRequest(olds=olds, old_inputs=inputs, news=news), SimpleNamespace()
        )
        assert list(difference.replaces) == []
        return bool(difference.changes == provider_pb2.DiffResponse.DIFF_SOME)

    def _keep_struct(self, outputs: struct_pb2.Struct, inputs: struct_pb2.Struct) -> None:
        self.outputs, self.inputs = (share_properties(document(kept)) for kept in (outputs, inputs))
        if self.timeout not in (0.0, DEFAULTS["timeout"]):
            self.outputs["timeout"] = self.timeout


def _call(method: Any, request: Any) -> Any:
    """Make a call that raises what went wrong, in place of an answer to the engine."""
    return method.__wrapped__(method.__self__, request, None)
