"""The command `image-share`.

Exit status everywhere: 0 nothing to say, 1 an error (of usage, too) or something could not be read,
2 differences, 3 a rule is broken; up, refresh and destroy that did what was asked are 0.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from alicloud_image_share.commands.doctor.command import doctor
from alicloud_image_share.commands.exit_status import FAIL_ON, exit_status
from alicloud_image_share.commands.files import read
from alicloud_image_share.commands.init import write_project
from alicloud_image_share.commands.inventory import COMMANDS
from alicloud_image_share.commands.many_stacks import StackCommand, jobs_option
from alicloud_image_share.commands.migration.command import migrate
from alicloud_image_share.commands.options import folder_option
from alicloud_image_share.commands.policy import policy
from alicloud_image_share.commands.review import FORMATS, review_of_file, show
from alicloud_image_share.engine.operation import Operation
from alicloud_image_share.errors import ShareError
from alicloud_image_share.review.approval import read_approval

if TYPE_CHECKING:
    from alicloud_image_share.engine.session import Session
    from alicloud_image_share.review.model import Review

F = TypeVar("F", bound=Callable[..., Any])

FAILED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="alicloud-image-share")
def cli() -> None:
    """Share Alibaba Cloud machine images with other accounts, as a stack file says.

    \b
    image-share init images && cd images     make a project
    image-share preview --stack dev          show who would gain and lose access
    image-share review --stack dev           the same as Markdown, HTML or an approval
    image-share up --stack dev               carry it out

    Exit status: 0 nothing to say, 1 error, 2 differences, 3 a rule is broken.
    """  # noqa: D301 - click's mark for lines to keep


_folder = folder_option()


def _stack(command: F) -> F:
    stack = click.option(
        "--stack",
        required=True,
        metavar="NAME",
        help="The stack, by the name of its file; a pattern such as 'prod-*' stands for several.",
    )
    return stack(jobs_option(_folder(command)))


_refresh = click.option("--refresh", is_flag=True, help="Read every image first, whatever state says.")
_yes = click.option("--yes", is_flag=True, help="Carry it out without showing it first and asking.")


@cli.command(epilog="Example: image-share init images")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> int:
    """Make a project in DIR: Pulumi.yaml, __main__.py and a first stack file."""
    for path in write_project(folder):
        click.echo(f"wrote {path}")
    click.echo(f"Next: say in {folder / 'Pulumi.dev.yaml'} what to share, then")
    click.echo(f"  image-share preview --stack dev --cwd {folder}")
    return 0


@cli.command(cls=StackCommand, epilog="Example: image-share preview --stack 'prod-*' --refresh")
@_stack
@_refresh
def preview(stack: str, folder: Path, refresh: bool) -> int:
    """Show what up would do; exit status 2 if that is anything."""
    return _session(folder).perform(Operation.PREVIEW, stack, refresh=refresh)


@cli.command("review", cls=StackCommand, epilog="Example: image-share review --stack prod --format markdown")
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option(
    "--stack",
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
def review(forms: Sequence[str], outputs: Sequence[Path], fail_on: Sequence[str], **preview: Any) -> int:
    """Show who gains and who loses access; FILE is what `pulumi preview --json` printed, `-` the input.

    Without FILE, the preview is made now. The JSON is an approval: `up --approved` takes it.
    """
    if "none" in fail_on and len(fail_on) > 1:
        raise click.UsageError("--fail-on none goes with no other")
    files: Sequence[Path | None] = outputs or [None]
    if len(forms) != len(files):
        raise click.UsageError("give one --output for each --format")
    found = _reviewed(**preview)
    for form, output in zip(forms, files, strict=True):
        show(found, form, output)
    return exit_status(found, fail_on)


@cli.command(cls=StackCommand, epilog="Example: image-share refresh --stack prod")
@_stack
@click.option("--check", is_flag=True, help="Keep nothing: exit with 2 where state and what is live differ.")
def refresh(stack: str, folder: Path, check: bool) -> int:
    """Read every image, and keep in state what is live; changes nothing in the cloud."""
    return _session(folder).perform(Operation.CHECK_REFRESH if check else Operation.REFRESH, stack)


@cli.command(cls=StackCommand, epilog="Example: image-share up --stack 'prod-*' --jobs 8 --yes")
@_stack
@_refresh
@_yes
@click.option(
    "--approved",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Carry it out only if it is what this review in JSON says, else exit with 3; `{stack}` as above.",
)
def up(stack: str, folder: Path, refresh: bool, yes: bool, approved: Path | None) -> int:
    """Share and unshare until it is as the stack file says.

    Where the stack has a rule on losing access, up is previewed first and stops with 3 if it breaks one.
    """
    if approved:
        approval = read_approval(read(approved))
        return _session(folder).up(stack, refresh=refresh, approval=approval)
    if yes:
        return _session(folder).up(stack, refresh=refresh)
    _needs_terminal("up")
    return _session(folder).up(stack, refresh=refresh, agree=click.confirm)


@cli.command(cls=StackCommand, epilog="Example: image-share destroy --stack prod --yes")
@_stack
@_yes
def destroy(stack: str, folder: Path, yes: bool) -> int:
    """Unshare everything that the stack owns."""
    if yes:
        return _session(folder).perform(Operation.DESTROY, stack)
    _needs_terminal("destroy")
    return _session(folder).destroy_if_agreed(stack, click.confirm)


cli.add_command(policy)
cli.add_command(migrate)
cli.add_command(doctor)
for _command in COMMANDS:
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    sys.unraisablehook = _unraisable
    # The SDK's words for an engine that was killed; ours say what to do.
    warnings.filterwarnings("ignore", "Error in event stream")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(cli.main(given, prog_name="image-share", standalone_mode=False, obj=given) or 0)
    except click.ClickException as error:
        error.show()
    except click.Abort:
        click.echo("stopped; nothing was changed", err=True)
    except ShareError as error:
        click.echo(f"error: {error}", err=True)
    return FAILED


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


def _needs_terminal(command: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            f"{command} asks before it changes anything, and there is no terminal: give --yes"
        )


def _unraisable(problem: Any) -> None:
    """Say nothing of the program that the engine abandons when a run fails; the SDK forgets to end it."""
    if getattr(problem.object, "__name__", "") != "run_pulumi_func":
        sys.__unraisablehook__(problem)
