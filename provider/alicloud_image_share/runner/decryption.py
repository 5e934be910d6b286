"""The configuration of a stack, decrypted by the engine."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pulumi.automation import CommandError, LocalWorkspace

from alicloud_image_share.project import Project, ProjectError
from alicloud_image_share.runner.pulumi_cli import find_cli
from alicloud_image_share.runner.surroundings import surroundings


def decrypted(project: Project, stack: str) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return every value as text, and which keys are secret; raise ShareError where the engine fails."""
    # A program of one's own is run with pulumi, and so with its login and no choices of ours.
    ours = project.runs_the_stack_program()
    variables = surroundings(project, os.environ).variables if ours else {}
    workspace = LocalWorkspace(
        work_dir=str(project.folder),
        env_vars=dict(variables),
        pulumi_command=find_cli(project.folder, lambda _words: None),
    )
    try:
        found = workspace.get_all_config(stack)
    except CommandError as error:
        said = " ".join(str(error).rpartition(" stderr: ")[2].split())
        raise ProjectError(
            f"the configuration of {stack} is encrypted, and the engine said: {said}"
        ) from error
    texts = {key: value.value for key, value in found.items()}
    return texts, frozenset(key for key, value in found.items() if value.secret)
