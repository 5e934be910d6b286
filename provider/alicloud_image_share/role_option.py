"""The option by which a command is told the roles that are assumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from alicloud_image_share.accounts import show
from alicloud_image_share.ram_names import NO_ROLE, is_role

F = TypeVar("F", bound=Callable[..., Any])


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
