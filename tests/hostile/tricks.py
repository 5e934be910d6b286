"""What a hostile server, or a broken one, may answer in place of what it was asked for."""

from __future__ import annotations

import gzip
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.hostile.hostile_server import Exchange, Trick

ELSEWHERE = "127.0.0.9:1"
HIDDEN = "\\u202e\\u001b[31m\\u0007\\u0000\\u2028"
"""What turns text round, colours it, rings, ends it and breaks its line, as JSON writes it."""


def _with_head(head: str, body: bytes | None = None) -> Trick:
    def play(connection: socket.socket, exchange: Exchange) -> None:
        answer = exchange.answer if body is None else body
        length = b"" if "Length" in head or "chunked" in head else b"Content-Length: %d\r\n" % len(answer)
        # A client that kept the connection would send its next request into the end of it.
        length += b"Connection: close\r\n"
        connection.sendall(f"HTTP/1.1 {head}\r\n".encode("latin-1") + length + b"\r\n" + answer)

    return play


def _body(body: bytes | str) -> Trick:
    return _with_head("200 OK", body if isinstance(body, bytes) else body.encode())


def _raw(text: bytes) -> Trick:
    return lambda connection, _: connection.sendall(text)


def _without_end(head: bytes, part: bytes) -> Trick:
    """Send as fast as the other side reads, until that side has had enough."""

    def play(connection: socket.socket, _: Exchange) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head)
        for _ in range(4000):
            connection.sendall(part)

    return play


def _dripping(head: bytes, part: bytes) -> Trick:
    def play(connection: socket.socket, _: Exchange) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            connection.sendall(part)
            time.sleep(0.05)

    return play


