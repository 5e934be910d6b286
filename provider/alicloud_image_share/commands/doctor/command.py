"""The command `image-share doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from alicloud_image_share.cloud import services
from alicloud_image_share.commands.doctor.cloud_access import cloud_findings
from alicloud_image_share.commands.doctor.configuration import Configuration, Target
from alicloud_image_share.commands.doctor.finding import Finding, Level, failed, to_json
from alicloud_image_share.commands.files import write
from alicloud_image_share.commands.options import (
    STACK_OR_ENVIRONMENT,
    folder_option,
    role_option,
    stack_option,
)
from alicloud_image_share.engine.console import console, print_lines
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.stack_configuration import StackConfiguration, read_stack
from alicloud_image_share.errors import ShareError
from alicloud_image_share.stack_file.project import Project, find_project, project_of

COLOURS = {Level.OK: "", Level.NOTE: "yellow", Level.FAIL: "red"}


@click.command(epilog="Example: image-share doctor --stack prod")
@stack_option(STACK_OR_ENVIRONMENT)
@folder_option()
@click.option(
    "--service",
    "chosen",
    multiple=True,
    type=click.Choice(services.names()),
    help="A service to check (default: those of the stack, or all). May be repeated.",
)
@role_option("Check this role as well, like the roles of the stack's shares.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def doctor(
    stack: str | None, folder: Path, chosen: tuple[str, ...], roles: tuple[str, ...], form: str
) -> ExitStatus:
    """Check what a run needs, and say how to fix it.

    Exits with 1 if anything is wrong.

    Checks engine, Python, plugin, credentials, clock, endpoints and roles, the permissions of each role that
    shares name, or of the caller, and the folders of groups. It only reads, and shows no credentials.
    """
    findings = []
    for finding in _findings(stack, folder, chosen, roles):
        findings.append(finding)
        if form == "text":
            print_lines([(str(finding), COLOURS[finding.level])], console())
    if form == "json":
        write(to_json(findings))
    return ExitStatus.FAILED if failed(findings) else ExitStatus.NOTHING


def _findings(
    stack: str | None, folder: Path, chosen: tuple[str, ...], roles: tuple[str, ...]
) -> Iterator[Finding]:
    # Pulumi takes half a second to import: not for --help.
    from alicloud_image_share.commands.doctor.machine import machine_findings  # noqa: PLC0415
    from alicloud_image_share.commands.doctor.native_plugin import native_findings  # noqa: PLC0415

    project = project_of(folder)
    yield from machine_findings(folder.resolve(), project)
    yield from native_findings(project)
    try:
        configuration = _configuration(stack, project or folder, chosen, roles)
    except ShareError as error:
        yield Finding("configuration", Level.FAIL, " ".join(str(error).split()))
        return
    yield from cloud_findings(configuration)


def _configuration(
    stack: str | None, project: Project | Path, chosen: tuple[str, ...], roles: tuple[str, ...]
) -> Configuration:
    """Return the configuration to look with; raise ShareError where a stack cannot be read."""
    if stack is None:
        return Configuration({}, os.environ, named_roles=roles, chosen=chosen)
    if isinstance(project, Path):
        project = find_project(project)
    stack_configuration = read_stack(project, stack)
    return Configuration(
        stack_configuration.texts,
        os.environ,
        stack,
        project.settings.get("name"),
        tuple(_used(stack_configuration)),
        roles,
        chosen,
        stack_configuration.folders(),
    )


def _used(stack_configuration: StackConfiguration) -> Iterator[Target]:
    for share in stack_configuration.shares():
        yield Target(share.service, share.region_id, share.image_id, share.role_arn)
    for rotation in stack_configuration.rotations():
        for region in rotation.regions:
            yield Target(rotation.share.service, region, role_arn=rotation.share.role_arn)
