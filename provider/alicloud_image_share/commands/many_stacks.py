"""What a command on a stack does where `--stack` is a pattern: the same on every stack that it matches."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from alicloud_image_share.commands.options import is_stack
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.many_stacks import ManyStacks
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.stack_file.project import Project, ProjectError, find_project

JOBS = 4
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=JOBS,
    show_default=True,
    metavar="N",
    help="With a pattern: how many stacks at a time.",
)


class StackCommand(click.Command):
    """A command with the options `--stack` and `--jobs`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it, or itself once for each stack that the pattern matches."""
        jobs = ctx.params.pop("jobs")
        if not ctx.params.get("file"):
            ctx.params["stack"] = ctx.params.get("stack") or _default_stack(ctx.params["folder"])
        pattern = ctx.params.get("stack")
        if not (pattern and set(pattern) & set("*?[")):
            return super().invoke(ctx)
        self._refuse_questions(ctx.params)
        forms = ctx.params.get("forms") or ()
        documents = not ctx.params.get("outputs") and any(form != "terminal" for form in forms)
        return _run(find_project(ctx.params["folder"]), pattern, jobs, ctx.obj, documents=documents)

    def _refuse_questions(self, params: Mapping[str, Any]) -> None:
        if "yes" in params and not (params["yes"] or params.get("approved")):
            raise click.UsageError(f"{self.name} of several stacks asks nothing: give --yes")


def _default_stack(folder: Path) -> str:
    """Return the stack that is meant where none is named; raise UsageError where that is not clear."""
    selected = os.environ.get("PULUMI_STACK", "").strip()
    if selected:
        if not is_stack(selected):
            raise click.UsageError(f"PULUMI_STACK: {show(selected)} is not the name of a stack")
        return selected
    project = find_project(folder)
    stacks = project.stacks()
    if len(stacks) == 1:
        return stacks[0]
    if not stacks:
        file = project.stack_file("dev").relative_to(project.folder)
        raise ProjectError(
            f"There is no stack file beside {project.file}. For a new stack write its file, {file}."
        )
    raise click.UsageError(
        f"Name a stack with --stack, or set PULUMI_STACK. The stacks here: {', '.join(stacks)}."
    )


def _run(project: Project, pattern: str, jobs: int, arguments: list[str], *, documents: bool) -> ExitStatus:
    # Pulumi takes half a second to import: not for --help, nor to refuse a command.
    from alicloud_image_share.engine.environment import engine_environment  # noqa: PLC0415
    from alicloud_image_share.engine.many_stacks_view import ManyStacksView  # noqa: PLC0415
    from alicloud_image_share.engine.pulumi_cli import (  # noqa: PLC0415
        find_cli,
        forwarded_to,
    )
    from alicloud_image_share.engine.workspace import state_ages  # noqa: PLC0415

    stacks = project.matching(pattern)
    if not stacks:
        known = project.stacks()
        there_are = f"there are {', '.join(known)}" if known else "there is none yet"
        raise ProjectError(f"No stack file matches {pattern}; {there_are}.")
    with ManyStacksView(stacks, documents=documents) as view:
        runs = ManyStacks(arguments, jobs, view, os.environ)
        with forwarded_to(runs, view.note):
            results = runs.run(stacks)
    if documents:
        view.print_documents(results)
    cli, around = find_cli(project.folder, view.note), engine_environment(project, os.environ)
    view.summarise(results, state_ages(project, cli, around.variables))
    return ExitStatus.worst(result.status for result in results)
