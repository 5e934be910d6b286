"""The process that the engine starts as `pulumi-resource-image-shares`, with its own address."""

from __future__ import annotations

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.plugin.package_schema import VERSION
from alicloud_image_share.plugin.servicer import ImageSharesServicer

OPERATIONS = 64
"""How many calls are served at a time: the engine says how many it makes, by --parallel."""
SECONDS_TO_END = 4.0
"""Seconds that calls under way have when the engine ends the process: it waits for five."""


def serve(servicer: ImageSharesServicer) -> tuple[grpc.Server, int]:
    """Serve a provider on a port of this machine alone; return the server and the port."""
    server = grpc.server(ThreadPoolExecutor(max_workers=OPERATIONS), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Serve until the engine ends this process, or is gone itself; with `--version`, only say that."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"{VERSION}\n")
        return
    engine = Engine.of_this_process()
    # A process that only tells the schema is never configured, and has to end with its engine too.
    engine.watch()
    engine.leave_at_once()
    servicer = ImageSharesServicer(engine.address)
    server, port = serve(servicer)

    def end(*_: Any) -> None:
        servicer.Cancel(None, None)
        server.stop(SECONDS_TO_END)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
