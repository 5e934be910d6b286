"""One command about what is live: the accounts that it looks at, and what it reads of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.session import Session, Sessions
from alicloud_image_share.errors import ConfigurationError, ShareError
from alicloud_image_share.inventory.declared import Declared
from alicloud_image_share.inventory.model import Place, Survey, Unread
from alicloud_image_share.inventory.reading import Asked, Inventory, Progress, read_all, threads
from alicloud_image_share.inventory.scope import Scope
from alicloud_image_share.inventory.stacks import Stacks, environment_settings
from alicloud_image_share.stack_file.project import NoProjectError, Project, find_project


def stacks_of(folder: Path) -> Stacks:
    """Return the stacks of the project that the folder belongs to; none where there is no project."""
    try:
        project: Project | None = find_project(folder)
    except NoProjectError:
        project = None
    return Stacks(project, os.environ)


@dataclass(frozen=True)
class LiveSession:
    """The ways to the accounts that one command looks at, each account once, and what all stacks say."""

    sessions: tuple[Session, ...]
    declared: Declared = field(default_factory=Declared)
    unreached: tuple[Unread, ...] = ()
    """Roles that could not be assumed."""

    @classmethod
    def of(cls, folder: Path, stack: str | None, roles: Sequence[str] = ()) -> LiveSession:
        """Return the session of a stack or of the environment: its account, or those of the roles."""
        stacks = stacks_of(folder)
        settings = stacks.stack(stack).settings if stack else environment_settings(os.environ)
        sessions, declared = Sessions(settings, Clock(), tell), stacks.declared()
        if not roles:
            return cls((sessions.of(),), declared)
        reached, unreached = _reached([sessions.of(role) for role in roles])
        return cls(reached, declared, unreached)

    def read(self, scope: Scope, more: Mapping[str, frozenset[Place]] | None = None) -> Survey:
        """Read what is live; `more` are places by account, read where no region is asked for."""

        def asked(session: Session) -> Asked:
            home, reads = session.sessions.settings.region, _inventory(session)
            declared = (more or {}).get(session.account_id, frozenset())
            return Asked(reads, scope.places(home, declared, lambda service: reads.regions(service, home)))

        with progress_bar() as progress:
            with threads("regions") as pool:
                places = list(pool.map(asked, self.sessions))
            return Survey(read_all(places, progress), self.unreached)

    def session_of(self, account: str) -> Session:
        """Return the session of an account that was read."""
        return next(session for session in self.sessions if session.account_id == account)


def caller_of(session: Session) -> str | ShareError:
    """Return the account that a way leads to, or why it leads to none."""
    try:
        return session.account_id
    except ShareError as error:
        return error


def callers(sessions: Sequence[Session]) -> list[str | ShareError]:
    """Return where each of the ways leads to, asked beside each other."""
    with threads("callers") as pool:
        return list(pool.map(caller_of, sessions))


def unreached(role_arn: str, error: ShareError) -> Unread:
    """Return what is said of a role whose account could not be looked at."""
    return Unread(f"the account of {role_arn}", " ".join(str(error).split()))


def tell(words: str) -> None:
    """Say why it takes long; not where the report goes."""
    click.echo(words, err=True)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar while it reads, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _reached(ways: Sequence[Session]) -> tuple[tuple[Session, ...], tuple[Unread, ...]]:
    """Return the first way to each account, and the roles that lead to none; raise where all of them do."""
    first: dict[str, Session] = {}
    failed: dict[str, ShareError] = {}
    for way, caller in zip(ways, callers(ways), strict=True):
        if isinstance(caller, ShareError):
            failed[str(way.role_arn)] = caller
        else:
            first.setdefault(caller, way)
    if not first:
        raise ConfigurationError("\n".join(dict.fromkeys(map(str, failed.values()))))
    return tuple(first.values()), tuple(unreached(role, error) for role, error in failed.items())


def _inventory(session: Session) -> Inventory:
    terms = session.sessions
    return Inventory(session.read_only(), session.account_id, terms.clock, terms.tell, session.role_arn)
