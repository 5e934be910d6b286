"""Run one operation on one stack, from its file to what came of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from types import MappingProxyType
from typing import Any

from pulumi.automation import CommandError, ConcurrentUpdateError, Stack, StackNotFoundError

from alicloud_image_share.engine.encryption_salt import kept_text
from alicloud_image_share.engine.environment import backend_and_source
from alicloud_image_share.engine.events import EventLog, Listener
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.operation import Operation
from alicloud_image_share.engine.pulumi_cli import EngineKilled, PulumiCli
from alicloud_image_share.engine.stack_history import backend_name
from alicloud_image_share.engine.workspace import create_stack, open_stack
from alicloud_image_share.errors import ShareError
from alicloud_image_share.review.model import OWN_ECS
from alicloud_image_share.review.net_access import NetAccess, net_access
from alicloud_image_share.review.preview_facts import PreviewFacts
from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.review.state_access import StateAccess
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.stack_file.project import Project

_TELLS = (Operation.PREVIEW, Operation.CHECK_REFRESH)
"""Operations whose status tells whether there is a difference."""


@dataclass(frozen=True, slots=True)
class StackResult:
    """What came of one operation on one stack."""

    stack: str
    operation: Operation
    refreshed: bool
    """Whether the images were read again, whatever state said."""
    failure: str | None
    """Why it failed, in one paragraph; None if it did what was asked."""
    breaks_rules: bool = False
    """Whether it failed for nothing else than broken rules."""
    changes: tuple[ShareChange, ...] = ()
    unchanged: int = 0
    stays: tuple[ShareChange, ...] = ()
    """The shares that nothing happened to."""
    access: tuple[StateAccess, ...] = ()
    """Who can use what, as the engine showed it; empty for an operation that only plans."""
    notices: tuple[Notice, ...] = ()
    """What the provider said about images during this run."""
    ended_at: datetime | None = None
    """When it ended: what it read is no older than it is long."""
    full_name: str = ""
    """`organization/project/stack`, where the program was run."""
    facts: PreviewFacts | None = None
    """What a review is made of; None for an operation that does not only plan."""

    @property
    def open_to_everyone(self) -> frozenset[str]:
        """Images that were found open to everyone."""
        return frozenset(notice.image for notice in self.notices if notice.kind is Kind.EVERYONE)

    @property
    def shared(self) -> frozenset[tuple[str, str]]:
        """Image and account of everybody who has access before a plan is carried out, as state has it."""
        stays = [(share.image, {*share.listed, *share.foreign}) for share in self.stays]
        changes = [
            (change.image, {*change.keeps, *change.foreign, *(change.loses or {})}) for change in self.changes
        ]
        switched = {
            (share.image, OWN_ECS)
            for share in (*self.stays, *self.changes)
            if share.asks_for_ecs and share.in_ecs is None
        }
        pairs = ((image, account) for image, accounts in (*stays, *changes) for account in accounts)
        return frozenset(pairs) | switched

    @property
    def configuration(self) -> Mapping[str, str] | None:
        """The configuration that a plan was made with, by the engine; None where it does not tell it."""
        configured = self.facts.configured if self.facts else None
        return configured.after if configured else None

    @property
    def status(self) -> ExitStatus:
        """The exit status of a command that did nothing else."""
        if self.failure:
            return ExitStatus.BROKEN if self.breaks_rules else ExitStatus.FAILED
        if self.operation not in _TELLS:
            return ExitStatus.NOTHING
        if self.changes:
            return ExitStatus.DIFFERENT
        # What was not read may differ.
        return ExitStatus.FAILED if self.is_unread else ExitStatus.NOTHING

    @property
    def is_unread(self) -> bool:
        """Whether an image that should have been read was not."""
        return any(notice.kind is Kind.SKIPPED for notice in self.notices)

    @property
    def net_access(self) -> NetAccess:
        """Who gains and who loses access, over all shares."""
        return net_access((*self.changes, *self.stays), self.notices)


@dataclass(frozen=True, slots=True)
class Runner:
    """What runs of a project have in common."""

    project: Project
    cli: PulumiCli
    variables: Mapping[str, str]
    """For the engine's environment, on top of this process's."""
    listener: Listener
    keys_of: Callable[[str], Mapping[str, str]]
    """Gives what the file of a stack has to say of its secrets."""

    def run(
        self,
        operation: Operation,
        name: str,
        *,
        refresh: bool = False,
        reviewed: bool = False,
        more_variables: Mapping[str, str] = MappingProxyType({}),
        targets: Sequence[str] = (),
    ) -> StackResult:
        """Carry out an operation on a stack; an expected failure is part of the result.

        With `targets`, urns, up does nothing to any other resource.
        """
        refresh = refresh or operation.refreshes
        journal = EventLog(self.listener, operation.plans, reviewed)
        variables = {**self.variables, **more_variables}
        starter = partial(_start, operation=operation, refresh=refresh, targets=targets)
        failure = self._failure(operation, name, starter, journal, variables)
        journal.end()
        return StackResult(
            stack=name,
            operation=operation,
            refreshed=refresh,
            failure=failure,
            breaks_rules=journal.breaks_rules,
            changes=tuple(journal.changes),
            stays=journal.stays,
            unchanged=journal.unchanged,
            access=journal.access,
            notices=tuple(journal.notices),
            ended_at=datetime.now(timezone.utc),
            full_name=journal.full_name,
            facts=journal.facts(name, failure) if operation.plans else None,
        )

    def _failure(
        self,
        operation: Operation,
        name: str,
        starter: Callable[[Stack], Callable[..., Any]],
        journal: EventLog,
        variables: Mapping[str, str],
    ) -> str | None:
        """Carry the operation out; return why it failed, None if it did not."""
        last_words: list[str] = []
        try:
            destroys = operation in (Operation.DESTROY, Operation.PREVIEW_DESTROY)
            stack = open_stack(
                self.project, name, self.cli, variables, destroys=destroys, tell_name=journal.name_stack
            )
            start = partial(starter(stack), on_event=journal.take, color="never")
            with kept_text(self.project.stack_file(name), self.keys_of(name)):
                try:
                    start(on_error=last_words.append)
                except StackNotFoundError:
                    last_words.clear()
                    create_stack(self.project, stack, self.cli, self.listener)
                    start(on_error=last_words.append)
        except ConcurrentUpdateError:
            return f"Another run holds stack {name}. If there is none, run {self._cancelling(name)}."
        except EngineKilled as error:
            return (
                f"{operation.value} of stack {name} {error}. Operations in progress are not recorded in"
                f" state. Run {self._cancelling(name)}, then run the same command again; it completes what is"
                " missing."
            )
        except CommandError as error:
            return f"{operation.value} of stack {name} {self._how_it_ended(error, last_words, journal)}"
        except ShareError as error:
            return str(error)
        if journal.unread:
            sentence = f"{operation.value} of stack {name}: {journal.unread}"
            return f"{sentence}; who gains or loses access is not known."
        return None

    def _how_it_ended(self, error: CommandError, last_words: Sequence[str], journal: EventLog) -> str:
        if self.cli.interruptions > 1:
            return "was stopped; operations in progress are not recorded in state: run it again"
        if self.cli.interruptions and not journal.errors:
            return "was interrupted; operations in progress were finished and recorded in state"
        message = "" if journal.errors else " ".join(last_words or [_errors_of(error)])
        if message and not journal.begun:
            return self._not_begun(message)
        return f"failed: {message.removeprefix('error: ')}" if message else "failed"

    def _not_begun(self, message: str) -> str:
        """Say why the engine did not begin, and where state is: most often that is what it cannot reach."""
        url, source = backend_and_source(self.project, os.environ)
        if url is None:
            url, source = self.variables.get("PULUMI_BACKEND_URL"), "no backend is configured"
        place = backend_name(url or "", self.project.folder)
        words = " ".join(message.removeprefix("error: ").split()).rstrip(".")
        return (
            f"was not begun, and nothing was changed: the Pulumi engine said: {words}."
            f" State is at {place} ({source}). Next: correct what the engine names."
        )

    def _cancelling(self, name: str) -> str:
        backend = self.variables.get("PULUMI_BACKEND_URL")
        where = f" with PULUMI_BACKEND_URL={backend}" if backend else ""
        return f"`pulumi cancel --stack {name}`{where}"


def _start(stack: Stack, operation: Operation, refresh: bool, targets: Sequence[str]) -> Callable[..., Any]:
    # A read or a delete without the program would have the configuration of the last up.
    starts: Mapping[Operation, Callable[..., Any]] = {
        Operation.PREVIEW: partial(stack.preview, refresh=refresh, run_program=refresh or None),
        Operation.UP: partial(
            stack.up, refresh=refresh, run_program=refresh or None, target=[*targets] or None
        ),
        # The mark that a killed create leaves says nothing more: the next one takes over what that one did.
        Operation.REFRESH: partial(stack.refresh, run_program=True, clear_pending_creates=True),
        Operation.CHECK_REFRESH: partial(stack.preview_refresh, run_program=True, clear_pending_creates=True),
        Operation.DESTROY: partial(stack.destroy, run_program=True),
        Operation.PREVIEW_DESTROY: partial(stack.preview_destroy, run_program=True),
    }
    return starts[operation]


def _errors_of(error: CommandError) -> str:
    return " ".join(str(error).rpartition(" stderr: ")[2].split())
