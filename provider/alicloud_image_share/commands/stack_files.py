"""The commands on stack files alone: validate and schema. Neither needs an engine or the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from alicloud_image_share.commands.files import write
from alicloud_image_share.commands.init import schema_text
from alicloud_image_share.commands.options import folder_option, output_option, stack_option
from alicloud_image_share.commands.validation import validate as validated
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.standard_streams import say
from alicloud_image_share.sharing.notices import count


@click.command(epilog="Example: image-share validate Pulumi.prod.yaml")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@stack_option("Without FILE: which stacks (default: all).", metavar="GLOB", default="*")
@folder_option()
def validate(files: Sequence[Path], stack: str, folder: Path) -> ExitStatus:
    """Check stack files, off line.

    Finds every mistake in the files with its place, and accounts that the stack's own rules do not allow. Who
    would lose access is not known off line: `image-share review` says it.
    """
    found = validated(folder, files, stack)
    for file in found:
        for line in (*file.problems, *file.broken_rules):
            say(line, errors=True)
        for line in file.not_checked:
            say(f"not checked: {line}", errors=True)
    wrong = [file for file in found if file.problems or file.broken_rules or file.not_checked]
    if not wrong:
        say(f"{count(found, 'stack file')} checked: no mistakes")
    if any(file.problems or file.not_checked for file in found) or not found:
        return ExitStatus.FAILED
    return ExitStatus.BROKEN if wrong else ExitStatus.NOTHING


@click.command(epilog="Example: image-share schema --output image-shares.schema.json")
@output_option
def schema(output: Path | None) -> ExitStatus:
    """Print the JSON Schema of stack files.

    An editor with a YAML language server completes and checks a stack file whose first line is
    `# yaml-language-server: $schema=image-shares.schema.json`.
    """
    write(schema_text(), output)
    return ExitStatus.NOTHING
