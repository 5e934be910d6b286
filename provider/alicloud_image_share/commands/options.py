"""The option by which every command is told in which project it works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.inventory.scope import ALL, Scope
from alicloud_image_share.inventory.session import LiveSession
from alicloud_image_share.sharing.accounts import show

F = TypeVar("F", bound=Callable[..., Any])

HELP = "The project's folder, or one below it; by default this one."


def folder_option(words: str = HELP) -> Callable[[F], F]:
    """Return the option `--cwd`, which a command gets as `folder`."""
    return click.option(
        "--cwd",
        "folder",
        default=".",
        metavar="DIR",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help=words,
    )


def role_option(words: str) -> Callable[[F], F]:
    """Return the option `--role-arn`, which may be repeated, and which a command gets as `roles`."""
    return click.option(
        "--role-arn",
        "roles",
        multiple=True,
        metavar="ARN",
        callback=_checked,
        help=f"{words} May be repeated.",
    )


def _checked(_context: click.Context, _parameter: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    for arn in value:
        if not is_role(arn):
            raise click.BadParameter(f"{show(arn)} {NO_ROLE}")
    return tuple(dict.fromkeys(value))


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
