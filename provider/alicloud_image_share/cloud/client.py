"""The one module that calls services: it signs, sends, waits and translates errors, once.

Retried, until the deadline: throttling (the code contains `Throttling`), `ServiceUnavailable`, 5xx, transport
errors and answers that are not JSON. A host whose name does not resolve, or that refuses connections, is
given up after ten seconds, for all calls of the process. A write whose answer was lost is not repeated here:
it may have been carried out, so the caller reads first. Loading what signs and sends takes time: this module
is imported at the first call.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import tenacity

from alicloud_image_share.cloud.answers import read_answer
from alicloud_image_share.cloud.network import (
    FinalError,
    Network,
    NetworkError,
    NotConnectedError,
    TimeLimits,
)
from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.retry import GROWING, LONG_WAIT
from alicloud_image_share.cloud.retry_report import RetryReport
from alicloud_image_share.cloud.signed_request import signed_request
from alicloud_image_share.errors import (
    CloudError,
    RateLimited,
    Refused,
    ResponseLost,
    ResponseRejected,
    Throttled,
    Unreachable,
    UnreadableResponse,
)

if TYPE_CHECKING:
    from alicloud_image_share.cloud.clock import Clock, Deadline
    from alicloud_image_share.cloud.credentials import Credentials
    from alicloud_image_share.cloud.settings import Settings


MINUTE = 60.0


class RateLimiter:
    """A sliding window for each (service, action)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def acquire_slot(
        self, service: str, action: str, per_minute: int, now: float, until: float
    ) -> float | None:
        """Reserve the next free moment for a call; return the seconds until then, None if it is too late."""
        with self._lock:
            calls = self._calls[service, action]
            while len(calls) > per_minute or (calls and calls[0] <= now - MINUTE):
                calls.popleft()
            at = max(now, calls[0] + MINUTE) if len(calls) == per_minute else now
            if at > until:
                return None
            calls.append(at)
            return at - now


T = TypeVar("T")

SHORTEST_EXCHANGE = 1.0
"""Seconds that a call has at least: what is sent in the last moment may be carried out."""

LAST_LOOK = 0.5
"""Seconds before a host is given up at which it is tried for the last time."""

FINAL = (RateLimited, UnreadableResponse, ResponseRejected)
"""Errors that come again, however often the call is sent."""


