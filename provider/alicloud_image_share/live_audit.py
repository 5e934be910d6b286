"""An audit: the stacks by the account that each is configured for, and that account's images against them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from alicloud_image_share import services
from alicloud_image_share.config import Settings
from alicloud_image_share.connection import Connection
from alicloud_image_share.declarations import environment_settings
from alicloud_image_share.errors import ShareError
from alicloud_image_share.live.audit import Audit, Finding, findings, in_order
from alicloud_image_share.live.declared import Declared, DeclaredStack
from alicloud_image_share.live.model import Live, Place, Unread
from alicloud_image_share.live.rotated import with_rotated
from alicloud_image_share.live.scope import Scope
from alicloud_image_share.live_session import LiveSession, stacks_of, tell
from alicloud_image_share.project import ProjectError

Matches = Callable[[str], bool]

_Way = tuple[Settings, "str | None"]
"""A configuration, and the role that is assumed on top of it."""


def audit(folder: Path, pattern: str, scope: Scope) -> Audit:
    """Audit the stacks whose names match, with the credentials that each is configured with.

    What other stacks of the same account manage is known for managed, and not reported on.
    """
    declared = stacks_of(folder).declared()

    def matches(stack: str) -> bool:
        return fnmatchcase(stack, pattern)

    _some_match(declared, matches, pattern)
    accounts, strange = _by_account(declared.stacks)
    found: list[Finding] = []
    reads: list[Live] = []
    for session in accounts:
        asked = [stack for stack in session.declared.stacks if matches(stack.name)]
        if asked or not session.declared.stacks:
            live = session.read(scope, _places(asked))
            reads.append(live)
            about = findings(live, with_rotated(session.declared, live))
            found += [one for one in about if _is_about(one, matches)]
    unread = (*declared.unread, *strange)
    return Audit(
        in_order(found),
        tuple(reads),
        tuple(one for one in unread if matches(_name(one))),
        tuple(one for one in unread if not matches(_name(one))),
    )


def _some_match(declared: Declared, matches: Matches, pattern: str) -> None:
    names = sorted([*(stack.name for stack in declared.stacks), *map(_name, declared.unread)])
    if pattern != "*" and not any(map(matches, names)):
        raise ProjectError(f"no stack matches {pattern}; known are {', '.join(names) or 'none'}.")


def _by_account(stacks: Iterable[DeclaredStack]) -> tuple[list[LiveSession], list[Unread]]:
    """Return the stacks of each account, with one way to reach it; the environment's where there is none.

    Stacks whose account cannot be found are returned as unread; raises where that is all of them.
    """
    by_way: dict[_Way, list[DeclaredStack]] = {}
    for stack in stacks:
        for role_arn in sorted(stack.roles, key=str):
            by_way.setdefault((stack.settings, role_arn), []).append(stack.of_role(role_arn))
    if not by_way:
        return [LiveSession(environment_settings(os.environ), Declared())], []
    ways: dict[str, _Way] = {}
    members: dict[str, list[DeclaredStack]] = {}
    unread: list[Unread] = []
    for way, configured in by_way.items():
        caller = _caller(*way)
        if isinstance(caller, str):
            ways.setdefault(caller, way)
            members.setdefault(caller, []).extend(replace(stack, account=caller) for stack in configured)
        elif len(by_way) == 1:
            raise caller
        else:
            reason = " ".join(str(caller).split())
            unread += [Unread(f"stack {stack.name}", reason) for stack in configured]
    sessions = [
        LiveSession(settings, Declared(tuple(members[caller])), role_arn)
        for caller, (settings, role_arn) in ways.items()
    ]
    return sessions, unread


def _caller(settings: Settings, role_arn: str | None) -> str | ShareError:
    try:
        return Connection(settings, tell, role_arn=role_arn).caller
    except ShareError as error:
        return error


def _places(stacks: Iterable[DeclaredStack]) -> frozenset[Place]:
    """Return where the images of the stacks are, and all else in the regions that they are configured for."""
    regional = [name for name in services.names() if services.service(name).API.regional]
    regions = {stack.settings.region for stack in stacks if stack.settings.region}
    homes = {Place(service, region) for service in regional for region in regions}
    return frozenset(homes | {place for stack in stacks for place in stack.places})


def _is_about(finding: Finding, matches: Matches) -> bool:
    claims = finding.managed.claims
    return not claims or any(matches(claim.stack) for claim in claims)


def _name(unread: Unread) -> str:
    return unread.what.removeprefix("stack ")
