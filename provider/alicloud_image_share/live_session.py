"""One command about what is live: its configuration, its connection, and what it reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from alicloud_image_share import services
from alicloud_image_share.config import Settings
from alicloud_image_share.connection import Connection
from alicloud_image_share.declarations import Configured, Stacks, environment_settings
from alicloud_image_share.live import inventory
from alicloud_image_share.live.audit import Audit, Finding, findings, in_order
from alicloud_image_share.live.declared import Declared, DeclaredStack
from alicloud_image_share.live.model import Live, Place
from alicloud_image_share.live.rotated import with_rotated
from alicloud_image_share.live.scope import Scope
from alicloud_image_share.project import NoProjectError, Project, find_project
from alicloud_image_share.rules import Rules


def stacks_of(folder: Path) -> Stacks:
    """Return the stacks of the project that the folder belongs to; none where there is no project."""
    try:
        project: Project | None = find_project(folder)
    except NoProjectError:
        project = None
    return Stacks(project, os.environ, _decrypt)


@dataclass(frozen=True)
class LiveSession:
    """The configuration of one stack, or of the environment alone, beside what all stacks say."""

    settings: Settings
    declared: Declared

    @classmethod
    def of(cls, folder: Path, stack: str | None) -> LiveSession:
        """Return the session of a stack; without one, of the environment alone."""
        stacks = stacks_of(folder)
        settings = stacks.stack(stack).settings if stack else environment_settings(os.environ)
        return cls(settings, stacks.declared())

    @cached_property
    def connection(self) -> Connection:
        """The way to the cloud."""
        return Connection(self.settings, tell)

    def read(self, scope: Scope, more: frozenset[Place] = frozenset()) -> Live:
        """Read what is live; `more` are places that are read where no region is asked for."""
        connection = self.connection
        with _progress() as progress:
            reads = inventory.Inventory(
                connection.reader, connection.caller, connection.clock, connection.tell, progress
            )
            home = self.settings.region
            places, unread = scope.places(home, more, lambda service: reads.regions(service, home))
            return reads.read(places, unread)


def audit(folder: Path, pattern: str, scope: Scope) -> Audit:
    """Audit the stacks whose names match, with the credentials that each is configured with."""
    declared = stacks_of(folder).declared(pattern)
    found: list[Finding] = []
    reads: list[Live] = []
    for settings, stacks in _by_credentials(declared.stacks):
        part = Declared(stacks)
        places = frozenset(place for stack in stacks for place in stack.places)
        regions = frozenset(stack.settings.region for stack in stacks) - {None}
        homes = frozenset(Place(service, region or "") for region in regions for service in _regional())
        live = LiveSession(settings, part).read(scope, places | homes)
        reads.append(live)
        found += findings(live, with_rotated(part, live))
    return Audit(in_order(found), tuple(reads), declared.unread)


def tell(words: str) -> None:
    """Say why it takes long; not where the report goes."""
    click.echo(words, err=True)


def _by_credentials(stacks: tuple[DeclaredStack, ...]) -> list[tuple[Settings, tuple[DeclaredStack, ...]]]:
    """Return the stacks of each set of credentials; the environment's where there is no stack."""
    if not stacks:
        return [(environment_settings(os.environ), ())]
    groups: dict[Settings, list[DeclaredStack]] = {}
    for stack in stacks:
        # What differs between stacks of one account, and has no part in how it is reached.
        key = replace(stack.settings, region=None, rules=Rules(), timeout=None, previews_live=False)
        groups.setdefault(key, []).append(stack)
    return [(members[0].settings, tuple(members)) for members in groups.values()]


def _regional() -> tuple[str, ...]:
    return tuple(name for name in services.names() if services.service(name).API.regional)


@contextmanager
def _progress() -> Iterator[inventory.Progress]:
    """Show a bar while it reads, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _decrypt(project: Project, stack: str) -> Configured:
    # Pulumi takes half a second to import, and most stack files hold no secret.
    from alicloud_image_share.runner.secrets import decrypt  # noqa: PLC0415

    return decrypt(project, stack)
