"""Where a command reads that looks at the cloud, and with which configuration: its options, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from alicloud_image_share.commands.options import (
    HELP,
    STACK_OR_ENVIRONMENT,
    folder_option,
    region_option,
    role_option,
    service_option,
    stack_option,
)
from alicloud_image_share.inventory.account_sessions import AccountSessions
from alicloud_image_share.inventory.scope import Scope

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """With which configuration a command reads, and how far."""

    stack: str | None
    """The stack whose configuration is used, or of an audit the stacks; None is the environment alone."""
    folder: Path
    scope: Scope
    roles: tuple[str, ...] = ()
    """The roles as which it reads; none are the configured credentials alone."""

    def sessions(self) -> AccountSessions:
        """Return the sessions of one stack or of the environment."""
        return AccountSessions.of(self.folder, self.stack, self.roles)


def _read_options(
    stack: Callable[[F], F], roles_help: str
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options that say where it reads, as one argument."""
    options: tuple[Callable[[Any], Any], ...] = (
        stack,
        folder_option(f"{HELP} Works without a project too."),
        service_option("May be repeated; by default all."),
        region_option("May be repeated; by default all that each service has."),
        role_option(roles_help),
        click.option(
            "--no-resource-sharing",
            "leaves_out",
            is_flag=True,
            help="Do not read shares made by Resource Sharing; the report says so.",
        ),
    )

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def run(
            *,
            stack: str | None,
            folder: Path,
            services: tuple[str, ...],
            regions: tuple[str, ...],
            roles: tuple[str, ...],
            leaves_out: bool,
            **rest: Any,
        ) -> int:
            scope = Scope(services, regions, resource_shares=not leaves_out)
            return command(ReadOptions(stack, folder, scope, roles), **rest)

        decorated: Callable[..., int] = run
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


one_stack = _read_options(
    stack_option(STACK_OR_ENVIRONMENT),
    "Look at the account of this role, in place of the configured one.",
)
some_stacks = _read_options(
    stack_option("Which stacks (default: all).", metavar="GLOB", default="*"),
    "Look at the account of this role, too.",
)
