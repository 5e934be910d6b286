"""Servers on loopback ports, that answer what a test says."""

from __future__ import annotations

import http.server
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

Serve = Callable[[socket.socket], None]


def read_request(connection: socket.socket) -> bytes:
    """Read a request whole: to close before that would take the answer back. Empty where none comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *([0-9]+)", head)
    missing = (int(length[1]) if length else 0) - len(body)
    while missing > 0:
        part = connection.recv(65536)
        data += part
        missing -= len(part) or missing
    return data


@contextmanager
def server(
    serve: Serve, context: ssl.SSLContext | None = None, *, reads_request: bool = True
) -> Iterator[int]:
    """Serve every connection on a loopback port; give the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def handle(connection: socket.socket) -> None:
            try:
                if context:
                    connection = context.wrap_socket(connection, server_side=True)
                if reads_request:
                    read_request(connection)
                serve(connection)
            except OSError:
                pass
            finally:
                connection.close()

        def accept() -> None:
            while True:
                try:
                    connection = listener.accept()[0]
                except OSError:
                    return
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]


def answering(head: bytes, body: bytes = b"") -> Serve:
    return lambda connection: connection.sendall(
        b"HTTP/1.1 " + head + b"\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def closed_port() -> int:
    """Give a port that refuses connections, and that nobody else gets for as long as this process lives."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    port = int(held.getsockname()[1])
    held.detach()
    return port


def authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Give a server's side of TLS, and the file of the CA that it comes from."""
    issuer = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert("127.0.0.1").configure_cert(context)
    issuer.cert_pem.write_to_path(str(folder / "ca.pem"))
    return context, folder / "ca.pem"


@contextmanager
def serving(answers: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    """Serve answers by method and path on a loopback port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            status, body = answers.get(f"{self.command} {self.path}", (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
