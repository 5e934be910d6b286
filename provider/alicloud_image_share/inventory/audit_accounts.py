"""The accounts that an audit looks at: those that stacks are configured for, and those of further roles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.ram_names import account_of
from alicloud_image_share.cloud.session import Session, Sessions
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.inventory.account_sessions import (
    AccountSessions,
    account_id_of,
    account_ids,
    stacks_of,
    tell,
)
from alicloud_image_share.inventory.audit import findings
from alicloud_image_share.inventory.audit_result import NO_RUNS, Audit, Finding, Runs, Verdict
from alicloud_image_share.inventory.declared import (
    Declared,
    DeclaredStack,
    rotations_without_image,
    with_newest,
)
from alicloud_image_share.inventory.ending import ending_soon
from alicloud_image_share.inventory.live import Inventory, ReadFailure
from alicloud_image_share.inventory.scope import Scope
from alicloud_image_share.inventory.stacks import environment_settings
from alicloud_image_share.stack_file.file_presence import known_stacks
from alicloud_image_share.stack_file.project import ProjectError

Matches = Callable[[str], bool]
"""Tells whether a stack is to be audited."""

ReadRuns = Callable[[Iterable[str]], tuple[Runs, list[ReadFailure]]]
"""Reads the interrupted runs of stacks; the states that could not be read come with them."""


@dataclass(slots=True)
class AuditedStacks:
    """One account: its session, and the stacks by whose rules and shares it is judged."""

    session: Session
    stacks: list[DeclaredStack] = field(default_factory=list)
    to_read: bool = True
    """Whether it is to be read: not where none of its stacks is to be audited."""


@dataclass(slots=True)
class Accounts:
    """The accounts by their ids, and what led to none."""

    by_id: dict[str, AuditedStacks] = field(default_factory=dict)
    stacks_without_account: list[ReadFailure] = field(default_factory=list)
    roles_not_assumed: list[ReadFailure] = field(default_factory=list)

    @property
    def to_read(self) -> dict[str, AuditedStacks]:
        """Account id → account, without those all of whose stacks are left out of this audit."""
        return {account_id: account for account_id, account in self.by_id.items() if account.to_read}


def accounts_of(stacks: Sequence[DeclaredStack], matches: Matches, roles: Sequence[str]) -> Accounts:
    """Return the accounts of the stacks, or that of the environment where there are none, and those of roles.

    Raises where the only way to an account leads to none.
    """

    @cache
    def sessions_of(settings: Settings) -> Sessions:
        return Sessions(settings, Clock(), tell)

    environment = sessions_of(environment_settings(os.environ))
    if stacks:
        accounts = _of_stacks(stacks, matches, sessions_of)
    else:
        accounts = Accounts({environment.of().account_id: AuditedStacks(environment.of())})
    matching: dict[Sessions, DeclaredStack | None] = {}
    for stack in filter(lambda stack: matches(stack.name), stacks):
        matching.setdefault(sessions_of(stack.settings), stack)
    for role_arn in roles:
        _add_role(accounts, role_arn, matching or {environment: None})
    return accounts


def _of_stacks(
    stacks: Sequence[DeclaredStack], matches: Matches, sessions_of: Callable[[Settings], Sessions]
) -> Accounts:
    ways: dict[tuple[Settings, str | None], list[DeclaredStack]] = {}
    for stack in stacks:
        for role_arn in sorted(stack.roles, key=str):
            ways.setdefault((stack.settings, role_arn), []).append(stack.of_role(role_arn))
    sessions = [sessions_of(settings).of(role_arn) for settings, role_arn in ways]
    accounts = Accounts()
    for session, of_way, account_id in zip(sessions, ways.values(), account_ids(sessions), strict=True):
        if isinstance(account_id, str):
            account = accounts.by_id.setdefault(account_id, AuditedStacks(session))
            account.stacks += (replace(stack, account=account_id) for stack in of_way)
        elif len(ways) == 1:
            raise account_id
        else:
            failures = (ReadFailure.of_stack(stack.name, account_id) for stack in of_way)
            accounts.stacks_without_account += failures
    for account in accounts.by_id.values():
        account.to_read = any(matches(stack.name) for stack in account.stacks)
    return accounts


def _add_role(accounts: Accounts, role_arn: str, through: Mapping[Sessions, DeclaredStack | None]) -> None:
    """Add the account of a role, by the first way to it, unless it is read anyway.

    The stack whose configuration that is has its say there, too: with its region and its rules.
    """
    if account_of(role_arn) in accounts.to_read:
        return
    errors = []
    for sessions, stack in through.items():
        session = sessions.of(role_arn)
        account_id = account_id_of(session)
        if isinstance(account_id, str):
            known = accounts.by_id[account_id].stacks if account_id in accounts.by_id else []
            judging = [replace(stack.of_role(role_arn), account=account_id)] if stack else []
            accounts.by_id[account_id] = AuditedStacks(session, [*judging, *known])
            return
        errors.append(account_id)
    accounts.roles_not_assumed.append(ReadFailure.of_role(role_arn, errors[0]))


def audit(folder: Path, pattern: str, scope: Scope, roles: Sequence[str] = ()) -> Audit:
    """Audit the stacks whose names match, with the credentials that each is configured with.

    What other stacks of the same account manage is known for managed, and not reported on. The accounts of
    `roles` are read besides.
    """
    project_stacks = stacks_of(folder)
    declared = project_stacks.declared()

    def matches(stack: str | None) -> bool:
        return fnmatchcase(stack or "", pattern)

    _check_some_match(declared, matches, pattern)
    accounts = accounts_of(declared.stacks, matches, roles)
    to_read = accounts.to_read
    sessions = AccountSessions(
        tuple(account.session for account in to_read.values()), declared, tuple(accounts.roles_not_assumed)
    )
    regions = {
        account_id: frozenset().union(*(stack.regions for stack in account.stacks if matches(stack.name)))
        for account_id, account in to_read.items()
    }
    inventory = sessions.read(scope, regions)
    now = environment_settings(os.environ).ends.now(Clock())
    stacks = _with_newest(inventory, to_read)
    every, states_not_read = _judged(inventory, stacks, project_stacks.interrupted, now)
    reported = [finding for finding in every if _is_about(finding, matches)]
    failures = [*declared.failures, *accounts.stacks_without_account]
    failures += (failure for of_account in stacks.values() for failure in of_account.failures)
    return Audit(
        tuple(sorted(reported, key=lambda finding: finding.order)),
        inventory,
        tuple(failure for failure in failures if matches(failure.stack)),
        (*(failure for failure in failures if not matches(failure.stack)), *states_not_read),
        tuple(ending_soon((stack for stack in declared.stacks if matches(stack.name)), now)),
    )


def _with_newest(inventory: Inventory, to_read: Mapping[str, AuditedStacks]) -> dict[str, Declared]:
    """Return what the stacks of each account say, with the images that their rotations select."""
    every = {}
    for account in inventory.accounts:
        declared = Declared(tuple(to_read[account.account_id].stacks))
        declared = replace(declared, failures=tuple(rotations_without_image(declared, account)))
        every[account.account_id] = with_newest(declared, account)
    return every


def _judged(
    inventory: Inventory, stacks: Mapping[str, Declared], interrupted: ReadRuns, now: datetime
) -> tuple[list[Finding], list[ReadFailure]]:
    """Return every finding, and the states that could not be read."""
    every = _findings(inventory, stacks, NO_RUNS, now)
    if not any(finding.verdict is Verdict.UNMANAGED or finding.has_extra for finding in every):
        return every, []
    # To read state takes a second a stack, and tells only where an access comes from that no stack lists.
    names = dict.fromkeys(stack.name for account in stacks.values() for stack in account.stacks)
    runs, states_not_read = interrupted(names)
    return _findings(inventory, stacks, runs, now), states_not_read


def _findings(
    inventory: Inventory, stacks: Mapping[str, Declared], runs: Runs, now: datetime
) -> list[Finding]:
    return [
        finding
        for account in inventory.accounts
        for finding in findings(account, stacks[account.account_id], runs, now)
    ]


def _check_some_match(declared: Declared, matches: Matches, pattern: str) -> None:
    not_read = (failure.stack or "" for failure in declared.failures)
    names = sorted([*(stack.name for stack in declared.stacks), *not_read])
    if pattern != "*" and not any(map(matches, names)):
        raise ProjectError(f"no stack matches {pattern}; {known_stacks(names)}.")


def _is_about(finding: Finding, matches: Matches) -> bool:
    return not finding.stacks or any(map(matches, finding.stacks))
