"""The accounts that an audit looks at: those that stacks are configured for, and those of further roles."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from alicloud_image_share.config import Settings
from alicloud_image_share.connection import Connection
from alicloud_image_share.declarations import environment_settings
from alicloud_image_share.live.declared import DeclaredStack
from alicloud_image_share.live.model import Unread
from alicloud_image_share.live_session import caller_of, callers, tell, unreached
from alicloud_image_share.ram_names import account_of

Matches = Callable[[str], bool]
"""Tells whether a stack is asked for."""


@dataclass(slots=True)
class Account:
    """One account: a way to it, and the stacks by whose rules and shares it is judged."""

    connection: Connection
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
    def configured(settings: Settings) -> Connection:
        return Connection(settings, tell)

    environment = configured(environment_settings(os.environ))
    if stacks:
        accounts = _of_stacks(stacks, matches, configured)
    else:
        accounts = Accounts({environment.caller: Account(environment)})
    matching: dict[Connection, DeclaredStack | None] = {}
    for stack in filter(lambda stack: matches(stack.name), stacks):
        matching.setdefault(configured(stack.settings), stack)
    for role_arn in roles:
        _add_role(accounts, role_arn, matching or {environment: None})
    return accounts


def _of_stacks(
    stacks: Sequence[DeclaredStack], matches: Matches, configured: Callable[[Settings], Connection]
) -> Accounts:
    ways: dict[tuple[Settings, str | None], list[DeclaredStack]] = {}
    for stack in stacks:
        for role_arn in sorted(stack.roles, key=str):
            ways.setdefault((stack.settings, role_arn), []).append(stack.of_role(role_arn))
    connections = [configured(settings).as_role(role_arn) for settings, role_arn in ways]
    accounts = Accounts()
    for connection, of_way, caller in zip(connections, ways.values(), callers(connections), strict=True):
        if isinstance(caller, str):
            account = accounts.found.setdefault(caller, Account(connection))
            account.stacks += (replace(stack, account=caller) for stack in of_way)
        elif len(ways) == 1:
            raise caller
        else:
            reason = " ".join(str(caller).split())
            accounts.strange += (Unread(f"stack {stack.name}", reason) for stack in of_way)
    for account in accounts.found.values():
        account.asked = any(matches(stack.name) for stack in account.stacks)
    return accounts


def _add_role(accounts: Accounts, role_arn: str, through: Mapping[Connection, DeclaredStack | None]) -> None:
    """Add the account of a role, by the first way to it, unless it is read anyway.

    The stack whose configuration that is has its say there, too: with its region and its rules.
    """
    if account_of(role_arn) in accounts.asked:
        return
    errors = []
    for configured, stack in through.items():
        connection = configured.as_role(role_arn)
        caller = caller_of(connection)
        if isinstance(caller, str):
            known = accounts.found[caller].stacks if caller in accounts.found else []
            judging = [replace(stack.of_role(role_arn), account=caller)] if stack else []
            accounts.found[caller] = Account(connection, [*judging, *known])
            return
        errors.append(caller)
    accounts.unreached.append(unreached(role_arn, errors[0]))
