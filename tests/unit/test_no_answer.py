"""How a call is told that got no answer, or one that can't be read."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.errors import ResponseLost
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_simulator import OWNER, Simulator

IMAGE = ImageKey("ecs", "cn-hangzhou", "m-1")


class Page(BaseHTTPRequestHandler):
    """Answers as a proxy does that has its own opinion."""

    def do_POST(self) -> None:
        body = b"<html>" + b"x" * 5000
        self.send_response(502)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def told(endpoint: str) -> str:
    """Describe an image with no time for retries; give what the error says."""
    values = {
        "alicloud:accessKey": OWNER.key,
        "alicloud:secretKey": OWNER.secret,
        "alicloud:protocol": "HTTP",
        "alicloud:endpoints": json.dumps([{"ecs": endpoint}]),
    }
    clock = Clock(sleep=lambda _: None)
    run = Run(read_settings(values.get, {}, services.names()), Engine(None), clock)
    with pytest.raises(ResponseLost) as lost:
        run.image(IMAGE).describe(Deadline.after(clock, 0.2))
    return lost.value.message


def test_refused_connection_is_reported_by_its_cause_alone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"127.0.0.1:{server.getsockname()[1]}"

    assert told(endpoint) == f"[Errno 111] Connection refused ({endpoint})"


def test_cut_connection_is_reported_by_its_cause_alone(cloud: Simulator):
    cloud.put_faults([{"kind": "drop_before", "every": 1}])

    words = told(cloud.address)

    assert words.endswith(f" ({cloud.address})")
    assert "RegionId" not in words


def test_page_of_a_proxy_is_quoted_in_part(proxy: str):
    words = told(proxy)

    assert "<html>xxx" in words
    assert len(words) < 300
