"""The commands about what is live: export, audit, who and revoke."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.end_settings import time_of
from alicloud_image_share.commands.files import write
from alicloud_image_share.commands.options import check_terminal, output_option
from alicloud_image_share.commands.read_options import ReadOptions, one_stack, some_stacks
from alicloud_image_share.engine.console import Line, console, print_lines
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.standard_streams import say
from alicloud_image_share.inventory import documents, export
from alicloud_image_share.inventory.account_sessions import AccountSessions, tell
from alicloud_image_share.inventory.audit_accounts import audit as audit_of
from alicloud_image_share.inventory.audit_result import Audit
from alicloud_image_share.inventory.declared import Declared, with_newest
from alicloud_image_share.inventory.live import LiveImage
from alicloud_image_share.inventory.page import to_html
from alicloud_image_share.inventory.revocation import Revocation, RevocationResult
from alicloud_image_share.inventory.scope import Scope
from alicloud_image_share.inventory.short_report import audit_short, revocation_short
from alicloud_image_share.inventory.table_report import (
    audit_lines,
    revocation_json,
    revocation_lines,
    revoked_line,
    uses_lines,
)
from alicloud_image_share.inventory.who import Uses, uses
from alicloud_image_share.sharing.accounts import ACCOUNT_ID, show
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.stack_file.file_presence import name_of_file

AUDIT_FORMATS: dict[str, Callable[[Audit], str]] = {
    "json": documents.audit_json,
    "csv": documents.audit_csv,
    "html": to_html,
    "short": audit_short,
}

_REVOKED_FORMATS = {"json": revocation_json, "short": revocation_short}

_report_format = click.option(
    "--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True
)


def _accounts(_context: click.Context, _parameter: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    for account in value:
        if not ACCOUNT_ID.fullmatch(account):
            raise click.BadParameter(f"{show(account)} is not an account id: it has 5 to 20 digits")
    return tuple(dict.fromkeys(value))


_account_arguments = click.argument(
    "accounts", metavar="ACCOUNT...", nargs=-1, required=True, callback=_accounts
)


@click.command("export", epilog="Example: image-share export > Pulumi.live.yaml")
@one_stack
@click.option("--image", "only", multiple=True, metavar="ID", help="Only this image. May be repeated.")
@click.option("--all", "all_images", is_flag=True, hidden=True)  # the default, once an option
@click.option("--format", "form", type=click.Choice(("yaml", "python")), default="yaml", show_default=True)
@output_option
def export_command(
    options: ReadOptions, only: Sequence[str], all_images: bool, form: str, output: Path | None
) -> ExitStatus:
    """Print what is shared now as a stack file or a program.

    Names and notes are those of the given stack, where it lists the image and the account.
    """
    if only and all_images:
        raise click.UsageError("give --image or --all, not both")
    sessions = options.sessions()
    named = name_of_file(options.stack or "")
    known = Declared(tuple(stack for stack in sessions.declared.stacks if stack.name == named))
    inventory = sessions.read(options.scope)
    newest, now = with_newest(known, *inventory.accounts), time_of(os.environ)
    shares = export.exported(inventory, newest, now, frozenset(only))
    absent = sorted(set(only) - {share.image.key.image_id for share in shares})
    write((export.to_yaml if form == "yaml" else export.to_python)(shares, inventory), output)
    for image in absent:
        say(f"error: {image} is not among the shared images that were read", errors=True)
    for failure in sessions.declared.failures:
        say(f"NOT read: {failure}; no share depends on it", errors=True)
    for gap in inventory.gaps:
        say(f"error: not everything was read, so it may lack shares; {gap}", errors=True)
    return ExitStatus.of_report(complete=inventory.complete and not absent)


@click.command(epilog="Example: image-share audit --stack 'prod-*' --format csv")
@some_stacks
@click.option(
    "--format", "form", type=click.Choice(("table", *AUDIT_FORMATS)), default="table", show_default=True
)
@output_option
def audit(options: ReadOptions, form: str, output: Path | None) -> ExitStatus:
    """Compare the cloud with the stack files.

    Exit status: 0 all is as it should be, 2 differences, 3 a rule is broken, 1 something was not read.
    """
    result = audit_of(options.folder, name_of_file(options.stack or "*"), options.scope, options.roles)
    if form != "table":
        write(AUDIT_FORMATS[form](result), output)
    elif output:
        write("".join(f"{text}\n" for text, _ in audit_lines(result)), output)
    else:
        _show(audit_lines(result))
    return result.status


@click.command(epilog="Example: image-share who 1550809237710001")
@_account_arguments
@one_stack
@_report_format
def who(options: ReadOptions, accounts: tuple[str, ...], form: str) -> ExitStatus:
    """List the images that accounts can use.

    Exit status: 0 none, 2 some, 1 where something could not be read.
    """
    uses, _ = _uses(options.sessions(), accounts, options.scope)
    if form == "json":
        write(documents.uses_json(uses))
    else:
        _show(uses_lines(uses))
    return uses.status


@click.command(epilog="Example: image-share revoke 1550809237710001 --yes")
@_account_arguments
@one_stack
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option(
    "--format", "form", type=click.Choice(("table", "json", "short")), default="table", show_default=True
)
def revoke(options: ReadOptions, accounts: tuple[str, ...], yes: bool, form: str) -> ExitStatus:
    """Take accounts off every image, managed or not.

    For emergencies.

    Exit status: 0 no access is left, 3 some is left, 1 something could not be read.
    """
    if not yes:
        check_terminal("revoke")
    sessions = options.sessions()
    uses, listed = _uses(sessions, accounts, options.scope)
    declared = listed.without_ended(time_of(os.environ))
    table = form == "table"
    _show(uses_lines(uses), errors=not table)
    if uses.by_name and not yes:
        click.confirm(f"take {', '.join(accounts)} off {_counted(uses.by_name)}?", err=not table, abort=True)
    results = _revoked(sessions, uses, _show_revoked if table else lambda _revoked: None)
    if table:
        _show(revocation_lines(uses, results, declared))
    else:
        write(_REVOKED_FORMATS[form](uses, results, declared))
    return _revoke_status(uses, results)


def _uses(sessions: AccountSessions, accounts: tuple[str, ...], scope: Scope) -> tuple[Uses, Declared]:
    """Return what accounts can use, and what all stacks say of the images that were read."""
    inventory = sessions.read(scope)
    declared = with_newest(sessions.declared, *inventory.accounts)
    used = uses(accounts, inventory.images, declared)
    return Uses(accounts, used, inventory, declared.failures), declared


def _counted(images: Sequence[LiveImage]) -> str:
    owners = len({image.owner for image in images})
    counted = count(images, "image")
    return counted if owners == 1 else f"{counted} of {owners} accounts"


def _revoked(
    sessions: AccountSessions, uses: Uses, on_result: Callable[[RevocationResult], None]
) -> tuple[RevocationResult, ...]:
    read_as = {
        image.key: account.account_id for account in uses.inventory.accounts for image in account.images
    }
    revocation = Revocation(lambda key: sessions.session_of(read_as[key]).client, Clock(), tell)
    try:
        return revocation.carry_out(uses.by_name, frozenset(uses.accounts), on_result)
    except KeyboardInterrupt as interruption:
        raise click.ClickException(
            "stopped in the middle: more accounts may be off than it says here; run it again, it reads first"
        ) from interruption


def _revoke_status(uses: Uses, results: Iterable[RevocationResult]) -> ExitStatus:
    elsewhere = uses.through_everyone or uses.through_resource_shares
    if any(result.left for result in results) or elsewhere:
        return ExitStatus.BROKEN
    return ExitStatus.of_report(complete=uses.inventory.complete and not uses.stacks_not_read)


def _show_revoked(revoked: RevocationResult) -> None:
    _show([revoked_line(revoked)])


def _show(lines: Iterable[Line], *, errors: bool = False) -> None:
    print_lines(lines, console(stderr=errors))
