"""The command `image-share migrate`."""

from __future__ import annotations

import click

from alicloud_image_share.commands.files import read_output, write
from alicloud_image_share.commands.migration.checkpoint import read_checkpoint
from alicloud_image_share.commands.migration.hand_over import hand_over
from alicloud_image_share.commands.migration.text import FORMATS
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.standard_streams import say


@click.command(epilog="Example: image-share migrate export.json --format python")
@click.argument("file", metavar="FILE|-")
@click.option("--region", metavar="REGION", help="The region of images whose provider names none.")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="yaml",
    show_default=True,
    help="yaml and python hold the steps as comments; commands are those that change state, alone.",
)
def migrate(file: str, region: str | None, form: str) -> ExitStatus:
    """Print the steps from ImageSharePermission to ImageShare.

    Nobody loses access.

    FILE is the output of `pulumi stack export` (`-`: standard input). The command changes nothing.
    """
    result = hand_over(read_output(file, read_checkpoint), region)
    for problem in result.problems:
        say(f"not moved: {problem}", errors=True)
    if result.shares:
        write(FORMATS[form](result))
    elif not result.problems:
        say("this stack has no alicloud:ecs:ImageSharePermission", errors=True)
    return ExitStatus.FAILED if result.problems else ExitStatus.NOTHING
