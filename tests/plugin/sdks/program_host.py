"""A language host that runs one program of any language as a process, as the hosts of Pulumi do."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import LanguageRuntimeServicer, language_pb2, language_pb2_grpc, plugin_pb2

SECONDS = 100
Command = Callable[[Any], Sequence[str]]
"""What is started for a request of the engine."""


class ProgramHost(LanguageRuntimeServicer):
    """Methods are named by the protocol."""

    def __init__(self, folder: Path, command: Command) -> None:
        self._folder = folder
        self._command = command

    def GetPluginInfo(self, _: Any, __: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetRequiredPackages(self, _: Any, __: Any) -> Any:  # noqa: N802
        return language_pb2.GetRequiredPackagesResponse()

    def Run(self, request: Any, _: Any) -> Any:  # noqa: N802
        done = subprocess.run(
            self._command(request),
            cwd=self._folder,
            env={**os.environ, **_variables(request)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return language_pb2.RunResponse(error=(done.stdout + done.stderr) if done.returncode else "")


def _variables(request: Any) -> dict[str, str]:
    return {
        "PULUMI_PROJECT": request.project,
        "PULUMI_STACK": request.stack,
        "PULUMI_ORGANIZATION": request.organization,
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        "PULUMI_DRY_RUN": json.dumps(request.dryRun),
        "PULUMI_PARALLEL": str(request.parallel),
        "PULUMI_MONITOR": request.monitor_address,
        "PULUMI_ENGINE": request.args[0],
    }


@contextmanager
def program_host(folder: Path, command: Command) -> Iterator[str]:
    """Serve a host of the program in a folder, and give the option that tells the engine of it."""
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(ProgramHost(folder, command), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"--client=127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
