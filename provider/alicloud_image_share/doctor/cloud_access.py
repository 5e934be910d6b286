"""Whether the cloud can be reached, knows the caller, and lets him read: by reads that change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alicloud_image_share import services
from alicloud_image_share.advice import advice
from alicloud_image_share.clock import Clock, Deadline
from alicloud_image_share.config import STS
from alicloud_image_share.doctor.configuration import Configuration, Target
from alicloud_image_share.doctor.finding import Finding, Level
from alicloud_image_share.doctor.skew import clock_finding
from alicloud_image_share.errors import AnswerLost, CloudError, ConfigurationError, Refused, ShareError
from alicloud_image_share.model import Api, Call
from alicloud_image_share.request import Request

if TYPE_CHECKING:
    from alicloud_image_share.config import Settings
    from alicloud_image_share.openapi import OpenApi

SECONDS = 6
"""How long one read may take."""

NETWORK = "check the network and its proxy, the region, and alicloud:endpoints"
_ABOUT_CALLER = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken")
_DENIED = ("Forbidden", "NoPermission")


@dataclass(frozen=True, slots=True)
class Reply:
    """What one read came to: an answer, or why there was none."""

    api: Api
    host: str
    action: str
    answer: Mapping[str, Any] | None = None
    error: CloudError | None = None

    @property
    def is_lost(self) -> bool:
        """Whether nobody answered."""
        return isinstance(self.error, AnswerLost) and self.error.code is None

    def has_code(self, *beginnings: str) -> bool:
        """Tell whether it was refused with a code that begins in one of these ways."""
        return self.error is not None and (self.error.code or "").startswith(beginnings)

    @property
    def fix(self) -> str:
        """What to do about the refusal."""
        return advice(self.error, self.api.ram_prefix).next_step if self.error else ""


def cloud_findings(configuration: Configuration) -> Iterator[Finding]:
    """Look at configuration, credentials, clock, endpoints and permissions."""
    problems = configuration.settings.problems
    yield from (Finding("configuration", Level.FAIL, problem, "correct it") for problem in problems)
    if problems:
        yield _unseen("the configuration is malformed")
        return
    # Loading the SDK takes a second.
    from alicloud_image_share.sign_in import sign_in  # noqa: PLC0415

    openapi = sign_in(configuration.settings, Clock(), tell=lambda _: None)
    try:
        chain = openapi.source(Deadline.after(Clock(), SECONDS))
    except ShareError as error:
        yield Finding("credentials", Level.FAIL, str(error))
        yield _unseen("there are no credentials")
        return
    with ThreadPoolExecutor() as pool:
        reads = _Reads(openapi, configuration.settings)
        caller = pool.submit(reads.replies, "sts", STS, None, [Call("GetCallerIdentity", {})])
        others = pool.map(reads.of, configuration.targets)
        yield from _caller(configuration, configuration.source(chain), caller.result())
        for target, replies in zip(configuration.targets, others, strict=True):
            yield from _target(target, replies)


def _unseen(why: str) -> Finding:
    return Finding("cloud", Level.NOTE, f"clock, endpoints and permissions were not looked at: {why}")


@dataclass(frozen=True, slots=True)
class _Reads:
    """Sends reads, for a few seconds each."""

    openapi: OpenApi
    settings: Settings

    def of(self, target: Target) -> tuple[Reply, ...] | str:
        """Describe an image, and list its accounts where there is one."""
        service = services.service(target.service)
        if service.API.regional and target.region is None:
            return "no region is configured"
        calls = [service.image_call(target.image)]
        calls += [service.accounts_call(target.image, 1)] if target.image_id else []
        return self.replies(target.service, service.API, target.region, calls)

    def replies(
        self, service: str, api: Api, region: str | None, calls: Sequence[Call]
    ) -> tuple[Reply, ...] | str:
        """Return what came of each call, or why none can be sent."""
        try:
            host = self.settings.endpoint(api, region)
        except ConfigurationError as error:
            return str(error)
        return tuple(self._reply(service, api, region, call, host) for call in calls)

    def _reply(self, service: str, api: Api, region: str | None, call: Call, host: str) -> Reply:
        deadline = Deadline.after(Clock(), SECONDS)
        request = Request(service, api, region, call, deadline, tell=lambda _words: None)
        try:
            return Reply(api, host, call.action, answer=self.openapi.read(request, lambda answer: answer))
        except CloudError as error:
            return Reply(api, host, call.action, error=error)


def _caller(configuration: Configuration, source: str, replies: tuple[Reply, ...] | str) -> Iterator[Finding]:
    found = f"found in {source}"
    if isinstance(replies, str):
        yield Finding("credentials", Level.NOTE, found)
        yield Finding("endpoint sts", Level.FAIL, replies)
        return
    reply = replies[0]
    yield _credentials(configuration, found, reply)
    url = f"{configuration.settings.protocol.lower()}://{reply.host}/"
    yield clock_finding(url, accepted=reply.answer is not None, refused=reply.has_code("InvalidTimeStamp"))
    yield _endpoint("endpoint sts", reply)


def _credentials(configuration: Configuration, found: str, reply: Reply) -> Finding:
    if reply.answer is None:
        if reply.has_code(*_ABOUT_CALLER):
            return Finding("credentials", Level.FAIL, f"{found}: {reply.error}", reply.fix)
        return Finding("credentials", Level.NOTE, f"{found}: whose they are was not told")
    account, wanted = str(reply.answer.get("AccountId")), configuration.settings.account_id
    if wanted and wanted != account:
        words = f"{found}: they belong to account {account}, and alicloud:accountId is {wanted}"
        return Finding("credentials", Level.FAIL, words, "use others, or correct the setting")
    return Finding("credentials", Level.OK, f"{found}: they belong to account {account}")


def _endpoint(subject: str, reply: Reply) -> Finding:
    if reply.is_lost:
        return Finding(subject, Level.FAIL, f"{reply.host} gives no answer ({_words(reply)})", NETWORK)
    return Finding(subject, Level.OK, f"{reply.host} answers")


def _target(target: Target, replies: tuple[Reply, ...] | str) -> Iterator[Finding]:
    if isinstance(replies, str):
        missing = "region" in replies and target.region is None
        fix = "configure alicloud:region or ALICLOUD_REGION" if missing else ""
        yield Finding(f"endpoint {target}", Level.FAIL, replies.rstrip("."), fix)
        return
    yield _endpoint(f"endpoint {target}", replies[0])
    for reply in replies:
        listed = reply is not replies[0] and replies[0].error is None
        yield _permission(f"permission {target}", reply, listed=listed)


def _permission(subject: str, reply: Reply, *, listed: bool) -> Finding:
    """Judge what one read came to; `listed` tells that images may be listed, and so may be missing."""
    action = f"{reply.api.ram_prefix}:{reply.action}"
    if reply.error is None:
        return Finding(subject, Level.OK, f"{action} is allowed")
    if reply.has_code(*_DENIED):
        fix = "grant it: `image-share policy` prints what is needed"
        # ENS says the same of an image that is not there.
        absent = ", or the image is not there" if listed and reply.error.code == "NoPermission" else ""
        return Finding(subject, Level.FAIL, f"{action} is not allowed{absent} ({reply.error.code})", fix)
    if reply.is_lost or reply.has_code(*_ABOUT_CALLER, "InvalidTimeStamp"):
        return Finding(subject, Level.NOTE, f"{action} was not looked at: see above")
    if isinstance(reply.error, Refused) and reply.has_code("InvalidImageId"):
        return Finding(subject, Level.NOTE, f"{action} is allowed, and shows no such image", reply.fix)
    return Finding(subject, Level.FAIL, str(reply.error), reply.fix)


def _words(reply: Reply) -> str:
    return reply.error.words if reply.error else ""
