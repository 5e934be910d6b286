"""The provider as the engine calls it: in this process, or over gRPC in a process of its own."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import grpc
from pulumi.runtime.proto import provider_pb2
from requests.adapters import HTTPAdapter

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.plugin.failed_calls import PartialStateError
from alicloud_image_share.plugin.servicer import ImageSharesServicer
from alicloud_image_share.plugin.values import document, share_properties, to_struct
from alicloud_image_share.sharing.model import DEFAULTS, ShareState
from alicloud_image_simulator import Account, Simulator
from tests.lifecycle.provider_process import OUR_PROVIDER, ProviderProcess, configuration
from tests.support.clock import Time

Properties = dict[str, Any]

RUNS_OF_A_PROCESS = 500
NO_WAITING = Path(__file__).parent / "no_waiting"


class Failed(Exception):  # noqa: N818 - it is what the provider says
    """A failure, with the words that a user is shown."""

    def __init__(self, words: str, *, unexpected: bool = False) -> None:
        super().__init__(words)
        self.unexpected = unexpected


class Provider(Protocol):
    """What the engine calls, with the values that it keeps; made anew for every command."""

    def check(self, olds: Properties, news: Properties) -> Properties: ...
    def diff(self, olds: Properties, news: Properties) -> tuple[bool | None, list[str]]: ...
    def create(self, inputs: Properties) -> Properties: ...
    def update(self, olds: Properties, news: Properties) -> Properties: ...
    def read(self, outputs: Properties) -> tuple[Properties, Properties] | None: ...
    def delete(self, outputs: Properties) -> None: ...
    def said(self) -> str: ...


class InProcess:
    """The provider in this process, with a clock that does not wait."""

    def __init__(
        self,
        cloud: Simulator,
        clock: Time,
        account: Account,
        raises_at: int = 0,
        *,
        raises_after: bool = False,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._raises_at, self._raises_after = raises_at, raises_after
        settings = read_settings(configuration(cloud, account).get, {}, services.names())
        self._run = Run(settings, Engine(None), Clock(lambda: clock.now, clock.sleep, wall))
        self._preview, self._lifecycle = Preview(self._run), Lifecycle(self._run)
        self._printed = io.StringIO()

    def check(self, olds: Properties, news: Properties) -> Properties:
        with contextlib.redirect_stdout(self._printed):
            checked = self._preview.check(olds, news)
        assert checked.failures == ()
        return _kept(checked.inputs)

    def diff(self, olds: Properties, news: Properties) -> tuple[bool | None, list[str]]:
        with contextlib.redirect_stdout(self._printed):
            difference = self._preview.diff(olds, news)
        return difference.changes, list(difference.replaces)

    def create(self, inputs: Properties) -> Properties:
        return self._outputs(self._lifecycle.create, inputs)

    def update(self, olds: Properties, news: Properties) -> Properties:
        return self._outputs(self._lifecycle.update, olds, news)

    def read(self, outputs: Properties) -> tuple[Properties, Properties] | None:
        found: ShareState | None = self._call(self._lifecycle.read, outputs)
        return None if found is None else (_kept(state.inputs_of(found)), _kept(state.outputs_of(found)))

    def delete(self, outputs: Properties) -> None:
        self._call(self._lifecycle.delete, outputs)

    def said(self) -> str:
        return self._printed.getvalue()

    def _outputs(self, operation: Any, *arguments: Properties) -> Properties:
        return _kept(state.outputs_of(self._call(operation, *arguments)))

    def _call(self, operation: Any, *arguments: Properties) -> Any:
        with contextlib.redirect_stdout(self._printed), self._raising():
            try:
                return operation(*arguments)
            except Exception as error:
                raise Failed(str(error), unexpected=not isinstance(error, ShareError)) from error

    @contextlib.contextmanager
    def _raising(self) -> Iterator[None]:
        """Let a request of the operation end in an exception, at the library's own door."""
        send, number = HTTPAdapter.send, itertools.count(1)

        def broken(adapter: HTTPAdapter, request: Any, **more: Any) -> Any:
            raises = next(number) == self._raises_at
            if raises and not self._raises_after:
                raise ArithmeticError("an exception that nobody expects")
            response = send(adapter, request, **more)
            if raises:
                raise ArithmeticError("an exception that nobody expects")
            return response

        HTTPAdapter.send = broken  # type: ignore[assignment,method-assign]
        try:
            yield
        finally:
            HTTPAdapter.send = send  # type: ignore[method-assign]


