"""The HTTP side: one port for the APIs, for the control under ``/_control/``, and for metadata."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from .documents import MalformedDocumentError
from .metadata import LIFETIME
from .refusal import RefusalError
from .signature import SignedRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .control import Control
    from .gateway import Gateway
    from .metadata import Metadata

Handler: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"

LARGEST_STATE = 2**26
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
FORM = "application/x-www-form-urlencoded"


def application(gateway: Gateway, control: Control, metadata: Metadata) -> web.Application:
    """Build the web application."""
    app = web.Application(client_max_size=LARGEST_STATE, middlewares=[_only_for_this_machine])
    api = _api(gateway)
    app.add_routes(
        [
            web.get("/", api, allow_head=False),
            web.post("/", api),
            web.get("/_control/state", _get(control.state)),
            web.put("/_control/state", _put(control.put_state)),
            web.get("/_control/calls", _get(control.calls)),
            web.delete("/_control/calls", _delete(control.clear_calls)),
            web.put("/_control/faults", _put(control.put_faults)),
            web.put("/_control/policies", _put(control.put_policies)),
            web.put("/_control/roles", _put(control.put_roles)),
            web.put("/latest/api/token", _metadata_token(metadata)),
            web.get("/latest/meta-data/ram/security-credentials/{role}", _metadata_key(metadata)),
            web.get("/_credentials", _credentials(metadata)),
        ]
    )
    return app


def logger() -> logging.Logger:
    """Return the log of the server, without a traceback for what is no request: 400 is the answer to that."""
    log = logging.getLogger("alicloud_image_simulator")
    log.addFilter(_is_no_bad_request)
    return log


def _is_no_bad_request(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


@web.middleware
async def _only_for_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request that names another host than this machine.

    A page in a browser can let a name of its own resolve to 127.0.0.1, but the browser still sends that name.
    """
    if is_loopback(request.headers.get("Host", "")):
        return await handler(request)
    message = "The header Host names neither localhost nor a loopback address."
    return web.json_response({"Code": "InvalidHost", "Message": message, "error": message}, status=403)


def is_loopback(host: str) -> bool:
    """Return whether ``host`` or ``host:port`` is localhost or a loopback address."""
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    try:
        return match["name"] == "localhost" or ip_address(match["name"].strip("[]")).is_loopback
    except ValueError:
        return False


def _api(gateway: Gateway) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        answer = gateway.answer(_signed(request, body))
        # Carried out first, answered late: a client that gives up waiting must not take it for undone.
        await asyncio.sleep(answer.delay_seconds)
        if answer.dropped and request.transport is not None:
            request.transport.abort()
        return web.Response(
            status=answer.status,
            body=answer.body,
            content_type="application/json",
            charset="utf-8",
            headers=answer.headers,
        )

    return handle


def _metadata_token(metadata: Metadata) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        seconds = request.headers.get("X-aliyun-ecs-metadata-token-ttl-seconds", "")
        try:
            return web.Response(text=metadata.token(seconds))
        except RefusalError as refusal:
            return web.Response(status=refusal.status, text=refusal.message)

    return handle


def _metadata_key(metadata: Metadata) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        token = request.headers.get("X-aliyun-ecs-metadata-token")
        try:
            return web.json_response(metadata.key(request.match_info["role"], token))
        except RefusalError as refusal:
            return web.Response(status=refusal.status, text=refusal.message)

    return handle


def _credentials(metadata: Metadata) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        seconds = request.query.get("seconds", str(LIFETIME))
        if not (seconds.isascii() and seconds.isdigit()):
            return web.Response(status=400, text="seconds is not a number")
        return web.json_response(metadata.new_key("credentials-uri", int(seconds)))

    return handle


def _signed(request: web.Request, body: bytes) -> SignedRequest:
    # The raw path: yarl would normalise the query, but the signature is over what the client meant.
    path, _, query = request.raw_path.partition("?")
    headers = {name.lower(): ",".join(request.headers.getall(name)) for name in request.headers}
    form = body.decode(errors="replace") if request.content_type == FORM else ""
    return SignedRequest(request.method, path, _pairs(query), headers, body, _pairs(form))


def _pairs(encoded: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(encoded, keep_blank_values=True))


def _get(show: Callable[[], object]) -> Handler:
    async def handle(_: web.Request) -> web.StreamResponse:
        return web.json_response(show())

    return handle


def _put(put: Callable[[object], None]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            put(json.loads(await request.read()))
        except MalformedDocumentError as malformed:
            return web.json_response({"error": str(malformed)}, status=400)
        except ValueError as error:
            return web.json_response({"error": f"the document is not JSON: {error}"}, status=400)
        except RecursionError:
            return web.json_response({"error": "the document is nested too deeply"}, status=400)
        return web.Response(status=204)

    return handle


def _delete(clear: Callable[[], None]) -> Handler:
    async def handle(_: web.Request) -> web.StreamResponse:
        clear()
        return web.Response(status=204)

    return handle
