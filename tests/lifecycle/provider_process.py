"""A provider process as the engine runs it: `python -m pulumi.dynamic`, spoken to over gRPC."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import dill
import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.dynamic import ResourceProvider
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from alicloud_image_share.cloud import services
from alicloud_image_share.resource import ImageShareProvider
from alicloud_image_share.sharing.share_types import NATIVE_PLUGIN
from alicloud_image_simulator import OWNER, Account, Simulator
from tests.support.command_line import scripts

ROOT = Path(__file__).parents[2]
LIMIT = 30
"""Seconds after which a call counts as one that hangs."""

Properties = dict[str, Any]


def native_provider() -> tuple[str]:
    """Give what Python is started with for the native provider."""
    return (str(scripts() / NATIVE_PLUGIN),)


def pickled(provider: ResourceProvider, protocol: int = 4) -> str:
    """Give a provider as state holds it, in the pickle protocol of a Python version."""
    return base64.b64encode(dill.dumps(provider, protocol=protocol)).decode()


OUR_PROVIDER = pickled(ImageShareProvider())


def configuration(cloud: Simulator, account: Account = OWNER, **more: str) -> Properties:
    """Give the configuration of a stack that calls the simulator with the key of an account."""
    hosts = dict.fromkeys(services.endpoint_keys(), cloud.address)
    return {
        "alicloud:region": "cn-hangzhou",
        "alicloud:accessKey": account.key,
        "alicloud:secretKey": account.secret,
        "alicloud:protocol": "HTTP",
        "alicloud:endpoints": json.dumps([hosts]),
        **{f"alicloud:{key}": value for key, value in more.items()},
    }


class _Log(engine_pb2_grpc.EngineServicer):
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def Log(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802 - gRPC's signature
        self.lines.append((engine_pb2.LogSeverity.Name(request.severity), request.message))
        return empty_pb2.Empty()


@dataclass
class ProviderProcess:
    """One provider process and the engine behind it; everything that leaves the process is kept."""

    config: Properties
    home: Path
    provider: str = OUR_PROVIDER
    engine: str | None = None
    """The address of the engine, where it is that of another process; else this one has its own."""
    command: tuple[str, ...] = ("-u", "-m", "pulumi.dynamic")
    """What Python is started with."""
    port: int = 0
    """Where an engine of its own listens; 0 takes a free port."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What its environment holds beside what every process needs."""
    given: list[str] = field(default_factory=list)
    """What the process has answered, errors included."""
    printed: list[str] = field(default_factory=list)
    """What it has written to standard output and standard error."""

    def __enter__(self) -> ProviderProcess:
        self._log = _Log()
        self._server = grpc.server(ThreadPoolExecutor(max_workers=4))
        engine_pb2_grpc.add_EngineServicer_to_server(self._log, self._server)
        if self.engine is None:
            self.engine = f"127.0.0.1:{self._server.add_insecure_port(f'127.0.0.1:{self.port}')}"
        self._server.start()
        self.process = subprocess.Popen(
            [scripts() / "python", *self.command, self.engine],
            cwd=ROOT,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self._readers = [
            threading.Thread(target=self.printed.extend, args=(pipe,), daemon=True)
            for pipe in (self.process.stdout, self.process.stderr)
        ]
        for reader in self._readers:
            reader.start()
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._call(self._stub.Configure, provider_pb2.ConfigureRequest(args=_struct(self.config)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process, and wait for the last of what it has written."""
        self._channel.close()
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe
            pipe.close()
        self.stop_engine()

    def stop_engine(self) -> None:
        """End the engine alone, as a kill of the CLI does."""
        self._server.stop(grace=None).wait()

    @property
    def said(self) -> list[str]:
        """What the process has told the engine to show."""
        return [message for _, message in self._log.lines]

    # -- what the engine calls ------------------------------------------------------------------------

    def check(
        self, news: Properties, olds: Properties | None = None, urn: str = ""
    ) -> tuple[Properties, list[str]]:
        """Give the checked inputs, and the reasons of failures."""
        response = self._check(news, olds, urn)
        return _properties(response.inputs), [failure.reason for failure in response.failures]

    def reasons(self, news: Properties, olds: Properties | None = None) -> list[str]:
        """Give the reasons of failures alone, for inputs that JSON can't hold."""
        return [failure.reason for failure in self._check(news, olds).failures]

    def diff(self, olds: Properties, news: Properties) -> tuple[str, list[str]]:
        """Give whether there are changes, and which properties replace."""
        request = provider_pb2.DiffRequest(olds=self._struct(olds), news=self._struct(news))
        response = self._call(self._stub.Diff, request)
        return provider_pb2.DiffResponse.DiffChanges.Name(response.changes), list(response.replaces)

    def cancel(self) -> None:
        """Ask for an end, as the engine does when the user interrupts it."""
        self._call(self._stub.Cancel, empty_pb2.Empty())

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """Give the id and the outputs of a new share."""
        request = provider_pb2.CreateRequest(properties=self._struct(inputs))
        response = self._call(self._stub.Create, request)
        return response.id, _properties(response.properties)

    def read(self, id_: str, outputs: Properties) -> tuple[str, Properties, Properties]:
        """Give id, inputs and outputs as they are live."""
        request = provider_pb2.ReadRequest(id=id_, properties=self._struct(outputs))
        response = self._call(self._stub.Read, request)
        return response.id, _properties(response.inputs), _properties(response.properties)

    def update(self, id_: str, olds: Properties, news: Properties) -> Properties:
        """Give the outputs of a changed share."""
        request = provider_pb2.UpdateRequest(id=id_, olds=self._struct(olds), news=self._struct(news))
        return _properties(self._call(self._stub.Update, request).properties)

    def delete(self, id_: str, outputs: Properties) -> None:
        """Delete a share."""
        request = provider_pb2.DeleteRequest(id=id_, properties=self._struct(outputs))
        self._call(self._stub.Delete, request)

    def _check(self, news: Properties, olds: Properties | None, urn: str = "") -> Any:
        request = provider_pb2.CheckRequest(urn=urn, olds=self._struct(olds or {}), news=self._struct(news))
        response = self._call(self._stub.Check, request)
        assert {failure.property for failure in response.failures} <= {""}
        return response

    def _call(self, method: Any, request: Any) -> Any:
        try:
            response = method(request, timeout=LIMIT)
        except grpc.RpcError as error:
            self.given.append(str(error))
            raise
        self.given.append(str(response))
        return response

    def _struct(self, properties: Properties) -> struct_pb2.Struct:
        return _struct({"__provider": self.provider, **properties})

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
            **self.variables,
        }


def _struct(properties: Properties) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def _properties(struct: struct_pb2.Struct) -> Properties:
    found: Properties = json_format.MessageToDict(struct)
    found.pop("__provider", None)
    return found
