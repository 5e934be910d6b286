"""The accounts that one command looks at, and what it reads of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.session import Session, Sessions
from alicloud_image_share.engine.console import console, shows_progress
from alicloud_image_share.engine.standard_streams import say
from alicloud_image_share.errors import ConfigurationError, ShareError
from alicloud_image_share.inventory.declared import Declared
from alicloud_image_share.inventory.live import Inventory, ReadFailure, ServiceRegion
from alicloud_image_share.inventory.reading import (
    AccountReader,
    Progress,
    ReadRequest,
    read_all,
    worker_threads,
)
from alicloud_image_share.inventory.scope import Scope
from alicloud_image_share.inventory.stacks import Stacks, environment_settings
from alicloud_image_share.stack_file.project import project_of


def stacks_of(folder: Path) -> Stacks:
    """Return the stacks of the project that the folder belongs to; none where there is no project."""
    return Stacks(project_of(folder), os.environ)


@dataclass(frozen=True)
class AccountSessions:
    """The sessions of the accounts that one command looks at, each account once, and what all stacks say."""

    sessions: tuple[Session, ...]
    declared: Declared = field(default_factory=Declared)
    roles_not_assumed: tuple[ReadFailure, ...] = ()

    @classmethod
    def of(cls, folder: Path, stack: str | None, roles: Sequence[str] = ()) -> AccountSessions:
        """Return the session of a stack or of the environment: its account, or those of the roles."""
        stacks = stacks_of(folder)
        settings = stacks.stack(stack).settings if stack else environment_settings(os.environ)
        sessions, declared = Sessions(settings, Clock(), tell), stacks.declared()
        if not roles:
            return cls((sessions.of(),), declared)
        return cls(*_of_roles([sessions.of(role) for role in roles], declared))

    def read(self, scope: Scope, declared: Mapping[str, frozenset[ServiceRegion]] | None = None) -> Inventory:
        """Read what is live; `declared` are the regions of declared images, by account."""

        def request(session: Session) -> ReadRequest:
            home, reader = session.sessions.settings.region, _reader(session)
            regions = (declared or {}).get(session.account_id, frozenset())
            targets = scope.targets(home, regions, lambda service: reader.regions(service, home))
            looks = scope.resource_shares and session.sessions.settings.resource_sharing is not False
            return ReadRequest(reader, targets, looks)

        with progress_bar() as progress:
            with worker_threads("regions") as pool:
                requests = list(pool.map(request, self.sessions))
            scope = replace(scope, resource_shares=all(each.looks_at_resource_shares for each in requests))
            return Inventory(
                read_all(requests, progress),
                self.roles_not_assumed,
                scope.narrowing,
                looks_at_resource_shares=scope.resource_shares,
            )

    def session_of(self, account_id: str) -> Session:
        """Return the session of an account that was read."""
        return next(session for session in self.sessions if session.account_id == account_id)


def account_ids(sessions: Sequence[Session]) -> list[str | ShareError]:
    """Return the account that each session leads to, or why it leads to none; asked beside each other."""
    with worker_threads("callers") as pool:
        return list(pool.map(account_id_of, sessions))


def account_id_of(session: Session) -> str | ShareError:
    """Return the account that a session leads to, or why it leads to none."""
    try:
        return session.account_id
    except ShareError as error:
        return error


def tell(message: str) -> None:
    """Say why it takes long; not where the report goes."""
    say(message, errors=True)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar while it reads, on a terminal only."""
    where = console(stderr=True)
    if not shows_progress(where):
        yield lambda _done, _total: None
        return
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=where, transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _of_roles(
    sessions: Sequence[Session], declared: Declared
) -> tuple[tuple[Session, ...], Declared, tuple[ReadFailure, ...]]:
    """Return the first session of each account, and the roles that lead to none; raise where all do."""
    first: dict[str, Session] = {}
    failed: dict[str, ShareError] = {}
    for session, account_id in zip(sessions, account_ids(sessions), strict=True):
        if isinstance(account_id, ShareError):
            failed[str(session.role_arn)] = account_id
        else:
            first.setdefault(account_id, session)
    if not first:
        raise ConfigurationError("\n".join(dict.fromkeys(map(str, failed.values()))))
    failures = (ReadFailure.of_role(role, error) for role, error in failed.items())
    return tuple(first.values()), declared, tuple(failures)


def _reader(session: Session) -> AccountReader:
    sessions = session.sessions
    return AccountReader(
        session.read_only(), session.account_id, sessions.clock, sessions.tell, session.role_arn
    )
