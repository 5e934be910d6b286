"""Connections to a service are kept: a call opens none of its own."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_simulator import OWNER, Simulator

THREADS = 4
"""As many as serve the engine."""
IMAGES = [f"m-{number}" for number in range(10 * THREADS)]


class Relay:
    """Passes on what comes and goes, and counts who connects."""

    def __init__(self, target: str) -> None:
        host, _, port = target.partition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for end in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                self.connections += 1
                far = socket.create_connection(self._target)
                self._ends += (near, far)
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def relay(cloud: Simulator) -> Iterator[Relay]:
    with contextlib.closing(Relay(cloud.address)) as found:
        yield found


def test_creates_in_all_threads_open_no_connection_for_each_call(cloud: Simulator, relay: Relay):
    cloud.put_state({"images": [{"service": "ecs", "image_id": image} for image in IMAGES]})
    values = {
        "alicloud:accessKey": OWNER.key,
        "alicloud:secretKey": OWNER.secret,
        "alicloud:protocol": "HTTP",
        "alicloud:endpoints": json.dumps([{"ecs": relay.address}]),
    }
    lifecycle = Lifecycle(Run(read_settings(values.get, {}, services.names()), Engine(None), Clock()))

    def create(image: str) -> None:
        share = {"service": "ecs", "image_id": image, "region_id": "cn-hangzhou"}
        lifecycle.create({**share, "accounts": {"1550809237710001": ""}})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(create, IMAGES))

    assert len(cloud.calls()) == 4 * len(IMAGES)
    # Threads that begin at once may each make the SDK a pool, of which the last one is kept.
    assert relay.connections <= 4 * THREADS
