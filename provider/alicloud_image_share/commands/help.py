"""The commands by use, with their summaries: a command's module is loaded when the command is asked for.

The help of the whole, the version and the completion of a shell so take hardly longer than Click itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from alicloud_image_share.cloud.gc_paused import gc_paused_imports


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its line in the help, and the module and the name that it has there."""

    summary: str
    place: str


_HERE = "alicloud_image_share.commands"
GROUPS: dict[str, dict[str, Entry]] = {
    "First": {
        "init": Entry("Make a project in DIR, with a first stack file", "init:init"),
        "doctor": Entry("Check what a run needs, and say how to fix it", "doctor.command:doctor"),
        "validate": Entry("Check stack files, off line", "stack_files:validate"),
        "schema": Entry("Print the JSON Schema of stack files", "stack_files:schema"),
        "stacks": Entry("List the stacks of the project, for a matrix of jobs", "stack_files:stacks"),
    },
    "Daily": {
        "preview": Entry("Preview the changes", "stack:preview"),
        "review": Entry("Show who gains and who loses access", "stack:review"),
        "up": Entry("Share and unshare images as the stack file says", "stack:up"),
        "refresh": Entry("Read every image into state", "stack:refresh"),
    },
    "Who has access": {
        "who": Entry("List the images that accounts can use", "inventory:who"),
        "audit": Entry("Compare the cloud with the stack files", "inventory:audit"),
        "revoke": Entry("Take accounts off every image, managed or not", "inventory:revoke"),
        "export": Entry("Print what is shared now as a stack file or a program", "inventory:export_command"),
    },
    "Rare": {
        "destroy": Entry("Unshare everything that the stack has shared", "stack:destroy"),
        "wait": Entry("Wait until a new image can be shared", "waiting:wait"),
        "policy": Entry("Print the smallest sufficient RAM policy", "policy:policy"),
        "migrate": Entry(
            "Print the steps from ImageSharePermission to ImageShare", "migration.command:migrate"
        ),
    },
}
"""Every command, by when people need it."""

ALIASES = {"plan": "preview"}
"""Other words for commands."""

_ENTRIES = {name: entry for entries in GROUPS.values() for name, entry in entries.items()}


class GroupedCommands(click.Group):
    """A group of commands that are loaded late; its help shows them by use, with whole summaries."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the same in every context
        """Return the names of all commands."""
        return sorted(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name or by another word for it; `help` shows this help."""
        if cmd_name == "help":
            return click.Command("help", callback=lambda: click.echo(ctx.get_help()))
        entry = _ENTRIES.get(ALIASES.get(cmd_name, cmd_name))
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        with gc_paused_imports():
            command: click.Command = getattr(import_module(f"{_HERE}.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names; fail with the one that was meant."""
        if not ctx.resilient_parsing and args[0][:1].isalpha() and self.get_command(ctx, args[0]) is None:
            from alicloud_image_share.sharing.spelling import did_you_mean  # noqa: PLC0415 - not for --help

            ctx.fail(f"No such command {args[0]!r}.{did_you_mean(args[0], [*_ENTRIES, *ALIASES])}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command without loading any."""
        from_table = [
            CompletionItem(name, help=entry.summary)
            for name, entry in sorted(_ENTRIES.items())
            if name.startswith(incomplete)
        ]
        return [*from_table, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group of commands with their summaries."""
        words = {name: alias for alias, name in ALIASES.items()}
        for title, entries in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name, entry.summary + (f" (also: {words[name]})" if name in words else ""))
                        for name, entry in entries.items()
                    ]
                )
