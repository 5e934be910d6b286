"""The commands about what is live: export, audit, who and revoke."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from alicloud_image_share import live_session, services
from alicloud_image_share.inputs import ACCOUNT_ID
from alicloud_image_share.live import documents, export, revoke_wording
from alicloud_image_share.live.audit import Audit
from alicloud_image_share.live.declared import Declared
from alicloud_image_share.live.page import to_html
from alicloud_image_share.live.revocation import Revocation, Revoked
from alicloud_image_share.live.rotated import with_rotated
from alicloud_image_share.live.scope import ALL, Scope
from alicloud_image_share.live.who import Uses, uses
from alicloud_image_share.live.wording import Line, audit_lines, uses_lines
from alicloud_image_share.live_session import LiveSession
from alicloud_image_share.review_command import write

F = TypeVar("F", bound=Callable[..., Any])

DONE, FAILED, RULE_BROKEN = 0, 1, 3

AUDIT_FORMATS: dict[str, Callable[[Audit], str]] = {
    "json": documents.audit_json,
    "csv": documents.audit_csv,
    "html": to_html,
}

_output = click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write there, not here."
)
_report_format = click.option(
    "--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True
)


@dataclass(frozen=True, slots=True)
class Where:
    """With which configuration a command reads, and how far."""

    stack: str | None
    """The stack whose configuration is used, or of an audit the stacks; None is the environment alone."""
    folder: Path
    scope: Scope

    def session(self) -> LiveSession:
        """Return the session of one stack or of the environment."""
        return LiveSession.of(self.folder, self.stack)


def _accounts(_context: click.Context, _parameter: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    for account in value:
        if not ACCOUNT_ID.fullmatch(account):
            raise click.BadParameter(f"{account!r} is not an account id: it has 5 to 20 digits")
    return tuple(dict.fromkeys(value))


_account_arguments = click.argument(
    "accounts", metavar="ACCOUNT...", nargs=-1, required=True, callback=_accounts
)


def _where(stack_option: Callable[[F], F]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options that say where it reads, as one argument."""
    names = click.Choice((*services.names(), ALL))
    folder_help = "The project's folder, or one below it; by default this one. None is needed."
    folder_type = click.Path(path_type=Path, exists=True, file_okay=False)
    options: tuple[Callable[[Any], Any], ...] = (
        stack_option,
        click.option("--cwd", "folder", default=".", metavar="DIR", type=folder_type, help=folder_help),
        click.option(
            "--service", "chosen", multiple=True, type=names, help="May be repeated; by default all."
        ),
        click.option("--region", "regions", multiple=True, metavar="REGION", help=_REGION_HELP),
    )

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def run(
            *, stack: str | None, folder: Path, chosen: Sequence[str], regions: Sequence[str], **rest: Any
        ) -> int:
            return command(Where(stack, folder, Scope(tuple(chosen), tuple(regions))), **rest)

        decorated: Callable[..., int] = run
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


_REGION_HELP = (
    "May be repeated, or all; by default alicloud:region, for an audit also those of the stacks' images."
)
_one_stack = _where(
    click.option(
        "--stack", metavar="NAME", help="The stack whose configuration is used; else the environment's."
    )
)
_stacks = _where(click.option("--stack", default="*", metavar="GLOB", help="Which stacks; by default all."))


