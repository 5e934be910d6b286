"""The accounts that an audit looks at: those that stacks are configured for, and those of further roles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.ram_names import account_of
from alicloud_image_share.cloud.session import Session, Sessions
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.inventory.audit import Audit, Finding, findings, in_order
from alicloud_image_share.inventory.declared import Declared, DeclaredStack, with_rotated
from alicloud_image_share.inventory.model import Place, Unread
from alicloud_image_share.inventory.scope import Scope
from alicloud_image_share.inventory.session import LiveSession, caller_of, callers, stacks_of, tell, unreached
from alicloud_image_share.inventory.stacks import environment_settings
from alicloud_image_share.stack_file.project import ProjectError

Matches = Callable[[str], bool]
"""Tells whether a stack is asked for."""


@dataclass(slots=True)
class Account:
    """One account: a way to it, and the stacks by whose rules and shares it is judged."""

    session: Session
    stacks: list[DeclaredStack] = field(default_factory=list)
    asked: bool = True
    """Whether it is to be read: not where all of its stacks are others than those asked for."""


@dataclass(slots=True)
class Accounts:
    """The accounts by their ids, and what led to none."""

    found: dict[str, Account] = field(default_factory=dict)
    strange: list[Unread] = field(default_factory=list)
    """Stacks whose account is not known."""
    unreached: list[Unread] = field(default_factory=list)
    """Roles that could not be assumed."""

    @property
    def asked(self) -> dict[str, Account]:
        """The accounts that are to be read."""
        return {account_id: account for account_id, account in self.found.items() if account.asked}


def accounts_of(stacks: Sequence[DeclaredStack], matches: Matches, roles: Sequence[str]) -> Accounts:
    """Return the accounts of the stacks, or that of the environment where there are none, and those of roles.

    Raises where the only way to an account leads to none.
    """

    @cache
    def configured(settings: Settings) -> Sessions:
        return Sessions(settings, Clock(), tell)

    environment = configured(environment_settings(os.environ))
    if stacks:
        accounts = _of_stacks(stacks, matches, configured)
    else:
        accounts = Accounts({environment.of().account_id: Account(environment.of())})
    matching: dict[Sessions, DeclaredStack | None] = {}
    for stack in filter(lambda stack: matches(stack.name), stacks):
        matching.setdefault(configured(stack.settings), stack)
    for role_arn in roles:
        _add_role(accounts, role_arn, matching or {environment: None})
    return accounts


def _of_stacks(
    stacks: Sequence[DeclaredStack], matches: Matches, configured: Callable[[Settings], Sessions]
) -> Accounts:
    ways: dict[tuple[Settings, str | None], list[DeclaredStack]] = {}
    for stack in stacks:
        for role_arn in sorted(stack.roles, key=str):
            ways.setdefault((stack.settings, role_arn), []).append(stack.of_role(role_arn))
    sessions = [configured(settings).of(role_arn) for settings, role_arn in ways]
    accounts = Accounts()
    for session, of_way, caller in zip(sessions, ways.values(), callers(sessions), strict=True):
        if isinstance(caller, str):
            account = accounts.found.setdefault(caller, Account(session))
            account.stacks += (replace(stack, account=caller) for stack in of_way)
        elif len(ways) == 1:
            raise caller
        else:
            reason = " ".join(str(caller).split())
            accounts.strange += (Unread(f"stack {stack.name}", reason) for stack in of_way)
    for account in accounts.found.values():
        account.asked = any(matches(stack.name) for stack in account.stacks)
    return accounts


def _add_role(accounts: Accounts, role_arn: str, through: Mapping[Sessions, DeclaredStack | None]) -> None:
    """Add the account of a role, by the first way to it, unless it is read anyway.

    The stack whose configuration that is has its say there, too: with its region and its rules.
    """
    if account_of(role_arn) in accounts.asked:
        return
    errors = []
    for configured, stack in through.items():
        session = configured.of(role_arn)
        caller = caller_of(session)
        if isinstance(caller, str):
            known = accounts.found[caller].stacks if caller in accounts.found else []
            judging = [replace(stack.of_role(role_arn), account=caller)] if stack else []
            accounts.found[caller] = Account(session, [*judging, *known])
            return
        errors.append(caller)
    accounts.unreached.append(unreached(role_arn, errors[0]))


def audit(folder: Path, pattern: str, scope: Scope, roles: Sequence[str] = ()) -> Audit:
    """Audit the stacks whose names match, with the credentials that each is configured with.

    What other stacks of the same account manage is known for managed, and not reported on. The accounts of
    `roles` are read besides.
    """
    declared = stacks_of(folder).declared()

    def matches(stack: str) -> bool:
        return fnmatchcase(stack, pattern)

    _some_match(declared, matches, pattern)
    accounts = accounts_of(declared.stacks, matches, roles)
    asked = accounts.asked
    session = LiveSession(
        tuple(account.session for account in asked.values()), declared, tuple(accounts.unreached)
    )
    places = {
        account_id: _places(stack for stack in account.stacks if matches(stack.name))
        for account_id, account in asked.items()
    }
    survey = session.read(scope, places)
    found: list[Finding] = []
    for live in survey.reads:
        stacks = Declared(tuple(asked[live.caller].stacks))
        about = findings(live, with_rotated(stacks, live))
        found += (one for one in about if _is_about(one, matches))
    unread = (*declared.unread, *accounts.strange)
    return Audit(
        in_order(found),
        survey,
        tuple(one for one in unread if matches(_name(one))),
        tuple(one for one in unread if not matches(_name(one))),
    )


def _some_match(declared: Declared, matches: Matches, pattern: str) -> None:
    names = sorted([*(stack.name for stack in declared.stacks), *map(_name, declared.unread)])
    if pattern != "*" and not any(map(matches, names)):
        raise ProjectError(f"no stack matches {pattern}; known are {', '.join(names) or 'none'}.")


def _places(stacks: Iterable[DeclaredStack]) -> frozenset[Place]:
    """Return where the images of the stacks are, and all else in the regions that they are configured for."""
    regional = [name for name in services.names() if services.service(name).API.regional]
    stacks = tuple(stacks)
    regions = {stack.settings.region for stack in stacks if stack.settings.region}
    homes = {Place(service, region) for service in regional for region in regions}
    return frozenset(homes | {place for stack in stacks for place in stack.places})


def _is_about(finding: Finding, matches: Matches) -> bool:
    claims = finding.managed.claims
    return not claims or any(matches(claim.stack) for claim in claims)


def _name(unread: Unread) -> str:
    return unread.what.removeprefix("stack ")