class ApiClient:
    """The connection of one set of credentials to all services; safe for several threads.

    Without credentials its calls are not signed.
    """

    def __init__(
        self, settings: Settings, credentials: Credentials | None, clock: Clock, network: Network
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._clock = clock
        self._network = network
        self._paces = RateLimiter()

    def find_credentials(self, deadline: Deadline) -> None:
        """Have the credentials at hand; raise ConfigurationError without any."""
        if self._credentials:
            self._credentials.current(deadline)

    def server_date(self, url: str, seconds: float) -> str | None:
        """Return the `Date` of any answer, a refusal too; None where there is no answer."""
        limits = TimeLimits(seconds, seconds, seconds)
        try:
            return self._network.send("GET", url, {}, limits).headers.get("date")
        except NetworkError:
            return None

    def read(self, request: Request, parse: Callable[[Mapping[str, Any]], T]) -> T:
        """Send a call that changes nothing, until it is answered in a form that `parse` understands."""
        for attempt in self._retrying(request, (Throttled, ResponseLost)):
            with attempt:
                answer = self._send(request)
                try:
                    return parse(answer)
                except (
                    KeyError,
                    TypeError,
                    ValueError,
                    AttributeError,
                    ArithmeticError,
                    RecursionError,
                ) as exc:
                    # Of an answer with a key in it not even the name of what is missing is quoted.
                    detail = "" if request.call.confidential else f": {exc}"
                    words = f"the answer can't be read ({type(exc).__name__}{detail})"
                    raise UnreadableResponse(request.call.action, words) from exc
        raise AssertionError("unreachable: the last attempt returns or raises")

    def write(self, request: Request) -> str:
        """Send a call that changes something; return the id that the cloud gave the request.

        Raises ResponseLost where it may have been carried out.
        """
        for number, attempt in enumerate(self._retrying(request, (Throttled,))):
            with attempt:
                try:
                    return str(self._send(request).get("RequestId") or "")
                except Refused as exc:
                    if number == 0 or isinstance(exc, Throttled):
                        raise
                    # The attempt before may have been carried out all the same; then this one is refused.
                    raise ResponseLost(
                        exc.action, exc.message, code=exc.code, status=exc.status, request_id=exc.request_id
                    ) from exc
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _retrying(self, request: Request, errors: tuple[type[CloudError], ...]) -> tenacity.Retrying:
        give_up = min(request.deadline.at, self._clock.now() + (self._settings.max_retry_timeout or 1e9))

        def wait(state: tenacity.RetryCallState) -> float:
            growing, error = max(GROWING(state), _asked_wait(state)), _error(state)
            if not isinstance(error, Unreachable):
                return growing
            # The last attempt is shortly before the host is given up: later calls believe it, too.
            remaining = error.until - LAST_LOOK - self._clock.now()
            return min(growing, remaining) if remaining > 0 else growing

        def stop(state: tenacity.RetryCallState) -> bool:
            error = _error(state)
            until = min(give_up, error.until) if isinstance(error, Unreachable) else give_up
            return self._clock.now() + state.upcoming_sleep >= until

        def is_first_report() -> bool:
            host = self._settings.endpoint(request.api, request.region)
            return self._network.reachability.is_first_report(host)

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda error: isinstance(error, errors) and not isinstance(error, FINAL)
            ),
            wait=wait,
            stop=stop,
            before_sleep=RetryReport(request, self._clock, is_first_report).before_sleep,
            sleep=self._clock.sleep,
            reraise=True,
        )

    def _send(self, request: Request) -> Mapping[str, Any]:
        self._pace(request)
        key = self._credentials.current(request.deadline) if self._credentials else None
        endpoint = self._settings.endpoint(request.api, request.region)
        self._network.reachability.refuse(endpoint, request.call.action)
        request.before()
        sent = signed_request(
            request.call,
            request.api,
            f"{self._settings.protocol.lower()}://{endpoint}",
            key,
            dict(self._settings.global_parameters),
        )
        settings, remaining = self._settings, max(SHORTEST_EXCHANGE, request.deadline.remaining)
        limits = TimeLimits(settings.connect_timeout / 1000, settings.read_timeout / 1000, remaining)
        try:
            answer = self._network.send(sent.method, sent.url, sent.headers, limits, body=sent.body)
        except NetworkError as exc:
            raise self._no_answer(request, endpoint, exc) from exc
        self._network.reachability.reached(endpoint)
        return read_answer(answer, request.call, endpoint, self._redact)

    def _no_answer(self, request: Request, endpoint: str, exc: NetworkError) -> CloudError:
        action, words = request.call.action, self._redact(f"{exc} ({endpoint})")
        if isinstance(exc, FinalError):
            return ResponseRejected(action, words)
        if not isinstance(exc, NotConnectedError):
            self._network.reachability.reached(endpoint)
            return ResponseLost(action, words)
        return self._network.reachability.missed(endpoint, action, words)

    def _pace(self, request: Request) -> None:
        """Wait until the service's calls a minute allow one more; raise Throttled where time does not."""
        service = request.service
        allowed = dict(self._settings.calls_per_minute).get(service, request.api.calls_per_minute)
        if allowed is None:
            return
        limit = f"{service.upper()} allows {allowed} calls a minute"
        deadline = request.deadline
        until = deadline.at if deadline.counts_pacing else math.inf
        wait = self._paces.acquire_slot(service, request.call.action, allowed, self._clock.now(), until)
        if wait is None:
            too_late = f"{limit}, and the share's timeout ends before the next call is allowed; raise timeout"
            raise RateLimited(request.call.action, too_late)
        if wait > LONG_WAIT:
            request.tell(f"{limit}; continuing in about {wait:.0f} s")
        self._clock.sleep(wait)
        deadline.pause(wait)

    def _redact(self, text: str) -> str:
        return self._credentials.redact(text) if self._credentials else redact(text)


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _asked_wait(state: tenacity.RetryCallState) -> float:
    error = _error(state)
    return (error.wait or 0.0) if isinstance(error, CloudError) else 0.0