class NativeInProcess(InProcess):
    """The native provider in this process; what a failed operation holds is not kept, as after a kill."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._servicer = ImageSharesServicer()
        self._servicer._run = self._run

    def check(self, olds: Properties, news: Properties) -> Properties:
        request = provider_pb2.CheckRequest(olds=to_struct(olds), news=to_struct(news))
        with contextlib.redirect_stdout(self._printed):
            checked = self._servicer.Check(request, None)
        assert list(checked.failures) == []
        return _of_native(checked.inputs, news)

    def diff(self, olds: Properties, news: Properties) -> tuple[bool | None, list[str]]:
        inputs = to_struct(state.stored(olds))
        request = provider_pb2.DiffRequest(olds=to_struct(olds), old_inputs=inputs, news=to_struct(news))
        with contextlib.redirect_stdout(self._printed):
            difference = self._servicer.Diff(request, None)
        return difference.changes == provider_pb2.DiffResponse.DIFF_SOME, list(difference.replaces)

    def create(self, inputs: Properties) -> Properties:
        request = provider_pb2.CreateRequest(properties=to_struct(inputs), timeout=_timeout(inputs))
        return _of_native(self._answer("Create", request).properties, inputs)

    def update(self, olds: Properties, news: Properties) -> Properties:
        request = provider_pb2.UpdateRequest(olds=to_struct(olds), news=to_struct(news))
        request.timeout = _timeout(news)
        return _of_native(self._answer("Update", request).properties, news)

    def read(self, outputs: Properties) -> tuple[Properties, Properties] | None:
        inputs = to_struct(state.stored(outputs))
        request = provider_pb2.ReadRequest(properties=to_struct(outputs), inputs=inputs, id="id")
        request.timeout = _timeout(outputs)
        found = self._answer("Read", request)
        if not found.id:
            return None
        return _of_native(found.inputs, outputs), _of_native(found.properties, outputs)

    def delete(self, outputs: Properties) -> None:
        request = provider_pb2.DeleteRequest(properties=to_struct(outputs), timeout=_timeout(outputs))
        self._answer("Delete", request)

    def _answer(self, method: str, request: Any) -> Any:
        """Make a call that raises what went wrong, in place of an answer to the engine."""
        called = getattr(ImageSharesServicer, method).__wrapped__

        def operation() -> Any:
            try:
                return called(self._servicer, request, None)
            except PartialStateError as failed:
                raise failed.__cause__ or failed from None

        return self._call(operation)


def _timeout(properties: Properties) -> float:
    return float(properties.get("timeout", DEFAULTS["timeout"]))


def _of_native(struct: Any, sent: Properties) -> Properties:
    """Give what is left of the properties in state, with the time that customTimeouts holds."""
    properties = share_properties(document(struct))
    return _kept({**properties, **({"timeout": sent["timeout"]} if "timeout" in sent else {})})


def _kept(properties: Properties) -> Properties:
    """Give what is left of the properties in state, which is JSON."""
    kept: Properties = json.loads(json.dumps(properties))
    return kept


class UnhurriedProcess(ProviderProcess):
    """A provider process whose waits take no time, and that can be configured for another run."""

    runs = 0

    def start_run(self, cloud: Simulator, account: Account, wall: float) -> None:
        """Begin a run as a new process would: with nothing noted, of what others ask for and were told.

        `wall` is the time of the run, in seconds since the epoch.
        """
        self.runs += 1
        self._clock.write_text(str(wall - time.time()))
        self.config = configuration(cloud, account, sharedCredentialsFile=f"run {self.runs}")
        request = provider_pb2.ConfigureRequest()
        request.args.update(self.config)
        self._call(self._stub.Configure, request)
        # Another text, but the same provider: what follows the end of a pickle is not read.
        text = base64.b64decode(OUR_PROVIDER) + self.runs.to_bytes(4, "big")
        self.provider = base64.b64encode(text).decode()
        self.given.clear()

    def _environment(self) -> dict[str, str]:
        inherited = super()._environment()
        path = [str(NO_WAITING), *filter(None, [inherited.get("PYTHONPATH")])]
        ahead = {"MACHINE_CLOCK": str(self._clock)}
        return {**inherited, **ahead, "PYTHONPATH": os.pathsep.join(path)}

    @property
    def _clock(self) -> Path:
        """The file that says by how many seconds the process's clock is ahead."""
        return self.home / "clock"


class Processes:
    """One provider process at a time, started when it is needed, replaced after many runs."""

    def __init__(self, cloud: Simulator, home: Path) -> None:
        self._cloud, self._home = cloud, home
        self._process: UnhurriedProcess | None = None

    def process(self) -> UnhurriedProcess:
        """Give the process for one run."""
        if self._process and self._process.runs >= RUNS_OF_A_PROCESS:
            self.stop()
        if self._process is None:
            self._process = UnhurriedProcess(configuration(self._cloud), self._home)
            self._process.__enter__()
        return self._process

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process:
            self._process.stop()
        self._process = None


class OverGrpc:
    """The provider in a process of its own, as `python -m pulumi.dynamic` serves it."""

    def __init__(self, processes: Processes, cloud: Simulator, account: Account, wall: float) -> None:
        self._process = processes.process()
        self._process.start_run(cloud, account, wall)
        self._before = len(self._process.said)

    def check(self, olds: Properties, news: Properties) -> Properties:
        inputs, failures = self._process.check(news, olds)
        assert failures == []
        return inputs

    def diff(self, olds: Properties, news: Properties) -> tuple[bool | None, list[str]]:
        changes, replaces = self._process.diff(olds, news)
        return {"DIFF_UNKNOWN": None, "DIFF_NONE": False, "DIFF_SOME": True}[changes], replaces

    def create(self, inputs: Properties) -> Properties:
        outputs: Properties = self._call(self._process.create, inputs)[1]
        return outputs

    def update(self, olds: Properties, news: Properties) -> Properties:
        outputs: Properties = self._call(self._process.update, "id", olds, news)
        return outputs

    def read(self, outputs: Properties) -> tuple[Properties, Properties] | None:
        id_, inputs, found = self._call(self._process.read, "id", outputs)
        return (inputs, found) if id_ else None

    def delete(self, outputs: Properties) -> None:
        self._call(self._process.delete, "id", outputs)

    def said(self) -> str:
        return "\n".join(self._process.said[self._before :])

    def _call(self, method: Any, *arguments: Any) -> Any:
        try:
            return method(*arguments)
        except grpc.RpcError as error:
            words = str(error.details())  # type: ignore[attr-defined]
            assert "Traceback" not in words
            raise Failed(words) from error
