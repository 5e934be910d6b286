"""The one way out to the network: for services, STS, metadata and whatever else gives credentials.

TLS is verified, and nothing switches that off; redirections are not followed; the time limit is one over the
whole answer, which may have 16 MB. Proxies, `NO_PROXY` and the CA variables of Python's HTTP libraries hold.
"""

from __future__ import annotations

import errno
import io
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import PoolManager
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import HTTPError, ProxyError

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.network_environment import (
    CA_VARIABLES,
    UnusableVariableError,
    authorities_file,
    called_through,
    check_proxy,
    host_and_port,
    trusted_authorities,
)
from alicloud_image_share.cloud.proxy_refusal import WANTS_USER, TunnelConnection, TunnelError, final_refusal
from alicloud_image_share.cloud.reachability import Reachability
from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.cloud.timed_reader import TimedReader
from alicloud_image_share.sharing.printable_text import one_line

LARGEST_ANSWER = 2**24
_POOL = 40
"""Connections that are kept for one host: more than there are threads."""
_NOT_TLS = ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
_NOT_CONNECTED = (errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)


class NetworkError(Exception):
    """No usable answer: the request may have been carried out. Its text is the reason."""


class NotConnectedError(NetworkError):
    """Nothing was sent: a name does not resolve, or a connection is refused."""


class FinalError(NetworkError):
    """No usable answer, and none will come: a certificate, an address, an answer that is too large."""


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds for one exchange: to connect, between two parts of the answer, and for all of it."""

    connect: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Network:
    """Sends requests over connections that are kept; safe for several threads."""

    def __init__(self, clock: Clock) -> None:
        self.reachability = Reachability(clock)
        self._limits = threading.local()
        self._lock = threading.Lock()
        self._adapters: dict[bool, _Adapter] = {}  # by whether TLS is used
        self._proxies: dict[str, dict[str, str]] = {}  # by scheme and host

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        limits: TimeLimits,
        *,
        body: bytes | None = None,
        by_proxy: bool = True,
    ) -> Answer:
        """Send one request; raise NetworkError without a usable answer."""
        proxies: dict[str, str] = {}
        self._limits.read, self._limits.until = limits.read, time.monotonic() + limits.total
        connect = max(0.001, min(limits.connect, limits.total))
        try:
            proxies = self._proxies_for(url) if by_proxy else {}
            request = requests.Request(method, url, dict(headers), data=body).prepare()
            response = self._sender(urlsplit(url).scheme == "https").send(
                request,
                stream=True,
                proxies=proxies,
                timeout=(connect, max(0.001, min(limits.read, limits.total))),
                verify=authorities_file() or True,
            )
            with response:
                answer = _answer(response, host_and_port(url))
            if proxies and answer.status == WANTS_USER:
                raise TunnelError(WANTS_USER, ConnectionError(f"status {WANTS_USER}"))
            return answer
        except UnusableVariableError as exc:
            raise FinalError(str(exc)) from exc
        except (OSError, HTTPError, ValueError) as exc:
            raise _translated(exc, select_proxy(url, proxies) if proxies else None) from exc

    def _proxies_for(self, url: str) -> dict[str, str]:
        # The search through the whole environment takes a tenth of a call: so once for each host.
        origin = "://".join(urlsplit(url)[:2])
        if origin not in self._proxies:
            self._proxies[origin] = called_through(url, get_environ_proxies(url, no_proxy=None))
        check_proxy(select_proxy(url, self._proxies[origin]))
        return self._proxies[origin]

    def _sender(self, by_tls: bool) -> _Adapter:
        # A session would read the body of a redirection whole, and let a .netrc replace the signature.
        with self._lock:
            if by_tls not in self._adapters:
                # To read the authorities takes as long as ten calls, and a loopback address needs none.
                context = trusted_authorities() if by_tls else None
                self._adapters[by_tls] = _Adapter(self._limits, context)
            return self._adapters[by_tls]


def _answer(response: requests.Response, host: str) -> Answer:
    body = bytearray()
    for part in response.raw.stream(2**16, decode_content=True):
        body += part
        if len(body) > LARGEST_ANSWER:
            raise FinalError(f"{host} answered with more than {LARGEST_ANSWER // 2**20} MB")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, bytes(body))


def _translated(exc: Exception, proxy: str | None) -> NetworkError:
    """Return what to say of an exception; the library's own words repeat the whole address."""
    causes = _causes(exc)
    by_way = f", by way of the proxy {host_and_port(proxy)}" if proxy else ""
    untrusted = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        return FinalError(
            f"the certificate is not trusted: {untrusted.verify_message}{by_way}; where a proxy inspects TLS,"
            f" name the file with its CA in {' or '.join(CA_VARIABLES)}, or in SSL_CERT_FILE"
        )
    if any(isinstance(cause, ssl.SSLError) and cause.reason in _NOT_TLS for cause in causes):
        return FinalError(
            f"the answer is not TLS{by_way}; a proxy without TLS is written as http://HOST:PORT"
        )
    if words := final_refusal(causes, by_way):
        return FinalError(words)
    # The first that is no wrapper: what the operating system or the protocol has said.
    wrappers = ("requests", "urllib3")
    root = next((cause for cause in causes if cause.__class__.__module__.split(".")[0] not in wrappers), None)
    if root is None:
        invalid = any(isinstance(cause, requests.exceptions.InvalidURL | ValueError) for cause in causes)
        return (FinalError if invalid else NetworkError)(f"{_words(causes[-1])}{by_way}")
    missed = any(
        isinstance(cause, socket.gaierror)
        or getattr(cause, "errno", None) in _NOT_CONNECTED
        or getattr(cause, "unreadable", False)
        for cause in causes
    )
    return (NotConnectedError if missed else NetworkError)(f"{_words(root)}{by_way}")


