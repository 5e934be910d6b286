"""The one module that talks to the cloud: it signs, sends, waits and translates errors, once.

Retried, until the deadline: throttling (the code contains `Throttling`), `ServiceUnavailable`, 5xx, transport
errors and answers that are not JSON. A write whose answer was lost is not repeated here: it may have been
carried out, so the caller reads first. Loading the SDK takes a second: this module is imported at the first
call.
"""

from __future__ import annotations

import logging
import math
import threading
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import tenacity
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from alibabacloud_tea_util.models import RuntimeOptions
from Tea.exceptions import TeaException, UnretryableException

from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.retry import LONG_WAIT
from alicloud_image_share.cloud.service import Api
from alicloud_image_share.errors import (
    AnswerLost,
    CloudError,
    OutOfTurn,
    Refused,
    ShareError,
    Throttled,
    Unreadable,
)

if TYPE_CHECKING:
    from alicloud_image_share.cloud.clock import Clock, Deadline
    from alicloud_image_share.cloud.credentials import Credentials
    from alicloud_image_share.cloud.settings import Settings


MINUTE = 60.0


class Pace:
    """A sliding window for each (service, action)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def reserve(self, service: str, action: str, per_minute: int, now: float, until: float) -> float | None:
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

LOGGERS_OF_REQUESTS = ("darabonba-core", "alibabacloud-tea", "credentials")
"""With DEBUG=sdk in the environment the first two write every header of a request, and so the credentials.
The last one writes a traceback, and the answer, where the role of a profile can't be assumed."""

FINAL = (OutOfTurn, Unreadable)
"""Errors that come again, however often the call is sent."""

LONGEST_REASON = 200
"""Characters that are quoted of an answer that can't be read: it may be a whole page."""


