"""The commands on a stack: preview, review, refresh, up and destroy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from alicloud_image_share.commands.files import read
from alicloud_image_share.commands.many_stacks import StackCommand, jobs_option
from alicloud_image_share.commands.options import check_terminal, checked_stack, folder_option
from alicloud_image_share.commands.review import (
    FAIL_ON,
    FORMATS,
    exit_status,
    review_of_file,
    show,
    with_origin,
)
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.operation import Operation
from alicloud_image_share.review.approval import read_approval

if TYPE_CHECKING:
    from alicloud_image_share.engine.session import Session
    from alicloud_image_share.review.model import Review

F = TypeVar("F", bound=Callable[..., Any])

_folder = folder_option()


def _stack(command: F) -> F:
    stack = click.option(
        "--stack",
        callback=checked_stack,
        required=True,
        metavar="NAME",
        help="The stack, by the name of its file; a pattern such as 'prod-*' stands for several.",
    )
    return stack(jobs_option(_folder(command)))


_refresh = click.option("--refresh", is_flag=True, help="Read every image first, whatever state says.")
_yes = click.option("--yes", is_flag=True, help="Carry it out without showing it first and asking.")


@click.command(cls=StackCommand, epilog="Example: image-share preview --stack 'prod-*' --refresh")
@_stack
@_refresh
def preview(stack: str, folder: Path, refresh: bool) -> ExitStatus:
    """Show what up would do; exit status 2 if that is anything."""
    return _session(folder).perform(Operation.PREVIEW, stack, refresh=refresh)


@click.command(
    "review", cls=StackCommand, epilog="Example: image-share review --stack prod --format markdown"
)
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option(
    "--stack",
    callback=checked_stack,
    metavar="NAME",
    help="The stack to preview, or a pattern of several; with FILE, whose file names the groups.",
)
@jobs_option
@_folder
@_refresh
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(FORMATS),
    default=["terminal"],
    help="How it is written, terminal if nothing is said; several go with an --output each.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write there, not here; `{stack}` in it is the name of the stack.",
)
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(FAIL_ON),
    help="Exit with 3 for a broken rule, a risk or a loss, 2 for a difference; 0 for what is not selected.",
)
def review(
    forms: Sequence[str], outputs: Sequence[Path], fail_on: Sequence[str], **preview: Any
) -> ExitStatus:
    """Show who gains and who loses access; FILE is what `pulumi preview --json` printed, `-` the input.

    Without FILE, the preview is made now. The JSON is an approval: `up --approved` takes it.
    """
    if "none" in fail_on and len(fail_on) > 1:
        raise click.UsageError("--fail-on none goes with no other")
    files: Sequence[Path | None] = outputs or [None]
    if len(forms) != len(files):
        raise click.UsageError("give one --output for each --format")
    approval = next((file for form, file in zip(forms, files, strict=True) if form == "json"), None)
    result = with_origin(_reviewed(**preview), approval, can_run=preview["file"] is None)
    for form, output in zip(forms, files, strict=True):
        show(result, form, output)
    return exit_status(result, fail_on)


@click.command(cls=StackCommand, epilog="Example: image-share refresh --stack prod")
@_stack
@click.option("--check", is_flag=True, help="Keep nothing: exit with 2 where state and what is live differ.")
def refresh(stack: str, folder: Path, check: bool) -> ExitStatus:
    """Read every image, and keep in state what is live; changes nothing in the cloud."""
    return _session(folder).perform(Operation.CHECK_REFRESH if check else Operation.REFRESH, stack)


@click.command(cls=StackCommand, epilog="Example: image-share up --stack 'prod-*' --jobs 8 --yes")
@_stack
@_refresh
@_yes
@click.option(
    "--approved",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Carry it out only if it is what this review in JSON says, else exit with 3; `{stack}` as above.",
)
def up(stack: str, folder: Path, refresh: bool, yes: bool, approved: Path | None) -> ExitStatus:
    """Share and unshare until it is as the stack file says.

    Where the stack has a rule on losing access, up is previewed first and stops with 3 if it breaks one.
    """
    if approved:
        approval = read_approval(read(approved))
        return _session(folder).up(stack, refresh=refresh, approval=approval)
    if yes:
        return _session(folder).up(stack, refresh=refresh)
    check_terminal("up")
    return _session(folder).up(stack, refresh=refresh, agree=click.confirm)


@click.command(cls=StackCommand, epilog="Example: image-share destroy --stack prod --yes")
@_stack
@_yes
def destroy(stack: str, folder: Path, yes: bool) -> ExitStatus:
    """Unshare everything that the stack owns."""
    if yes:
        return _session(folder).perform(Operation.DESTROY, stack)
    check_terminal("destroy")
    return _session(folder).destroy_if_agreed(stack, click.confirm)


COMMANDS = (preview, review, refresh, up, destroy)


def _reviewed(file: str | None, stack: str | None, folder: Path, refresh: bool) -> Review:
    if file and refresh:
        raise click.UsageError("--refresh is for a preview that is made now; make that of FILE with it")
    if file:
        return review_of_file(file, stack, folder)
    if stack:
        # What the run says goes to the error output: the review may be piped.
        return _session(folder, errors=True).review(stack, refresh=refresh)
    raise click.UsageError("give FILE, or --stack for a preview that is made now")


def _session(folder: Path, *, errors: bool = False) -> Session:
    # Pulumi takes half a second to import: not for --help, nor to refuse a command.
    from alicloud_image_share.engine.console import console  # noqa: PLC0415
    from alicloud_image_share.engine.report import Report  # noqa: PLC0415
    from alicloud_image_share.engine.session import Session  # noqa: PLC0415

    return Session(folder, Report(console(stderr=errors)))
