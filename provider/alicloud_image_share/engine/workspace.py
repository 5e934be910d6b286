"""The Automation API's view of a project, with the config-driven program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pulumi
from pulumi.automation import (
    CommandError,
    LocalWorkspace,
    OutputMap,
    Stack,
    StackAlreadyExistsError,
    StackSummary,
    UpdateSummary,
)
from pulumi.automation._stack import (
    StackInitMode,
)  # Stack.select makes a Stack, whichever class it is called on

from alicloud_image_share.engine.encryption_salt import add_salt
from alicloud_image_share.engine.environment import no_stack
from alicloud_image_share.engine.events import Listener
from alicloud_image_share.engine.pulumi_cli import EngineError, PulumiCli
from alicloud_image_share.engine.stack_list import list_stacks
from alicloud_image_share.programs.stack_shares import run
from alicloud_image_share.stack_file.project import Project, refuse


class Workspace(LocalWorkspace):
    """Asks the engine for no more than it needs, and never changes which stack is selected."""

    def select_stack(self, stack_name: str) -> None:
        """Take the stack for existing: every operation says itself when it does not."""

    def create_stack(self, stack_name: str) -> None:
        """Create the stack and leave the selected one selected; raise CommandError where it exists."""
        arguments = ["stack", "init", stack_name, "--no-select"]
        self.pulumi_command.run(arguments, self.work_dir, dict(self.env_vars))

    def stack_outputs(self, stack_name: str) -> OutputMap:  # noqa: ARG002 - of the interface
        """Return none, for the program exports none."""
        return {}


class LeanStack(Stack):
    """Asks the engine for no history after each operation: that takes a process, and nobody reads it."""

    def info(self, show_secrets: bool = True) -> UpdateSummary:  # noqa: ARG002 - of the interface
        """Return a summary that says nothing."""
        return UpdateSummary("", datetime.now(timezone.utc), "", {}, {}, "")


def open_stack(
    project: Project,
    name: str,
    cli: PulumiCli,
    variables: Mapping[str, str],
    *,
    destroys: bool = False,
    tell_name: Callable[[str], None] = lambda _: None,
) -> Stack:
    """Return a stack that may not exist yet; raise ProjectError if its files would not survive parsing.

    `tell_name` gets its full name when its program runs: only then the organization is known.
    """

    def program() -> None:
        tell_name(f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}")
        run(project.folder, destroys=destroys)

    # The engine rewrites the file of a new stack, and so would make for good what parsing makes of it.
    refuse(project.text_problems(name))
    workspace = Workspace(
        work_dir=str(project.folder),
        program=program,
        env_vars=variables,
        pulumi_command=cli,
    )
    return LeanStack(name, workspace, StackInitMode.SELECT)


def state_ages(project: Project, cli: PulumiCli, variables: Mapping[str, str]) -> dict[str, timedelta]:
    """Return how long ago the state of each stack was written; nothing of those that have none yet."""
    now = datetime.now(timezone.utc)
    stacks: list[StackSummary] = []
    with suppress(
        CommandError, EngineError
    ):  # where state cannot be reached every stack has said so by itself
        stacks = list_stacks(project, cli, variables)
    return {
        stack.name: now - stack.last_update.replace(tzinfo=timezone.utc)
        for stack in stacks
        if stack.last_update
    }


def create_stack(project: Project, stack: Stack, cli: PulumiCli, listener: Listener) -> None:
    """Create a stack from its file; raise ProjectError if it has none."""
    file = project.stack_file(stack.name)
    if not project.has_file_of(stack.name):
        stacks = list_stacks(project, cli, stack.workspace.env_vars)
        raise no_stack(project, stack.name, (existing.name for existing in stacks))
    listener.message(
        "info", f"stack {stack.name} is new: the engine writes its encryption salt into {file.name}"
    )
    add_salt(project, stack.name, cli, stack.workspace.env_vars)
    with suppress(StackAlreadyExistsError):  # another run of it has been faster
        stack.workspace.create_stack(stack.name)
