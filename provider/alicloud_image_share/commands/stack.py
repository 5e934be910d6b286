"""The commands on a stack: preview, review, refresh, up and destroy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from alicloud_image_share.commands.files import read
from alicloud_image_share.commands.many_stacks import StackCommand, jobs_option
from alicloud_image_share.commands.options import check_terminal, folder_option, of_stack, stack_option
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
from alicloud_image_share.engine.verdict import hand_over
from alicloud_image_share.review.approval import read_approval
from alicloud_image_share.review.rows import verdict

if TYPE_CHECKING:
    from alicloud_image_share.engine.session import Session
    from alicloud_image_share.review.model import Review

F = TypeVar("F", bound=Callable[..., Any])

_folder = folder_option()


def _stack(command: F) -> F:
    stack = stack_option(
        "Stack name, or a pattern such as 'prod-*' (default: PULUMI_STACK, else the only stack)."
    )
    return stack(jobs_option(_folder(command)))


_refresh = click.option("--refresh", is_flag=True, help="Read every image from the cloud first.")
_rules = click.option(
    "--rules",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A JSON file of rules, besides those of the stack. IMAGE_SHARES_RULES names such files, too.",
)
_verbose = click.option("--verbose", is_flag=True, help="Print at the end who has access, image by image.")
_yes = click.option("--yes", "-y", is_flag=True, help="Do not show a preview and do not ask.")


@click.command(cls=StackCommand, epilog="Example: image-share preview --stack 'prod-*' --refresh")
@_stack
@_refresh
@_rules
def preview(stack: str, folder: Path, refresh: bool, rules: Path | None) -> ExitStatus:
    """Preview the changes. Exits with 2 if there are any."""
    return _session(folder, stack, rules=rules).perform(Operation.PREVIEW, stack, refresh=refresh)


@click.command(
    "review", cls=StackCommand, epilog="Example: image-share review --stack prod --format markdown"
)
@click.argument("file", metavar="[FILE|-]", required=False)
@stack_option(
    "Stack name or pattern (default: PULUMI_STACK, else the only stack). With FILE: the stack whose file"
    " names the groups."
)
@jobs_option
@_folder
@_refresh
@_rules
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(FORMATS),
    default=["terminal"],
    help="Output format (default: terminal). Repeat, each with its own --output, to write several.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to this file; `{stack}` in its name stands for the stack.",
)
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(FAIL_ON),
    help="What makes the command fail: rule, risk, loss (exit 3), difference (exit 2) or none.",
)
def review(
    forms: Sequence[str], outputs: Sequence[Path], fail_on: Sequence[str], **preview: Any
) -> ExitStatus:
    """Show who gains and who loses access.

    Previews the stack now, or reads FILE, the output of `pulumi preview --json` (`-`: standard input). The
    JSON format is an approval: `up --approved` takes it.
    """
    if "none" in fail_on and len(fail_on) > 1:
        raise click.UsageError("--fail-on none cannot be combined with another --fail-on")
    if len(forms) != len(outputs or [None]):
        raise click.UsageError("give one --output for each --format")
    made = _reviewed(**preview, approves="json" in forms)
    stack = preview["stack"] or made.stack
    files: Sequence[Path | None] = [of_stack(file, stack) for file in outputs] or [None]
    approval = next((file for form, file in zip(forms, files, strict=True) if form == "json"), None)
    result = with_origin(made, approval, can_run=preview["file"] is None)
    for form, output in zip(forms, files, strict=True):
        show(result, form, output)
    hand_over(verdict(result))
    return exit_status(result, fail_on)


@click.command(cls=StackCommand, epilog="Example: image-share refresh --stack prod")
@_stack
@_verbose
@click.option(
    "--yes", "-y", is_flag=True, expose_value=False, help="As pulumi has it: a refresh asks nothing."
)
@click.option("--check", is_flag=True, help="Change nothing; exit with 2 if state and cloud differ.")
def refresh(stack: str, folder: Path, check: bool, verbose: bool) -> ExitStatus:
    """Read every image into state. Changes nothing in the cloud."""
    operation = Operation.CHECK_REFRESH if check else Operation.REFRESH
    return _session(folder, stack, verbose=verbose).perform(operation, stack)


@click.command(cls=StackCommand, epilog="Example: image-share up --stack 'prod-*' --jobs 8 --yes")
@_stack
@_refresh
@_rules
@_verbose
@_yes
@click.option(
    "--approved",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Apply only if the plan equals this approved review (JSON); otherwise change nothing and exit"
    " with 3. `{stack}` stands for the stack.",
)
@click.option(
    "--only-ended",
    is_flag=True,
    help="Take off access that has ended, and change nothing else; image-shares:endUnattended allows it."
    " Exits with 2 if some of it is left.",
)
def up(
    stack: str,
    folder: Path,
    refresh: bool,
    yes: bool,
    approved: Path | None,
    only_ended: bool,
    **session: Any,
) -> ExitStatus:
    """Share and unshare images as the stack file says.

    If the stack has a rule on losing access, up makes a preview first and exits with 3 if it breaks a rule.
    """
    if only_ended:
        if approved or refresh:
            raise click.UsageError("--only-ended goes with neither --approved nor --refresh")
        return _session(folder, stack, **session).up_only_ended(stack)
    approval = read_approval(read(of_stack(approved, stack))) if approved else None
    if not (approval or yes):
        check_terminal("up")
    agree = None if approval or yes else click.confirm
    return _session(folder, stack, **session).up(stack, refresh=refresh, approval=approval, agree=agree)


@click.command(cls=StackCommand, epilog="Example: image-share destroy --stack prod --yes")
@_stack
@_yes
def destroy(stack: str, folder: Path, yes: bool) -> ExitStatus:
    """Unshare everything that the stack has shared."""
    if yes:
        return _session(folder, stack).perform(Operation.DESTROY, stack)
    check_terminal("destroy")
    return _session(folder, stack).destroy_if_agreed(stack, click.confirm)


def _reviewed(
    file: str | None, stack: str | None, folder: Path, refresh: bool, rules: Path | None, *, approves: bool
) -> Review:
    if file == "":
        raise click.UsageError("FILE is empty: name a file, or leave FILE out")
    if file and refresh:
        raise click.UsageError("--refresh is for a preview that is made now; make that of FILE with it")
    if file:
        return review_of_file(file, stack, folder, rules)
    if stack:
        # What the run says goes to the error output: the review may be piped.
        return _session(folder, stack, errors=True, rules=rules).review(
            stack, refresh=refresh, approves=approves
        )
    raise click.UsageError("give FILE, or --stack for a preview that is made now")


def _session(
    folder: Path, stack: str, *, errors: bool = False, rules: Path | None = None, verbose: bool = False
) -> Session:
    # Pulumi takes half a second to import: not for --help, nor to refuse a command.
    from alicloud_image_share.engine.console import console  # noqa: PLC0415
    from alicloud_image_share.engine.report import Report  # noqa: PLC0415
    from alicloud_image_share.engine.session import Session  # noqa: PLC0415

    return Session(folder, Report(console(stderr=errors), verbose=verbose), rules, stack)
