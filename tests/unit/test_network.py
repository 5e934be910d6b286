"""The way out to the network: what is refused, what ends, and how it is put."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.network import (
    Answer,
    FinalError,
    Network,
    NetworkError,
    NotConnectedError,
    TimeLimits,
)
from tests.support.servers import Serve, answering, authority, closed_port, server

LIMITS = TimeLimits(2, 2, 3)


def get(url: str, limits: TimeLimits = LIMITS) -> Answer:
    return Network(Clock()).send("GET", url, {}, limits)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_answer_is_given_with_names_of_headers_in_lower_case():
    with server(answering(b"404 Not Found\r\nX-One: 1", b"body")) as port:
        answer = get(f"http://127.0.0.1:{port}/")

    assert (answer.status, answer.headers["x-one"], answer.body) == (404, "1", b"body")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirection_is_not_followed(status: int):
    called: list[socket.socket] = []
    with server(called.append) as other:
        head = f"{status} Moved\r\nLocation: http://127.0.0.1:{other}/".encode()
        with server(answering(head)) as port:
            answer = get(f"http://127.0.0.1:{port}/")

    assert (answer.status, called) == (status, [])


@pytest.mark.parametrize("status", [301, 307])
def test_redirection_to_no_address_is_an_answer_like_any_other(status: int):
    with server(answering(f"{status} Moved\r\nLocation: http://[::1\x1b".encode())) as port:
        assert get(f"http://127.0.0.1:{port}/").status == status


def test_body_of_a_redirection_is_limited_too():
    head = b"302 Found\r\nLocation: http://127.0.0.9:1/"

    with (
        server(answering(head, b" " * (2**24 + 1))) as port,
        pytest.raises(FinalError, match="more than 16 MB"),
    ):
        get(f"http://127.0.0.1:{port}/")


def dripping_head(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def dripping_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.05)


def dripping_chunks(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b"1\r\n \r\n")
        time.sleep(0.05)


@pytest.mark.parametrize("drip", [dripping_head, dripping_body, dripping_chunks])
def test_time_limit_is_over_the_whole_answer(drip: Serve):
    started = time.monotonic()

    with server(drip) as port, pytest.raises(NetworkError, match="time"):
        get(f"http://127.0.0.1:{port}/", TimeLimits(1, 1, 0.5))

    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("head", "body"),
    [(b"200 OK", b" " * (2**24 + 1)), (b"200 OK\r\nContent-Encoding: gzip", gzip.compress(b" " * 2**25))],
    ids=["plain", "packed"],
)
def test_answer_that_is_too_large_is_refused_while_it_is_read(head: bytes, body: bytes):
    with server(answering(head, body)) as port, pytest.raises(FinalError, match="more than 16 MB"):
        get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "name.invalid"])
def test_host_that_can_not_be_connected_to_is_told_from_a_lost_answer(host: str):
    with pytest.raises(NotConnectedError) as missed:
        get(f"http://{host}:{closed_port()}/?Signature=canary")

    assert str(missed.value).startswith("[Errno ")
    assert "canary" not in str(missed.value)


def test_connection_that_is_cut_is_a_lost_answer():
    with server(lambda _: None) as port, pytest.raises(NetworkError) as lost:
        get(f"http://127.0.0.1:{port}/")

    assert type(lost.value) is NetworkError


@pytest.mark.parametrize("url", ["http://[::1", "http://", "http://a b/", "http://127.0.0.1:99999/"])
def test_address_that_is_none_is_an_error_of_the_network(url: str):
    with pytest.raises(NetworkError):
        get(url)


# -- proxies ------------------------------------------------------------------------------------------------


def test_proxy_that_stood_between_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://user:canary@127.0.0.1:{closed_port()}")

    with pytest.raises(NotConnectedError, match=r"by way of the proxy 127\.0\.0\.1:") as missed:
        get("http://service.invalid/")

    assert "canary" not in str(missed.value)


@pytest.mark.parametrize("scheme", ["", "http://", "socks5://", "socks5h://", "socks4://"])
@pytest.mark.parametrize("url", ["http://service.invalid/", "https://service.invalid/"])
def test_proxy_of_any_kind_that_can_not_be_connected_to_is_named(
    monkeypatch: pytest.MonkeyPatch, scheme: str, url: str
):
    monkeypatch.setenv("ALL_PROXY", f"{scheme}localhost:{closed_port()}")

    with pytest.raises(NotConnectedError, match="by way of the proxy localhost:"):
        get(url)


@pytest.mark.parametrize(
    "proxy",
    ["http://", "http://h:70000", "foo bar", "http://[::1", "ftp://h:9", "http://user:canary@", "http://h:p"],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
def test_proxy_without_a_usable_address_is_final_and_says_how_to_write_one(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
):
    monkeypatch.setenv(variable, proxy)

    with pytest.raises(FinalError, match=r"HTTPS_PROXY.*write the proxy as http://HOST:PORT") as refused:
        get("https://service.invalid/")

    assert "canary" not in str(refused.value)


def test_proxy_that_refuses_a_tunnel_is_named(monkeypatch: pytest.MonkeyPatch):
    with server(answering(b"403 Forbidden")) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")

        with pytest.raises(NetworkError, match=r"403 Forbidden, by way of the proxy 127\.0\.0\.1:"):
            get("https://service.invalid/")


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("407 Proxy Authentication Required", "write the user and the password into the proxy's address"),
        ("407 No", "write the user and the password into the proxy's address"),
        ("403 Forbidden", "have the proxy allow the host"),
        ("401 Unauthorized", "have the proxy allow the host"),
        ("405 Method Not Allowed", "have the proxy allow the host"),
        ("302 Found", "have the proxy allow the host"),
        ("499 No", "have the proxy allow the host"),
    ],
)
def test_proxy_that_refuses_a_tunnel_is_final_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, status: str, step: str
):
    with server(answering(status.encode())) as port:
        monkeypatch.setenv("https_proxy", f"http://user:canary@127.0.0.1:{port}")

        with pytest.raises(
            FinalError, match=f"{status[:3]}.*by way of the proxy 127.0.0.1:.*{step}"
        ) as refused:
            get("https://service.invalid/")

    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "429 Too Many Requests"])
def test_proxy_that_may_make_a_tunnel_later_is_tried_again(monkeypatch: pytest.MonkeyPatch, status: str):
    with server(answering(status.encode())) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")

        with pytest.raises(NetworkError, match=f"{status}, by way of the proxy 127.0.0.1:") as missed:
            get("https://service.invalid/")

    assert type(missed.value) is NetworkError


def test_proxy_that_does_not_speak_http_is_given_up_soon(monkeypatch: pytest.MonkeyPatch):
    with server(lambda connection: connection.sendall(b"SSH-2.0-canary\r\n")) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")

        with pytest.raises(NotConnectedError, match="answer is not HTTP, by way of the proxy") as missed:
            get("https://service.invalid/")

    assert "canary" not in str(missed.value)


def test_proxy_of_socks_that_does_not_accept_the_user_is_final(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("socks")

    def refuse(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"\x05\x02")
        connection.recv(100)
        connection.sendall(b"\x01\x01")

    with server(refuse, reads_request=False) as port:
        monkeypatch.setenv("https_proxy", f"socks5h://user:canary@127.0.0.1:{port}")

        with pytest.raises(FinalError, match="does not accept the user, by way of the proxy") as refused:
            get("https://service.invalid/")

    assert "canary" not in str(refused.value)


def test_proxy_that_wants_a_password_for_plain_http_is_final(monkeypatch: pytest.MonkeyPatch):
    with server(answering(b"407 Proxy Authentication Required")) as port:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")

        with pytest.raises(FinalError, match="407, by way of the proxy"):
            get("http://service.invalid/")


@pytest.mark.parametrize("url", ["http://service.invalid/", "https://service.invalid/"])
@pytest.mark.parametrize(
    "proxy",
    ["http://[::1", "http://user:canary@[::1", "http://a:b", "ht tp://", "\udc80", "http://%", "x:999999"],
)
def test_proxy_that_is_none_is_an_error_of_the_network(monkeypatch: pytest.MonkeyPatch, proxy: str, url: str):
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, proxy)

    with pytest.raises(NetworkError) as refused:
        get(url)

    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://service.invalid/", "https://service.invalid/"])
def test_proxy_of_socks_is_used(monkeypatch: pytest.MonkeyPatch, url: str):
    pytest.importorskip("socks")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"socks5h://127.0.0.1:{closed_port()}")
    network = Network(Clock())

    for _ in range(2):
        with pytest.raises(NetworkError, match=r"Connection refused, by way of the proxy 127\.0\.0\.1:"):
            network.send("GET", url, {}, LIMITS)


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("value", ["127.0.0.1", "127.0.0.0/8", "other.example,127.0.0.1", "*"])
def test_host_that_no_proxy_names_is_called_directly(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv(variable, value)

    with server(answering(b"200 OK", b"direct")) as port:
        assert get(f"http://127.0.0.1:{port}/").body == b"direct"


@pytest.mark.parametrize(("value", "is_direct"), [(".invalid", True), ("invalid", True), ("valid", False)])
def test_suffix_that_no_proxy_names_is_called_directly(
    monkeypatch: pytest.MonkeyPatch, value: str, is_direct: bool
):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", value)

    with pytest.raises(NotConnectedError) as missed:
        get("http://ecs.service.invalid/")

    assert ("by way of the proxy" not in str(missed.value)) == is_direct


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("*.invalid", "http://ecs.service.invalid/"),
        ("SERVICE.Invalid", "http://ecs.service.invalid/"),
        ("service.invalid.", "http://ecs.service.invalid/"),
        ("ecs.service.invalid:80", "http://ecs.service.invalid/"),
        (".invalid:8080", "http://ecs.service.invalid:8080/"),
        ("other.example .invalid", "http://ecs.service.invalid/"),
        ("other.example,*", "http://ecs.service.invalid/"),
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}/"),
        ("[::1]", "http://[::1]:{port}/"),
        ("[::1]:{port}", "http://[::1]:{port}/"),
        ("::/64", "http://[::1]:{port}/"),
        ("0:0::1", "http://[::1]:{port}/"),
    ],
)
def test_host_that_no_proxy_names_in_a_spelling_of_other_tools_is_called_directly(
    monkeypatch: pytest.MonkeyPatch, value: str, url: str
):
    port = str(closed_port())
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("NO_PROXY", value.replace("{port}", port))

    with pytest.raises(NetworkError) as missed:
        get(url.replace("{port}", port))

    assert "by way of the proxy" not in str(missed.value)


@pytest.mark.parametrize(
    "value", ["ecs.service.invalid:443", "ecs.invalid", "vice.invalid", "[::1", "a:b", ".", ",", "10.0.0.0/8"]
)
def test_host_that_no_proxy_does_not_name_is_called_by_way_of_the_proxy(
    monkeypatch: pytest.MonkeyPatch, value: str
):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", value)

    with pytest.raises(NotConnectedError, match="by way of the proxy"):
        get("http://ecs.service.invalid/")


# -- certificates -------------------------------------------------------------------------------------------


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    return authority(tmp_path)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authority_that_a_variable_names_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tls: tuple[ssl.SSLContext, Path], variable: str
):
    context, file = tls
    monkeypatch.setenv(variable, str(file))

    with server(answering(b"200 OK", b"secure"), context) as port:
        assert get(f"https://127.0.0.1:{port}/").body == b"secure"


@pytest.mark.parametrize(
    "switch", [{}, {"PYTHONHTTPSVERIFY": "0", "REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}]
)
def test_certificate_that_is_not_trusted_is_final_and_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tls: tuple[ssl.SSLContext, Path], switch: dict[str, str]
):
    for name, value in switch.items():
        monkeypatch.setenv(name, value)

    with server(answering(b"200 OK"), tls[0]) as port, pytest.raises(FinalError) as refused:
        get(f"https://127.0.0.1:{port}/")

    assert str(refused.value).startswith("the certificate is not trusted: ")
    assert "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, or in SSL_CERT_FILE" in str(refused.value)


@pytest.mark.parametrize("proxy", ["", "https://{host}"])
def test_server_or_proxy_that_answers_without_tls_is_final(monkeypatch: pytest.MonkeyPatch, proxy: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=answer_without_tls, args=(listener,), daemon=True).start()
        monkeypatch.setenv("HTTPS_PROXY", proxy.replace("{host}", host))

        with pytest.raises(FinalError) as refused:
            get(f"https://{host}/")

    way = f", by way of the proxy {host}" if proxy else ""
    assert str(refused.value).startswith(f"the answer is not TLS{way}; ")


def answer_without_tls(listener: socket.socket) -> None:
    with listener.accept()[0] as connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authority_that_can_not_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
):
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    monkeypatch.setenv("CURL_CA_BUNDLE", str(file))

    with pytest.raises(FinalError, match=f"CURL_CA_BUNDLE: no certificates can be read from {file}"):
        get("https://127.0.0.1:9/")
