"""The stacks of a project, as the engine lists them."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from pulumi.automation import LocalWorkspace, StackSummary

from alicloud_image_share.engine.pulumi_cli import EngineError, EngineKilled, PulumiCli
from alicloud_image_share.stack_file.project import Project

SECONDS = 60.0
"""How long the engine may take."""

_PROCESSORS = {"GOMAXPROCS": "64"}
"""Each stack in PostgreSQL is read through two connections at once, and the engine (3.250) has two for each
processor: where there are fewer connections than stacks, the listing never ends."""


def list_stacks(project: Project, cli: PulumiCli, variables: Mapping[str, str]) -> list[StackSummary]:
    """Return the stacks that have state; `variables` are what the engine gets besides its environment.

    Raises CommandError where the engine refuses, EngineError where it takes too long.
    """
    variables = {**variables, **_PROCESSORS}
    workspace = LocalWorkspace(work_dir=str(project.folder), env_vars=variables, pulumi_command=cli)
    limit = threading.Timer(SECONDS, cli.kill)
    limit.start()
    try:
        return workspace.list_stacks()
    except EngineKilled as error:
        too_long = f"the engine did not list the stacks of the project within {SECONDS:.0f} s"
        raise (error if limit.is_alive() else EngineError(too_long)) from error
    finally:
        limit.cancel()
