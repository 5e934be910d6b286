"""The options that several commands have."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.engine.verdict import VARIABLE
from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.stack_file.file_presence import name_of_file
from alicloud_image_share.stack_file.project import find_project

F = TypeVar("F", bound=Callable[..., Any])

_STACK = re.compile(r"[\w.*?\[\]!-]+", re.ASCII)
"""What the engine takes for the name of a stack, and what a pattern has besides."""
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)

HELP = "Project folder, or a folder inside it (default: the current folder)."


def folder_option(words: str = HELP) -> Callable[[F], F]:
    """Return the option `--cwd`, which a command gets as `folder`."""
    return click.option(
        "--cwd",
        "-C",
        "folder",
        default=".",
        metavar="DIR",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help=words,
    )


def service_option(words: str) -> Callable[[F], F]:
    """Return the option `--service`, which may be repeated or all, and which a command gets as `services`."""
    names = click.Choice((*services.names(), services.ALL))
    return click.option("--service", "services", multiple=True, type=names, help=words)


def _checked_stack(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> str | None:
    """Refuse a path, and an empty name: it comes of a variable that is not set and means another stack.

    Of two names the first one would be passed over without a word. Only a command that runs on many stacks
    gives a second one: the stack after the pattern.
    """
    if len(values) > 1 and VARIABLE not in os.environ:
        raise click.BadParameter(f"{' and '.join(map(show, values))} are two stacks: name one")
    value = values[-1] if values else None
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty: name a stack")
    if value is not None and not is_stack(value):
        raise click.BadParameter(f"{show(value)} is not the name of a stack; --cwd names the folder")
    return value


def is_stack(text: str) -> bool:
    """Tell whether a text may be the name of a stack, with its organization and project, or a pattern."""
    return all(_STACK.fullmatch(part) and part.strip(".") for part in text.split("/"))


def of_stack(file: Path, stack: str | None) -> Path:
    """Return the file of a stack, where `{stack}` stands for its name; a text that is no name stays out."""
    return Path(str(file).replace("{stack}", name_of_file(stack))) if stack and is_stack(stack) else file


def _complete_stack(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the names of the project's stacks that begin with what is typed, for the shell to complete."""
    try:
        stacks = find_project(Path(context.params.get("folder") or ".")).stacks()
    except ShareError:
        return []
    return [CompletionItem(name) for name in stacks if name.startswith(incomplete)]


def stack_option(words: str, *, metavar: str = "NAME", default: str | None = None) -> Callable[[F], F]:
    """Return the option `--stack`; an empty name is refused, and a shell completes those of the project."""
    return click.option(
        "--stack",
        "-s",
        callback=_checked_stack,
        shell_complete=_complete_stack,
        multiple=True,
        default=None if default is None else (default,),
        metavar=metavar,
        help=words,
    )


STACK_OR_ENVIRONMENT = "Use the configuration of this stack (default: the environment's)."


def region_option(words: str) -> Callable[[F], F]:
    """Return the option `--region`, which may be repeated or all, and which a command gets as `regions`."""
    return click.option(
        "--region", "regions", multiple=True, metavar="REGION", callback=_checked_regions, help=words
    )


def _checked_regions(
    _context: click.Context, _parameter: click.Parameter, value: Sequence[str]
) -> tuple[str, ...]:
    for region in value:
        if not _REGION.fullmatch(region):
            # An empty one comes of a variable that is not set, and would look nowhere.
            raise click.BadParameter(f"{show(region)} is neither a region id, such as cn-hangzhou, nor all")
    return tuple(value)


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


def check_terminal(command: str) -> None:
    """Refuse a command that asks before it changes anything, where there is nobody to ask."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            f"{command} asks before it changes anything, and there is no terminal: give --yes"
        )


output_option = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to this file (default: standard output).",
)
