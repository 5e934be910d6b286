"""Whether the cloud can be reached, knows the caller, and lets him and his roles read: nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credentials import NoCredentialsError
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.commands.doctor.configuration import Configuration, Target
from alicloud_image_share.commands.doctor.directory import folder_findings
from alicloud_image_share.commands.doctor.finding import Finding, Level
from alicloud_image_share.commands.doctor.reads import (
    CLOCK_SECONDS,
    SECONDS,
    CloudReads,
    ReadResult,
    clock_finding,
    ignore_waits,
)
from alicloud_image_share.errors import Refused, ShareError
from alicloud_image_share.inventory.reading import worker_threads

NETWORK = "check the network and its proxy, the region, and alicloud:endpoints"
LEAVE_OUT = (
    "grant what `image-share policy --service ecs --region all --read-only` prints, or set"
    " image-shares:resourceSharing to false"
)
TRUST = "let it trust the caller, and grant the caller sts:AssumeRole on it: `image-share policy` prints both"


def cloud_findings(configuration: Configuration) -> Iterator[Finding]:
    """Look at configuration, credentials, clock, endpoints, roles and permissions."""
    return _once(_findings(configuration))


def _findings(configuration: Configuration) -> Iterator[Finding]:
    settings = configuration.settings
    problems = (problem.removesuffix(".") for problem in settings.problems)
    yield from (Finding("configuration", Level.FAIL, problem, "correct it") for problem in problems)
    if settings.problems:
        yield _not_looked_at("the configuration is malformed")
        return
    clock = Clock()
    sessions = Sessions(settings, clock, ignore_waits)
    openapi = sessions.of().client
    try:
        openapi.find_credentials(Deadline.after(clock, SECONDS))
    except ShareError as error:
        yield from _no_credentials(error)
        return
    own = CloudReads(openapi, settings)
    of_roles = {role: CloudReads(sessions.of(role).client, settings) for role in configuration.roles}
    with worker_threads("doctor") as pool:
        caller = pool.submit(own.identity)
        assumed = pool.map(CloudReads.identity, of_roles.values())
        results = pool.map(own.of, configuration.targets())
        reply, source = caller.result(), configuration.source(sessions.chain.source)
        caller_fails = isinstance(reply, str) or reply.concerns_every_call
        yield from _caller(configuration, source, reply)
        if isinstance(reply, ReadResult):
            url = f"{settings.protocol.lower()}://{reply.host}/"
            date = openapi.server_date(url, CLOCK_SECONDS)
            yield clock_finding(date, accepted=reply.answer is not None, refused=reply.is_about_clock)
            yield _endpoint("endpoint sts", reply)
        if not caller_fails:
            targets = configuration.targets()
            yield from _resource_sharing(targets, pool.map(own.resource_shares, targets))
        yield from _targets(configuration.targets(), results, caller_fails=caller_fails)
        for (role, reads), identity in zip(of_roles.items(), assumed, strict=True):
            can_assume = isinstance(identity, ReadResult) and identity.answer is not None
            targets = configuration.targets(role) if can_assume else ()
            yield from _resource_sharing(targets, pool.map(reads.resource_shares, targets))
            yield _role(role, identity, caller_fails=caller_fails)
            yield from _targets(targets, pool.map(reads.of, targets), caller_fails=caller_fails)
    yield from folder_findings(configuration, sessions, caller_fails=caller_fails)


def _no_credentials(error: ShareError) -> Iterator[Finding]:
    sentence, tried = (
        (error.sentence, error.tried) if isinstance(error, NoCredentialsError) else (str(error), ())
    )
    yield Finding("credentials", Level.FAIL, sentence)
    for place in tried:
        yield Finding("default credential chain", Level.NOTE, place)
    yield _not_looked_at("there are no credentials")


def _not_looked_at(why: str) -> Finding:
    return Finding("cloud", Level.NOTE, f"clock, endpoints and permissions were not tried: {why}")


def _caller(configuration: Configuration, source: str, reply: ReadResult | str) -> Iterator[Finding]:
    where = f"found in {source}"
    if isinstance(reply, str):
        yield Finding("credentials", Level.NOTE, where)
        yield Finding("endpoint sts", Level.FAIL, reply)
        return
    yield _credentials(configuration, where, reply)


def _credentials(configuration: Configuration, where: str, reply: ReadResult) -> Finding:
    if reply.answer is None:
        if reply.is_about_caller:
            return Finding("credentials", Level.FAIL, f"{where}: {reply.error}", reply.fix)
        return Finding(
            "credentials", Level.NOTE, f"{where}: the account they belong to could not be found out"
        )
    account, wanted = str(reply.answer), configuration.settings.account_id
    if wanted and wanted != account:
        words = f"{where}: they belong to account {account}, and alicloud:accountId is {wanted}"
        return Finding("credentials", Level.FAIL, words, "use others, or correct the setting")
    return Finding("credentials", Level.OK, f"{where}: they belong to account {account}")


def _role(role_arn: str, reply: ReadResult | str, *, caller_fails: bool) -> Finding:
    """Judge whether a role could be assumed, by what came of asking, as the role, whose it is."""
    subject = f"role {role_arn}"
    if isinstance(reply, str) or (reply.concerns_every_call and caller_fails):
        return Finding(subject, Level.NOTE, "not tried, because of the failure above")
    if reply.answer is not None:
        words = f"it can be assumed, and belongs to account {reply.answer}"
        return Finding(subject, Level.OK, words)
    words = f"it can't be assumed, and its permissions were not tried ({str(reply.error).rstrip('.')})"
    return Finding(subject, Level.FAIL, words, TRUST if reply.is_denied else reply.fix)


def _endpoint(subject: str, reply: ReadResult) -> Finding:
    if reply.is_lost:
        return Finding(subject, Level.FAIL, f"{reply.host} gives no answer ({reply.message})", NETWORK)
    return Finding(subject, Level.OK, f"{reply.host} answers")


def _targets(
    targets: Iterable[Target], results: Iterable[tuple[ReadResult, ...] | str], *, caller_fails: bool
) -> Iterator[Finding]:
    for target, replies in zip(targets, results, strict=True):
        yield from _target(target, replies, caller_fails=caller_fails)


def _target(
    target: Target, replies: tuple[ReadResult, ...] | str, *, caller_fails: bool
) -> Iterator[Finding]:
    if isinstance(replies, str):
        fix = "configure alicloud:region or ALICLOUD_REGION" if target.lacks_region else ""
        yield Finding(f"endpoint {target}", Level.FAIL, replies.rstrip("."), fix)
        return
    yield _endpoint(f"endpoint {target}", replies[0])
    whose = f" as {target.role_arn}" if target.role_arn else ""
    said_above = replies[0].is_lost or caller_fails
    for reply in replies:
        if reply.concerns_every_call and said_above:
            words = f"{_action(reply)} was not tried, because of the failure above"
            yield Finding(f"permission {target}{whose}", Level.NOTE, words)
            continue
        listed = reply is not replies[0] and replies[0].error is None
        yield _permission(f"permission {target}{whose}", reply, listed=listed)


def _resource_sharing(targets: Iterable[Target], results: Iterable[ReadResult | None]) -> Iterator[Finding]:
    """Judge whether reports may read shares made by Resource Sharing; no run needs that."""
    for target, reply in zip(targets, results, strict=True):
        if reply is None:
            continue
        whose = f" as {target.role_arn}" if target.role_arn else ""
        subject = f"resource sharing {target}{whose}"
        if reply.error is None:
            yield Finding(subject, Level.OK, f"{_action(reply)} is allowed")
            continue
        words = f"audit, who and export cannot read it, and exit with 1 ({str(reply.error).rstrip('.')})"
        yield Finding(subject, Level.NOTE, words, LEAVE_OUT)


def _permission(subject: str, reply: ReadResult, *, listed: bool) -> Finding:
    """Judge what one read came to; `listed` tells that images may be listed, and so may be missing."""
    action = _action(reply)
    if reply.error is None:
        return Finding(subject, Level.OK, f"{action} is allowed")
    if reply.is_denied:
        fix = "grant it: `image-share policy` prints what is needed"
        # ENS says the same of an image that is not there.
        absent = ", or the image is not there" if listed and reply.code == "NoPermission" else ""
        return Finding(subject, Level.FAIL, f"{action} is not allowed{absent} ({reply.code})", fix)
    if isinstance(reply.error, Refused) and reply.code.startswith("InvalidImageId"):
        return Finding(subject, Level.NOTE, f"{action} is allowed, and shows no such image", reply.fix)
    return Finding(subject, Level.FAIL, str(reply.error), reply.fix)


def _action(reply: ReadResult) -> str:
    return f"{reply.api.ram_prefix}:{reply.action}"


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what was said already: an endpoint answers whoever calls."""
    earlier: set[Finding] = set()
    for finding in findings:
        if finding not in earlier:
            earlier.add(finding)
            yield finding
