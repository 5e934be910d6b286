"""The commands about what is live: export, audit, who and revoke."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.commands.files import write
from alicloud_image_share.commands.options import Where, one_stack, some_stacks
from alicloud_image_share.inventory import documents, export
from alicloud_image_share.inventory import report as revoke_wording
from alicloud_image_share.inventory.audit import Audit
from alicloud_image_share.inventory.audit_accounts import audit as audit_of
from alicloud_image_share.inventory.declared import Declared, with_rotated
from alicloud_image_share.inventory.model import LiveImage
from alicloud_image_share.inventory.page import to_html
from alicloud_image_share.inventory.report import Line, audit_lines, uses_lines
from alicloud_image_share.inventory.revocation import Revocation, Revoked
from alicloud_image_share.inventory.scope import Scope
from alicloud_image_share.inventory.session import LiveSession, tell
from alicloud_image_share.inventory.who import Uses, uses
from alicloud_image_share.sharing.accounts import ACCOUNT_ID

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


def _accounts(_context: click.Context, _parameter: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    for account in value:
        if not ACCOUNT_ID.fullmatch(account):
            raise click.BadParameter(f"{account!r} is not an account id: it has 5 to 20 digits")
    return tuple(dict.fromkeys(value))


_account_arguments = click.argument(
    "accounts", metavar="ACCOUNT...", nargs=-1, required=True, callback=_accounts
)


@click.command("export", epilog="Example: image-share export --region all > Pulumi.live.yaml")
@one_stack
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
    survey = session.read(where.scope)
    shares = export.exported(survey, with_rotated(Declared(known), *survey.reads), frozenset(only))
    absent = sorted(set(only) - {share.image.key.image_id for share in shares})
    text = export.to_yaml(shares, survey) if form == "yaml" else export.to_python(shares, survey)
    _write(text, output)
    for image in absent:
        click.echo(f"error: {image} is not among the shared images that were read", err=True)
    for gap in survey.gaps:
        click.echo(f"error: not everything was read, so it may lack shares; {gap}", err=True)
    return DONE if survey.complete and not absent else FAILED


@click.command(epilog="Example: image-share audit --stack 'prod-*' --region all --format csv")
@some_stacks
@click.option(
    "--format", "form", type=click.Choice(("table", *AUDIT_FORMATS)), default="table", show_default=True
)
@_output
def audit(where: Where, form: str, output: Path | None) -> int:
    """Compare what is live with what the stack files say; changes nothing.

    Exit status: 0 all is as it should be, 2 differences, 3 a rule is broken, 1 something was not read.
    """
    found = audit_of(where.folder, where.stack or "*", where.scope, where.roles)
    if form == "table":
        _show(audit_lines(found), output)
    else:
        _write(AUDIT_FORMATS[form](found), output)
    return found.status


@click.command(epilog="Example: image-share who 1550809237710001 --region all")
@_account_arguments
@one_stack
@_report_format
def who(where: Where, accounts: tuple[str, ...], form: str) -> int:
    """List every image that the accounts can use, and which stack manages that.

    Exit status: 0 none, 2 some, 1 where something could not be read.
    """
    found = _uses(where.session(), accounts, where.scope)
    if form == "json":
        _write(documents.uses_json(found), None)
    else:
        _show(uses_lines(found), None)
    return found.status


@click.command(epilog="Example: image-share revoke 1550809237710001 --region all --yes")
@_account_arguments
@one_stack
@click.option("--yes", is_flag=True, help="Take them off without asking.")
@_report_format
def revoke(where: Where, accounts: tuple[str, ...], yes: bool, form: str) -> int:
    """Take accounts off every image, managed or not, and read back. For emergencies.

    Exit status: 0 all are off, 3 one is left, 1 where something could not be read.
    """
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("revoke asks before it changes anything, and there is no terminal: give --yes")
    session = where.session()
    found = _uses(session, accounts, where.scope)
    table = form == "table"
    _show(uses_lines(found), None, errors=not table)
    named = found.named
    if named and not yes:
        click.confirm(f"take {', '.join(accounts)} off {_counted(named)}?", err=not table, abort=True)
    results = _revoked(session, found, _heard if table else lambda _one: None)
    declared = with_rotated(session.declared, *found.survey.reads)
    if table:
        _show(revoke_wording.summary_lines(found, results, declared), None)
    else:
        _write(revoke_wording.to_json(found, results, declared), None)
    return _revoke_status(found, results)


COMMANDS = (export_command, audit, who, revoke)


def _uses(session: LiveSession, accounts: tuple[str, ...], scope: Scope) -> Uses:
    survey = session.read(scope)
    declared = with_rotated(session.declared, *survey.reads)
    return Uses(accounts, uses(accounts, survey.images, declared), survey, declared.unread)


def _counted(images: Sequence[LiveImage]) -> str:
    owners = len({image.owner for image in images})
    counted = "1 image" if len(images) == 1 else f"{len(images)} images"
    return counted if owners == 1 else f"{counted} of {owners} accounts"


def _revoked(session: LiveSession, found: Uses, heard: Callable[[Revoked], None]) -> tuple[Revoked, ...]:
    read_as = {image.key: live.caller for live in found.survey.reads for image in live.images}
    revocation = Revocation(lambda key: session.session_of(read_as[key]).client, Clock(), tell)
    try:
        return revocation.carry_out(found.named, frozenset(found.accounts), heard)
    except KeyboardInterrupt as interruption:
        words = (
            "stopped in the middle: some may be off, and more than is said here; run it again, it reads first"
        )
        raise click.ClickException(words) from interruption


def _revoke_status(found: Uses, results: Iterable[Revoked]) -> int:
    if any(one.left for one in results) or any(use.image.everyone for use in found.uses):
        return RULE_BROKEN
    return DONE if found.survey.complete else FAILED


def _heard(revoked: Revoked) -> None:
    _show([revoke_wording.result_line(revoked)], None)


def _show(lines: Iterable[Line], output: Path | None, *, errors: bool = False) -> None:
    """Print lines; click takes the colours off where it is no terminal."""
    if output:
        write(output, "".join(f"{text}\n" for text, _ in lines))
        return
    for text, colour in lines:
        click.echo(click.style(text, fg=colour) if colour else text, err=errors)


def _write(text: str, output: Path | None) -> None:
    if output:
        write(output, text)
    else:
        sys.stdout.write(text)
