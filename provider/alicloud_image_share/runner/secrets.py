"""The configuration of a stack as the engine gives it: decrypted, and with what its environments set."""

from __future__ import annotations

import os

from pulumi.automation import CommandError, LocalWorkspace

from alicloud_image_share.declarations import Configured
from alicloud_image_share.project import Project, ProjectError
from alicloud_image_share.runner.pulumi_cli import find_cli
from alicloud_image_share.runner.surroundings import surroundings


def decrypt(project: Project, stack: str) -> Configured:
    """Return the configuration of a stack; raise ShareError where the engine does not give it."""
    around = surroundings(project, os.environ)
    cli = find_cli(project.folder, lambda _words: None)
    workspace = LocalWorkspace(
        work_dir=str(project.folder), env_vars=dict(around.variables), pulumi_command=cli
    )
    try:
        found = workspace.get_all_config(stack)
    except CommandError as error:
        said = " ".join(str(error).rpartition(" stderr: ")[2].split())
        raise ProjectError(f"its configuration is encrypted, and the engine said: {said}") from error
    return Configured(
        {key: one.value for key, one in found.items()},
        frozenset(key for key, one in found.items() if one.secret),
    )
