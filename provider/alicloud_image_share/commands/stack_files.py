"""The commands on stack files alone: validate, schema and stacks. None needs an engine or the network."""

from __future__ import annotations

import json
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
from alicloud_image_share.stack_file.file_presence import known_stacks
from alicloud_image_share.stack_file.project import ProjectError, find_project


@click.command(epilog="Example: image-share validate Pulumi.prod.yaml")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@stack_option("Without FILE: which stacks (default: all).", metavar="GLOB", default="*")
@folder_option()
def validate(files: Sequence[Path], stack: str, folder: Path) -> ExitStatus:
    """Check stack files, off line.

    Finds every mistake in the files with its place, accounts that the stack's own rules do not allow, and
    accounts that stay listed after their end. Who would lose access and who belongs to a folder is not known
    off line: `image-share review` says it.
    """
    results = validated(folder, files, stack)
    if not results:
        raise ProjectError(f"No stack file matches {stack}; {known_stacks(find_project(folder).stacks())}.")
    for file in results:
        for line in (*file.problems, *file.broken_rules):
            say(line, errors=True)
        for line in file.not_checked:
            say(f"not checked: {line}", errors=True)
        for line in file.not_read:
            say(f"not read: {line}", errors=True)
        for line in file.ended:
            say(line)
    wrong = [file for file in results if file.problems or file.broken_rules or file.not_checked]
    if not wrong:
        in_what_was_read = " in what was read" if any(file.not_read for file in results) else ""
        say(f"{count(results, 'stack file')} checked: no mistakes{in_what_was_read}")
    if any(file.problems or file.not_checked for file in results):
        return ExitStatus.FAILED
    return ExitStatus.BROKEN if wrong else ExitStatus.NOTHING


@click.command(epilog="Example: image-share stacks 'prod-*' --format json")
@click.argument("pattern", metavar="[GLOB]", default="*")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@folder_option()
def stacks(pattern: str, form: str, folder: Path) -> ExitStatus:
    """List the stacks of the project, for a matrix of jobs.

    Lists the stacks that have a file, off line. With --format json the list is one line, for the matrix of CI
    jobs. An empty list is an error: a job that does nothing would look like a job that has done everything.
    """
    project = find_project(folder)
    names = project.matching(pattern)
    if not names:
        raise ProjectError(f"No stack matches {pattern}; {known_stacks(project.stacks())}.")
    say(json.dumps(names) if form == "json" else "\n".join(names))
    return ExitStatus.NOTHING


@click.command(epilog="Example: image-share schema --output image-shares.schema.json")
@output_option
def schema(output: Path | None) -> ExitStatus:
    """Print the JSON Schema of stack files.

    An editor with a YAML language server completes and checks a stack file whose first line is

    \b
    # yaml-language-server: $schema=image-shares.schema.json
    """  # noqa: D301 - click's mark for lines to keep
    write(schema_text(), output)
    return ExitStatus.NOTHING