@click.command("export", epilog="Example: image-share export --region all > Pulumi.live.yaml")
@_one_stack
@click.option("--image", "only", multiple=True, metavar="ID", help="Only this image; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="All shared images, as by default.")
@click.option("--format", "form", type=click.Choice(("yaml", "python")), default="yaml", show_default=True)
@_output
def export_command(
    where: Where, only: Sequence[str], everything: bool, form: str, output: Path | None
) -> int:
    """Print what is shared now as a stack file or a program; the next up adopts it, without a write.

    Names and notes are those of the given stack, where it lists the image and the account.
    """
    if only and everything:
        raise click.UsageError("give --image or --all, not both")
    session = where.session()
    known = tuple(one for one in session.declared.stacks if one.name == where.stack)
    live = session.read(where.scope)
    shares = export.exported(live, with_rotated(Declared(known), live), frozenset(only))
    absent = sorted(set(only) - {share.image.key.image_id for share in shares})
    text = export.to_yaml(shares, live) if form == "yaml" else export.to_python(shares, live)
    _write(text, output)
    for image in absent:
        click.echo(f"error: {image} is not among the shared images that were read", err=True)
    if live.unread:
        click.echo(f"error: not everything was read, so it may lack shares; {live}", err=True)
    return FAILED if absent or live.unread else DONE


@click.command(epilog="Example: image-share audit --stack 'prod-*' --region all --format csv")
@_stacks
@click.option(
    "--format", "form", type=click.Choice(("table", *AUDIT_FORMATS)), default="table", show_default=True
)
@_output
def audit(where: Where, form: str, output: Path | None) -> int:
    """Compare what is live with what the stack files say; changes nothing.

    Exit status: 0 all is as it should be, 2 differences, 3 a rule is broken, 1 something was not read.
    """
    found = live_session.audit(where.folder, where.stack or "*", where.scope)
    if form == "table":
        _show(audit_lines(found), output)
    else:
        _write(AUDIT_FORMATS[form](found), output)
    return found.status


@click.command(epilog="Example: image-share who 1550809237710001 --region all")
@_account_arguments
@_one_stack
@_report_format
def who(where: Where, accounts: tuple[str, ...], form: str) -> int:
    """List every image that the accounts can use, and which stack manages that.

    Exit status: 0 none, 2 some, 1 where a service or region could not be read.
    """
    found = _uses(where.session(), accounts, where.scope)
    if form == "json":
        _write(documents.uses_json(found), None)
    else:
        _show(uses_lines(found), None)
    return found.status


@click.command(epilog="Example: image-share revoke 1550809237710001 --region all --yes")
@_account_arguments
@_one_stack
@click.option("--yes", is_flag=True, help="Take them off without asking.")
@_report_format
def revoke(where: Where, accounts: tuple[str, ...], yes: bool, form: str) -> int:
    """Take accounts off every image, managed or not, and read back. For emergencies.

    Exit status: 0 all are off, 3 one is left, 1 where a service or region could not be read.
    """
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("revoke asks before it changes anything, and there is no terminal: give --yes")
    session = where.session()
    found = _uses(session, accounts, where.scope)
    table = form == "table"
    if table:
        _show(uses_lines(found), None)
    named = {use.key: use.image for use in found.uses if use.by_name}
    if named and not yes and not click.confirm(f"take {', '.join(accounts)} off {len(named)} images?"):
        raise click.Abort
    connection = session.connection
    revocation = Revocation(connection.openapi, connection.clock, connection.tell)
    results = revocation.carry_out(
        named.values(), frozenset(accounts), _heard if table else lambda _one: None
    )
    declared = with_rotated(session.declared, found.live)
    if table:
        _show(revoke_wording.summary_lines(found, results, declared), None)
    else:
        _write(revoke_wording.to_json(found, results, declared), None)
    return _revoke_status(found, results)


COMMANDS = (export_command, audit, who, revoke)


def _uses(session: LiveSession, accounts: tuple[str, ...], scope: Scope) -> Uses:
    live = session.read(scope)
    declared = with_rotated(session.declared, live)
    return Uses(accounts, uses(accounts, live, declared), live, declared.unread)


def _revoke_status(found: Uses, results: Iterable[Revoked]) -> int:
    if any(one.left for one in results) or any(not use.by_name for use in found.uses):
        return RULE_BROKEN
    return FAILED if found.live.unread else DONE


def _heard(revoked: Revoked) -> None:
    _show([revoke_wording.result_line(revoked)], None)


def _show(lines: Iterable[Line], output: Path | None) -> None:
    """Print lines; click takes the colours off where it is no terminal."""
    if output:
        write(output, "".join(f"{text}\n" for text, _ in lines))
        return
    for text, colour in lines:
        click.echo(click.style(text, fg=colour) if colour else text)


def _write(text: str, output: Path | None) -> None:
    if output:
        write(output, text)
    else:
        sys.stdout.write(text)
