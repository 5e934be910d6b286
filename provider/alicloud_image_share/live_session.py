"""One command about what is live: its configuration, its connection, and what it reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from alicloud_image_share.config import Settings
from alicloud_image_share.connection import Connection
from alicloud_image_share.declarations import Stacks, environment_settings
from alicloud_image_share.live import inventory
from alicloud_image_share.live.declared import Declared
from alicloud_image_share.live.model import Live, Place
from alicloud_image_share.live.scope import Scope
from alicloud_image_share.project import NoProjectError, Project, find_project


def stacks_of(folder: Path) -> Stacks:
    """Return the stacks of the project that the folder belongs to; none where there is no project."""
    try:
        project: Project | None = find_project(folder)
    except NoProjectError:
        project = None
    return Stacks(project, os.environ)


@dataclass(frozen=True)
class LiveSession:
    """The configuration of one stack, or of the environment alone, beside what all stacks say."""

    settings: Settings
    declared: Declared
    role_arn: str | None = None
    """The role that is assumed on top of the configured credentials."""

    @classmethod
    def of(cls, folder: Path, stack: str | None) -> LiveSession:
        """Return the session of a stack; without one, of the environment alone."""
        stacks = stacks_of(folder)
        settings = stacks.stack(stack).settings if stack else environment_settings(os.environ)
        return cls(settings, stacks.declared())

    @cached_property
    def connection(self) -> Connection:
        """The way to the cloud."""
        return Connection(self.settings, tell, role_arn=self.role_arn)

    def read(self, scope: Scope, more: frozenset[Place] = frozenset()) -> Live:
        """Read what is live; `more` are places that are read where no region is asked for."""
        connection = self.connection
        with progress_bar() as progress:
            reads = inventory.Inventory(
                connection.reader, connection.caller, connection.clock, connection.tell, progress
            )
            home = self.settings.region
            return reads.read(scope.places(home, more, lambda service: reads.regions(service, home)))


def tell(words: str) -> None:
    """Say why it takes long; not where the report goes."""
    click.echo(words, err=True)


@contextmanager
def progress_bar() -> Iterator[inventory.Progress]:
    """Show a bar while it reads, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
