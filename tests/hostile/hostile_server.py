"""A server before the simulator: it passes calls on, and plays a trick on those that a test names."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.servers import read_request, server


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and what an honest server answers to it."""

    head: str
    body: bytes
    status: int
    answer: bytes

    @property
    def call(self) -> str:
        """The action of the request; its method and path where it has none."""
        method, target = self.head.split(" ", 2)[:2]
        return self.headers.get("x-acs-action") or f"{method} {target.partition('?')[0]}"

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request, with names in lower case."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return {name.lower(): value.strip() for name, _, value in lines}


Trick = Callable[[socket.socket, Exchange], None]


@dataclass(slots=True)
class HostileServer:
    """Which trick is played on which call, and which calls came."""

    address: str = ""
    call: str = ""
    trick: Trick | None = None
    exchanges: list[Exchange] = field(default_factory=list)

    def play(self, call: str, trick: Trick) -> None:
        """Play a trick on every call of this action, or of this method and path, from now on."""
        self.call, self.trick = call, trick
        self.exchanges.clear()

    @property
    def calls(self) -> list[str]:
        """Give the calls since then, in their order."""
        return [exchange.call for exchange in self.exchanges]


@contextmanager
def hostile_server(upstream: str) -> Iterator[HostileServer]:
    """Stand before the server at an address; honest until a trick is named."""
    hostile = HostileServer()

    def serve(connection: socket.socket, request: bytes) -> None:
        exchange = _forwarded(upstream, request)
        hostile.exchanges.append(exchange)
        trick = hostile.trick if hostile.call == exchange.call else None
        (trick or honest)(connection, exchange)

    def handle(connection: socket.socket) -> None:
        request = read_request(connection)
        if request:
            serve(connection, request)

    with server(handle, reads_request=False) as port:
        hostile.address = f"127.0.0.1:{port}"
        yield hostile


def honest(connection: socket.socket, exchange: Exchange) -> None:
    """Answer as the server behind has answered."""
    head = b"HTTP/1.1 %d Status\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    connection.sendall(head % (exchange.status, len(exchange.answer)) + exchange.answer)


def _forwarded(upstream: str, request: bytes) -> Exchange:
    head, _, body = request.partition(b"\r\n\r\n")
    asked = Exchange(head.decode("latin-1"), body, 0, b"")
    method, target = asked.head.split(" ", 2)[:2]
    connection = http.client.HTTPConnection(upstream, timeout=5)
    try:
        connection.request(method, target, body or None, asked.headers)
        answer = connection.getresponse()
        return Exchange(asked.head, body, answer.status, answer.read())
    finally:
        connection.close()