def _cut(connection: socket.socket, exchange: Exchange) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(exchange.answer)
    connection.sendall(head + exchange.answer[: len(exchange.answer) // 2])


def _document(exchange: Exchange) -> dict[str, Any]:
    """Give what the honest answer says; the token of a metadata service is no document."""
    if not exchange.answer.startswith(b"{"):
        return {"text": exchange.answer.decode()}
    document: dict[str, Any] = json.loads(exchange.answer)
    return document


def _members_twice(connection: socket.socket, exchange: Exchange) -> None:
    members = json.dumps(_document(exchange))[1:-1]
    _body(f"{{{members}, {members}}}")(connection, exchange)


def _refusing(code: str, message: str, status: str = "400 Bad", more: str = "") -> Trick:
    body = f'{{"Code": {code}, "Message": {message}, "RequestId": "{HIDDEN}"{more}}}'
    return _with_head(status, body.encode())


def _echo(connection: socket.socket, exchange: Exchange) -> None:
    """Refuse, and repeat the whole request, with its signature and keys."""
    said = json.dumps(exchange.head + exchange.body.decode("latin-1"))
    _refusing('"SignatureDoesNotMatch"', said, "403 Forbidden")(connection, exchange)


def _throttling(header: str) -> Trick:
    return _with_head(f"429 Later\r\n{header}", b'{"Code": "Throttling.User", "Message": "later"}')


_IMAGE = {
    "ImageOwnerId": 1600000000000001,
    "ImageOwnerAlias": "self",
    "ImageName": "golden",
    "Tags": {"Tag": []},
}


def newcomers(connection: socket.socket, exchange: Exchange) -> None:
    """Answer each page of ECS images with an image that no page before had, and promise many more."""
    document = _document(exchange)
    page = int(re.findall(r"PageNumber=(\d+)", exchange.head + exchange.body.decode())[0])
    images = {"Image": [{**_IMAGE, "ImageId": f"m-{page}"}]}
    numbers = {"TotalCount": 900_000, "PageNumber": page, "PageSize": 1, "Images": images}
    _body(json.dumps({**document, **numbers}))(connection, exchange)


def _pages(token: Callable[[int], str]) -> Trick:
    """Say of every page that another one follows."""
    count = 0

    def play(connection: socket.socket, exchange: Exchange) -> None:
        nonlocal count
        count += 1
        numbers = {"TotalCount": 900_000, "PageNumber": count, "PageSize": 1, "NextToken": token(count)}
        _body(json.dumps({**_document(exchange), **numbers}))(connection, exchange)

    return play


FINAL: dict[str, Trick] = {
    **{
        f"redirection_{status}": _with_head(f"{status} Moved\r\nLocation: http://{ELSEWHERE}/?x=canary")
        for status in (301, 302, 303, 307, 308)
    },
    "redirection_without_a_place": _with_head("302 Moved"),
    "redirection_to_no_address": _with_head("307 Moved\r\nLocation: http://[::1\x1b[31m"),
    "endless_body": _without_end(b"\r\n", b" " * 65536),
    "endless_chunks": _without_end(
        b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"[" * 65536 + b"\r\n"
    ),
    "large_json": _without_end(b"Content-Length: 200000000\r\n\r\n", b'{"a": [' + b"0," * 32000),
    "gzip_bomb": _with_head("200 OK\r\nContent-Encoding: gzip", gzip.compress(b" " * 2**25)),
    "gzip_within_gzip": _with_head(
        "200 OK\r\nContent-Encoding: gzip, gzip", gzip.compress(gzip.compress(b" " * 2**25))
    ),
    "number_of_pages_that_are_the_same": _pages(lambda _: "same"),
    "pages_without_end": _pages(str),
    "refusal_that_repeats_the_request": _echo,
    "refusal_with_hidden_characters": _refusing(f'"Refused{HIDDEN}"', f'"no{HIDDEN}\\n\\nyes"'),
    "refusal_of_a_megabyte": _refusing('"Refused"', f'"{"a " * 500_000}"'),
    "refusal_with_a_code_of_a_megabyte": _refusing(f'"{"A" * 1_000_000}"', '"no"'),
    "refusal_with_a_code_that_is_a_list": _refusing('["Refused"]', '{"a": 1}'),
    "refusal_with_a_code_that_is_a_number": _refusing("404", "1.5"),
}
"""Tricks that are not tried again, or are refused at once."""

RETRIED: dict[str, Trick] = {
    "html": _body("<html><title>Sign in</title></html>"),
    "nothing": _body(""),
    "null": _body("null"),
    "list": _body("[]"),
    "text": _body('"text"'),
    "deep_json": _body("[" * 5000 + "]" * 5000),
    "deep_json_in_objects": _body('{"a":' * 5000 + "1" + "}" * 5000),
    "members_twice": _members_twice,
    "nan": _body('{"TotalCount": NaN}'),
    "large_number": _body('{"TotalCount": 1e400}'),
    "long_number": _body(f'{{"TotalCount": {"9" * 6000}}}'),
    "half_a_character": _body('{"RequestId": "\\ud800"}'),
    "not_utf8": _body(b'{"RequestId": "\xff"}'),
    "gzip_that_is_none": _with_head("200 OK\r\nContent-Encoding: gzip", b"not packed"),
    "encoding_that_is_none": _with_head("200 OK\r\nContent-Encoding: \x00br"),
    "length_too_large": _with_head("200 OK\r\nContent-Length: 1000000"),
    "length_too_small": _with_head("200 OK\r\nContent-Length: 3"),
    "length_below_zero": _with_head("200 OK\r\nContent-Length: -1", b""),
    "length_that_is_none": _with_head("200 OK\r\nContent-Length: many", b""),
    "chunk_that_is_none": _with_head("200 OK\r\nTransfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
    "cut_in_the_middle": _cut,
    "closed_at_once": _raw(b""),
    "no_http": _raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "status_that_is_none": _raw(b"HTTP/1.1 abc OK\r\n\r\n"),
    "status_of_none": _raw(b"HTTP/1.1 999999 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "header_of_a_megabyte": _with_head("200 OK\r\nX-A: " + "a" * 1_000_000),
    "headers_without_number": _with_head("200 OK\r\n" + "\r\n".join(f"X-{n}: a" for n in range(2000))),
    "header_that_is_none": _with_head("200 OK\r\nno header\r\n folded"),
    "unavailable_with_a_huge_wait": _throttling("Retry-After: 999999999999"),
    "unavailable_with_a_wait_below_zero": _throttling("Retry-After: -5"),
    "unavailable_with_a_wait_in_words": _throttling("Retry-After: soon\r\nx-acs-retry-after: 1e9"),
    "unavailable_with_a_wait_of_other_digits": _throttling("x-acs-retry-after: \xb2\xb2"),
    "failure_of_the_server": _refusing('"InternalError"', '"oops"', "500 Oops"),
    "refusal_without_a_code": _refusing("null", "null", "404 None"),
}
"""Tricks after which a call is sent again until the time is up."""

SLOW: dict[str, Trick] = {
    "dripping_head": _dripping(b"X: ", b"x"),
    "dripping_body": _dripping(b"Content-Length: 100000\r\n\r\n", b" "),
    "dripping_chunks": _dripping(b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "dripping_headers": _dripping(b"", b"X: x\r\n"),
    "dripping_statuses": _dripping(b"", b"\r\nHTTP/1.1 100 Continue\r\n"),
}
"""Tricks that take as long as they are given."""

Place = tuple[Any, ...]
"""The keys and positions that lead to a field."""

VALUES = (
    *("null", "true", "-1", "1.55e15", "1e400", "99999999999999999999999", "[]", "{}", '[["a"]]'),
    *('""', '"-1"', '"null"', f'"{HIDDEN}"', '"\\u0661\\u0665\\u0665\\u0660\\u0660\\u0661"', '"1550 0000"'),
)
"""What may stand in the place of any field of an answer."""


def spoiled(answer: bytes) -> Iterator[tuple[Place, str, bytes]]:
    """Give an answer for each of its fields and each value that may stand in its place."""
    document = json.loads(answer)
    for place in _places(document):
        for value in VALUES:
            yield place, value, _replaced(document, place, value)


def _places(value: Any, above: Place = ()) -> Iterator[Place]:
    if above:
        yield above
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from _places(member, (*above, key))


def _replaced(document: Any, place: Place, value: str) -> bytes:
    mark = "\x01here\x01"
    copy = json.loads(json.dumps(document))
    inner = copy
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = mark
    return json.dumps(copy).replace(json.dumps(mark), value).encode()
