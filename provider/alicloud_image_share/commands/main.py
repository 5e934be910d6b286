"""The command `image-share`.

Exit status everywhere: 0 nothing to say, 1 an error (of usage, too) or something could not be read,
2 differences, 3 a rule is broken; up, refresh and destroy that did what was asked are 0.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

import click

from alicloud_image_share import __version__
from alicloud_image_share.commands.help import GroupedCommands
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.standard_streams import open_closed_streams, say, use_stand_ins
from alicloud_image_share.engine.verdict import hand_over
from alicloud_image_share.errors import ShareError


@click.group(
    cls=GroupedCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", "-V")
def cli() -> None:
    """Share Alibaba Cloud machine images with other accounts, as a stack file says.

    \b
    image-share init images && cd images     make a project
    image-share preview --stack dev          show who would gain and lose access
    image-share up --stack dev               carry it out

    Exit status: 0 nothing to say, 1 error, 2 differences, 3 a rule is broken.

    \b
    Completion, for bash (zsh and fish alike):
    eval "$(_IMAGE_SHARE_COMPLETE=bash_source image-share)"
    """  # noqa: D301 - click's mark for lines to keep


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    open_closed_streams()
    use_stand_ins()
    if os.name == "nt":
        click.echo("error: image-share does not run on Windows itself; run it in WSL.", err=True)
        return ExitStatus.FAILED
    sys.unraisablehook = _unraisable
    # The SDK's words for an engine that was killed; ours say what to do.
    warnings.filterwarnings("ignore", "Error in event stream")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(cli.main(words, prog_name="image-share", standalone_mode=False, obj=words) or 0)
    except click.ClickException as error:
        error.show(file=(shown := io.StringIO()))
        # Every other error begins in small letters, too.
        say(shown.getvalue().rstrip("\n").replace("Error: ", "error: ", 1), errors=True)
    except click.Abort:
        say("stopped; nothing was changed", errors=True)
        if arguments is None:
            _leave_at_once()
    except ShareError as error:
        from alicloud_image_share.sharing.failures import next_step_of_command  # noqa: PLC0415 - not for --help

        _end_with(f"error: {error}")
        if next_step := next_step_of_command(error):
            say(f"Next: {next_step}.", errors=True)
    except BrokenPipeError:
        # Whoever read the output has read enough; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        written = "The output" if error.filename is None else f"{error.filename}"
        verb = "be written" if error.filename is None else "be used"
        _end_with(f"error: {written} cannot {verb}: {error.strerror or error}.")
    return ExitStatus.FAILED


def _leave_at_once() -> NoReturn:
    """End the process without the reads that are under way in its threads, for which Python would wait."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(ExitStatus.FAILED)


def _end_with(words: str) -> None:
    say(words, errors=True)
    hand_over(words)


_PROGRAM = ("run_in_stack", "run_pulumi_func")
"""The coroutines of the SDK that run a program, the outer one first; either may be the first to go."""


def _unraisable(problem: Any) -> None:
    """Say nothing of the program that the engine abandons when a run fails; the SDK forgets to end it."""
    if getattr(problem.object, "__name__", "") not in _PROGRAM:
        sys.__unraisablehook__(problem)