def _words(exc: BaseException) -> str:
    if isinstance(exc, ProxyError | HTTPError):
        return type(exc).__name__
    return one_line(redact(str(exc))) or type(exc).__name__


def _causes(cause: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while cause is not None and cause not in causes:
        causes.append(cause)
        wrapped = cause.args[0] if isinstance(cause, HTTPError) and cause.args else None
        cause = cause.__cause__ or cause.__context__ or (wrapped if isinstance(wrapped, Exception) else None)
    return causes


class _Adapter(HTTPAdapter):
    """Keeps connections whose answers are read against the clock."""

    def __init__(self, limits: threading.local, context: ssl.SSLContext | None) -> None:
        self._limits = limits
        self._response_class = partial(_TimedResponse, limits)
        self._context = context
        super().__init__(pool_maxsize=_POOL)

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        super().init_poolmanager(*arguments, **more, ssl_context=self._context)
        self._time(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        if proxy in self.proxy_manager:
            return self.proxy_manager[proxy]
        # A proxy may itself be called over TLS, also for an address without.
        manager = super().proxy_manager_for(proxy, **more, ssl_context=self._context or trusted_authorities())
        self._time(manager)
        return manager

    def _time(self, manager: PoolManager) -> None:
        """Have a manager make connections of its own kind, through SOCKS too, that read against the clock."""

        def timed(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
            answers = {"response_class": staticmethod(self._response_class), "limits": self._limits}
            connection = type("TimedConnection", (TunnelConnection, pool.ConnectionCls), answers)
            return type("TimedPool", (pool,), {"ConnectionCls": connection})

        pools = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: timed(pool) for scheme, pool in pools.items()}


class _TimedResponse(HTTPResponse):
    """An answer that is read against the clock."""

    def __init__(self, limits: threading.local, sock: socket.socket, *arguments: Any, **more: Any) -> None:
        super().__init__(sock, *arguments, **more)
        self._limits = limits
        self.fp.close()
        self.fp = io.BufferedReader(TimedReader(limits, sock))

    def _read_status(self) -> tuple[str, int, str]:
        # Else only the text of an exception says what a proxy answers to CONNECT.
        version, self._limits.status, reason = super()._read_status()  # type: ignore[misc]
        return version, self._limits.status, reason