class OpenApi:
    """The connection of one set of credentials to all services; safe for several threads.

    Without credentials its calls are not signed.
    """

    def __init__(self, settings: Settings, credentials: Credentials | None, clock: Clock) -> None:
        self._settings = settings
        self._credentials = credentials
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._paces = Pace()
        for name in LOGGERS_OF_REQUESTS:
            logging.getLogger(name).disabled = True

    def source(self, deadline: Deadline) -> str:
        """Return the SDK's name of where credentials were found; raise ConfigurationError without any."""
        if self._credentials is None:
            return ""
        self._credentials.make_ready(deadline)
        taken = self._credentials.get_credential()
        return (taken and taken.provider_name) or ""

    def read(self, request: Request, parse: Callable[[Mapping[str, Any]], T]) -> T:
        """Send a call that changes nothing, until it is answered in a form that `parse` understands."""

        def attempt() -> T:
            answer = self._send(request)
            try:
                return parse(answer)
            except (KeyError, TypeError, ValueError, AttributeError) as exc:
                words = f"the answer can't be read ({type(exc).__name__}: {exc})"
                raise Unreadable(request.call.action, words) from exc

        return self._retrying(request, (Throttled, AnswerLost))(attempt)

    def write(self, request: Request) -> str:
        """Send a call that changes something; return the id that the cloud gave the request.

        Raises AnswerLost where it may have been carried out.
        """
        if request.call.token is not None:
            # One token for all attempts of this call; what is sent again after a read is another call.
            parameters = {**request.call.parameters, request.call.token: uuid.uuid4().hex}
            request = replace(request, call=replace(request.call, parameters=parameters))
        answer: Mapping[str, Any] = self._retrying(request, (Throttled,))(self._send, request)
        return str(answer.get("RequestId") or "")

    def _retrying(self, request: Request, errors: tuple[type[CloudError], ...]) -> tenacity.Retrying:
        grow = tenacity.wait_random_exponential(multiplier=0.5, max=20)
        give_up = min(request.deadline.at, self._clock.now() + (self._settings.max_retry_timeout or 1e9))

        def wait(state: tenacity.RetryCallState) -> float:
            return max(grow(state), _asked_wait(state))

        def stop(state: tenacity.RetryCallState) -> bool:
            return self._clock.now() + state.upcoming_sleep >= give_up

        def before_sleep(state: tenacity.RetryCallState) -> None:
            if state.upcoming_sleep > LONG_WAIT:
                error = state.outcome.exception() if state.outcome else None
                code = error.code if isinstance(error, CloudError) else None
                answer = f"answered {code}" if code else "gave no usable answer"
                reason = f"the cloud {answer} to {request.call.action}"
                request.tell(f"{reason}; it goes on in about {state.upcoming_sleep:.0f} s")

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda error: isinstance(error, errors) and not isinstance(error, FINAL)
            ),
            wait=wait,
            stop=stop,
            before_sleep=before_sleep,
            sleep=self._clock.sleep,
            reraise=True,
        )

    def _send(self, request: Request) -> Mapping[str, Any]:
        self._pace(request)
        if self._credentials:
            self._credentials.make_ready(request.deadline)
        request.before()
        client, endpoint = self._client(request.api, request.region)

        params = Params(
            action=request.call.action,
            version=request.api.version,
            protocol=self._settings.protocol,
            pathname="/",
            method="POST",
            auth_type="AK" if self._credentials else "Anonymous",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        milliseconds = max(1, int(request.deadline.left * 1000))
        runtime = RuntimeOptions(
            read_timeout=min(self._settings.read_timeout, milliseconds),
            connect_timeout=min(self._settings.connect_timeout, milliseconds),
        )
        place = "body" if request.call.confidential else "query"
        sent = OpenApiRequest(**{place: dict(request.call.parameters)})
        try:
            body = client.call_api(params, sent, runtime)["body"]
        except UnretryableException as exc:
            reason = _reason(exc.inner_exception, confidential=request.call.confidential)
            raise AnswerLost(request.call.action, self._hidden_in(f"{reason} ({endpoint})")) from exc
        except TeaException as exc:
            raise self._translated(request.call.action, exc) from exc
        if not isinstance(body, Mapping):
            raise AnswerLost(request.call.action, f"{endpoint} answered with something that is not an object")
        return body

    def _pace(self, request: Request) -> None:
        """Wait until the service's calls a minute allow one more; raise Throttled where time does not."""
        service = request.service
        allowed = dict(self._settings.calls_per_minute).get(service, request.api.calls_per_minute)
        if allowed is None:
            return
        limit = f"{service.upper()} takes {allowed} calls a minute"
        deadline = request.deadline
        until = deadline.at if deadline.counts_pacing else math.inf
        wait = self._paces.reserve(service, request.call.action, allowed, self._clock.now(), until)
        if wait is None:
            raise OutOfTurn(request.call.action, f"{limit}, and the time is up before the next one is free")
        if wait > LONG_WAIT:
            request.tell(f"{limit}; it goes on in about {wait:.0f} s")
        self._clock.sleep(wait)
        if not deadline.counts_pacing:
            deadline.at += wait

    def _client(self, api: Api, region: str | None) -> tuple[Client, str]:
        endpoint = self._settings.endpoint(api, region)
        with self._lock:
            if endpoint not in self._clients:
                config = Config(
                    credential=self._credentials,
                    endpoint=endpoint,
                    protocol=self._settings.protocol,
                    user_agent="alicloud-image-share",
                )
                self._clients[endpoint] = Client(config)
            return self._clients[endpoint], endpoint

    def _translated(self, action: str, exc: Any) -> CloudError:
        """Turn the SDK's error into ours; it writes 'None' where the cloud gave no code."""
        code = None if exc.code in (None, "None") else str(exc.code)
        status = getattr(exc, "status_code", None)
        data = exc.data if isinstance(exc.data, dict) else {}
        wait = getattr(exc, "retry_after", None)
        words = str(data.get("Message") or data.get("message") or exc.message or "no message")
        return _kind(code, status)(
            action,
            " ".join(self._hidden_in(words).split()),
            code=code,
            status=status,
            request_id=data.get("RequestId") or data.get("requestId"),
            wait=None if wait is None else wait / 1000,
        )

    def _hidden_in(self, words: str) -> str:
        return self._credentials.hidden_in(words) if self._credentials else words


def _asked_wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.wait or 0.0) if isinstance(error, CloudError) else 0.0


def _reason(wrapped: BaseException, *, confidential: bool) -> str:
    """Return why there was no answer: what is wrapped round it repeats the whole request, or the answer."""
    cause: BaseException | None = wrapped
    while cause is not None and not isinstance(cause, ShareError):
        if isinstance(cause, OSError) and not type(cause).__module__.startswith("requests"):
            return str(cause)
        cause = cause.__cause__ or cause.__context__
    return "an answer that can't be read" if confidential else str(wrapped)[:LONGEST_REASON]


def _kind(code: str | None, status: int | None) -> type[CloudError]:
    if "Throttling" in (code or ""):
        return Throttled
    if code == "ServiceUnavailable" or code is None or (status or 0) >= 500:
        return AnswerLost
    return Refused
