"""A page in a browser that lets its own name resolve to this machine is answered nothing."""

import http.client
import socket

import pytest
from calling import Caller

from alicloud_image_simulator import Simulator

OF_OTHERS = [
    "evil.example.com",
    "evil.example.com:{port}",
    "127.0.0.1.evil.example.com:{port}",
    "localhost.evil.example.com",
    "evil.example.com@127.0.0.1",
    "192.168.1.10:{port}",
    "0.0.0.0:{port}",
    "[2001:db8::1]:{port}",
    "2130706433",
    "localhost:{port}:1",
    "",
]
OF_THIS_MACHINE = [
    "127.0.0.1:{port}",
    "localhost:{port}",
    "LocalHost",
    "127.0.0.1",
    "127.1.2.3",
    "[::1]:{port}",
]
PLACES = [
    ("GET", "/_control/state"),
    ("PUT", "/_control/state"),
    ("GET", "/_credentials"),
    ("GET", "/latest/meta-data/ram/security-credentials/images"),
    ("PUT", "/latest/api/token"),
    ("POST", "/"),
    ("GET", "/nowhere"),
]


def status(cloud: Simulator, method: str, path: str, host: str | None) -> int:
    """Send a request with this Host."""
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=30)
    try:
        connection.putrequest(method, path, skip_host=True)
        if host is not None:
            connection.putheader("Host", host.format(port=cloud.port))
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    "request_text",
    [
        "GET /_control/state HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "\x16\x03\x01\x02\x00\r\n\r\n",
        "no request at all\r\n\r\n",
    ],
)
def test_request_that_is_none_is_refused_without_a_traceback(
    cloud: Simulator, request_text: str, caplog: pytest.LogCaptureFixture
):
    with socket.create_connection(("127.0.0.1", cloud.port), timeout=30) as connection:
        connection.sendall(request_text.encode("latin-1"))
        answer = connection.recv(100)

    assert answer.startswith(b"HTTP/1.0 400 ")
    assert caplog.text == ""


@pytest.mark.parametrize(("method", "path"), PLACES)
@pytest.mark.parametrize("host", OF_OTHERS)
def test_request_to_another_host_is_refused_everywhere(cloud: Simulator, method: str, path: str, host: str):
    assert status(cloud, method, path, host) == 403


@pytest.mark.parametrize("host", OF_THIS_MACHINE)
def test_request_to_this_machine_is_answered(cloud: Simulator, host: str):
    assert status(cloud, "GET", "/_control/state", host) == 200


def test_request_without_a_host_is_refused(cloud: Simulator):
    assert status(cloud, "GET", "/_control/state", None) in {400, 403}


def test_call_that_is_signed_for_another_host_is_refused_with_a_code(raw: Caller):
    assert raw(signed={"host": "ecs.aliyuncs.com"}).refusal == (400, "SignatureDoesNotMatch")
