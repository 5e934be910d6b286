"""The options by which commands about what is live say where they read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from alicloud_image_share import services
from alicloud_image_share.folder_option import HELP, folder_option
from alicloud_image_share.live.scope import ALL, Scope
from alicloud_image_share.live_session import LiveSession
from alicloud_image_share.role_option import role_option

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Where:
    """With which configuration a command reads, and how far."""

    stack: str | None
    """The stack whose configuration is used, or of an audit the stacks; None is the environment alone."""
    folder: Path
    scope: Scope
    roles: tuple[str, ...] = ()
    """The roles as which it reads; none are the configured credentials alone."""

    def session(self) -> LiveSession:
        """Return the session of one stack or of the environment."""
        return LiveSession.of(self.folder, self.stack, self.roles)


def _where(
    stack_option: Callable[[F], F], roles_help: str
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options that say where it reads, as one argument."""
    names = click.Choice((*services.names(), ALL))
    options: tuple[Callable[[Any], Any], ...] = (
        stack_option,
        folder_option(f"{HELP} None is needed."),
        click.option(
            "--service", "chosen", multiple=True, type=names, help="May be repeated; by default all."
        ),
        click.option("--region", "regions", multiple=True, metavar="REGION", help=_REGION_HELP),
        role_option(roles_help),
    )

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def run(
            *,
            stack: str | None,
            folder: Path,
            chosen: Sequence[str],
            regions: Sequence[str],
            roles: tuple[str, ...],
            **rest: Any,
        ) -> int:
            return command(Where(stack, folder, Scope(tuple(chosen), tuple(regions)), roles), **rest)

        decorated: Callable[..., int] = run
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


_REGION_HELP = (
    "May be repeated, or all; by default alicloud:region, for an audit also those of the stacks' images."
)
one_stack = _where(
    click.option(
        "--stack", metavar="NAME", help="The stack whose configuration is used; else the environment's."
    ),
    "Look at the account of this role, in place of the configured one.",
)
some_stacks = _where(
    click.option("--stack", default="*", metavar="GLOB", help="Which stacks; else all."),
    "Look at the account of this role, too.",
)
