"""The help of the whole command: its commands in groups, and other words for some of them."""

from __future__ import annotations

import click

GROUPS = {
    "First": ("init", "doctor", "validate", "schema"),
    "Daily": ("preview", "review", "up", "refresh"),
    "Who has access": ("who", "audit", "revoke", "export"),
    "Rare": ("destroy", "policy", "migrate"),
}
"""Every command, by when people need it."""

ALIASES = {"plan": "preview"}
"""Other words for commands."""


class GroupedCommands(click.Group):
    """A group of commands whose help shows them by use, with whole summaries."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name or by another word for it; `help` shows this help."""
        if cmd_name == "help":
            return click.Command("help", callback=lambda: click.echo(ctx.get_help()))
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group of commands with their summaries."""
        words = {name: alias for alias, name in ALIASES.items()}
        for title, names in GROUPS.items():
            with formatter.section(title):
                rows = []
                for name in names:
                    command = self.commands[name]
                    also = f" (also: {words[name]})" if name in words else ""
                    rows.append((name, command.get_short_help_str(limit=200).rstrip(".") + also))
                formatter.write_dl(rows)
