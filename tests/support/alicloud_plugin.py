"""A stand-in for pulumi-alicloud's plugin: it keeps what it is told, and notes each change in a file."""

# ruff: noqa: ARG002, N802 - the names and arguments are those of the protocol
from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

LAUNCHER = "pulumi-resource-alicloud"


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """Answers as a plugin whose resources have no surprises."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes

    def _note(self, what: str, urn: str) -> None:
        with self.notes.open("a") as file:
            file.write(f"{what} {urn.rpartition('::')[2]}\n")

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="4.0.0")

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(acceptSecrets=True)

    def Check(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Create(self, request: Any, context: Any) -> Any:
        if not request.preview:
            self._note("create", request.urn)
        values = dict(request.properties)
        name = request.urn.rpartition("::")[2]
        permission = "accountId" in values
        made = f"{values['imageId']}:{values['accountId']}" if permission else f"m-{name}"
        return provider_pb2.CreateResponse(id=made, properties=request.properties)

    def Delete(self, request: Any, context: Any) -> Any:
        self._note("delete", request.urn)
        return empty_pb2.Empty()


def install(folder: Path, notes: Path) -> None:
    """Write a launcher into a folder, for PATH."""
    launcher = folder / LAUNCHER
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "{notes}"\n')
    launcher.chmod(0o755)


if __name__ == "__main__":
    server = grpc.server(ThreadPoolExecutor(4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Plugin(Path(sys.argv[1])), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
