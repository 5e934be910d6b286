"""Read what stacks say and how they are configured: from files, by the engine where they have secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Protocol

from alicloud_image_share import services
from alicloud_image_share.config import Settings, read_settings
from alicloud_image_share.errors import ShareError
from alicloud_image_share.live.declared import Claim, Declared, DeclaredStack, claims_of
from alicloud_image_share.live.model import Unread
from alicloud_image_share.project import GROUPS, SHARES, Project, ProjectError
from alicloud_image_share.stack_file import (
    ABSENT,
    Place,
    ShareDefinition,
    StackValues,
    definitions,
    rotations,
    value_problems,
)


@dataclass(frozen=True, slots=True)
class Configured:
    """The configuration of a stack as text, and which keys of it are secret."""

    texts: Mapping[str, str]
    secret: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StateShare:
    """A share that the state of a stack holds."""

    definition: ShareDefinition
    secret: bool = False


class Engine(Protocol):
    """What only the engine knows of a stack; each raises ShareError where it does not tell."""

    def configuration(self, project: Project, stack: str) -> Configured:
        """Return the configuration, decrypted."""

    def shares_in_state(self, project: Project, stack: str) -> tuple[StateShare, ...]:
        """Return the shares that state holds."""


def environment_settings(environment: Mapping[str, str]) -> Settings:
    """Return what the environment alone configures."""
    return read_settings(lambda _key: None, environment, services.names())


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of a project."""

    project: Project | None
    environment: Mapping[str, str]
    engine: Engine

    def declared(self, pattern: str = "*") -> Declared:
        """Return every stack whose name matches; one that cannot be read is named with the reason."""
        names = self.project.stacks() if self.project else ()
        stacks, unread = [], []
        for name in names:
            if not fnmatchcase(name, pattern):
                continue
            try:
                stacks.append(self.stack(name))
            except ShareError as error:
                unread.append(Unread(f"stack {name}", " ".join(str(error).split())))
        return Declared(tuple(stacks), tuple(unread))

    def stack(self, name: str) -> DeclaredStack:
        """Return one stack; raise ShareError where it cannot be read."""
        if self.project is None or not self.project.stack_file(name).is_file():
            known = ", ".join(self.project.stacks()) if self.project else ""
            raise ProjectError(f"There is no stack {name}; known are {known or 'none'}.")
        configured = self._configured(self.project, name)
        settings = read_settings(configured.texts.get, self.environment, services.names())
        if not self.project.runs_the_stack_program():
            return DeclaredStack(name, settings, self._in_state(self.project, name))
        values = self._values(self.project, name, configured)
        problem = next(value_problems(values), None)
        if problem:
            raise ProjectError(str(problem))
        secret = not configured.secret.isdisjoint((GROUPS, SHARES))
        shares = definitions(values)
        claims = claims_of(name, shares, settings.region, secret=secret)
        return DeclaredStack(name, settings, claims, rotations(values), secret)

    def _in_state(self, project: Project, name: str) -> tuple[Claim, ...]:
        """Return what a program of the project's own has declared: the last up knows."""
        shares = self.engine.shares_in_state(project, name)
        return tuple(
            claim
            for share in shares
            for claim in claims_of(name, (share.definition,), None, secret=share.secret)
        )

    def _configured(self, project: Project, name: str) -> Configured:
        found = project.configuration(name)
        if has_secret(found) or project.has_environments(name):
            return self.engine.configuration(project, name)
        return Configured({key: _text(value) for key, value in found.items() if value is not None})

    def _values(self, project: Project, name: str, configured: Configured) -> StackValues:
        file = project.stack_file(name).name

        def place(key: str) -> Place:
            return Place(file, key, secret=key in configured.secret)

        groups = _parsed(configured.texts.get(GROUPS))
        shares = _parsed(configured.texts.get(SHARES))
        return StackValues(place(GROUPS), place(SHARES), {} if groups is ABSENT else groups, shares)


def has_secret(value: Any) -> bool:
    """Tell whether a value of a stack file is encrypted, wholly or in part."""
    if isinstance(value, Mapping):
        return set(value) == {"secure"} or any(map(has_secret, value.values()))
    return isinstance(value, list) and any(map(has_secret, value))


def _text(value: Any) -> str:
    """Return a value as the engine hands it to programs."""
    return value if isinstance(value, str) else json.dumps(value)


def _parsed(text: str | None) -> Any:
    if text is None:
        return ABSENT
    try:
        return json.loads(text)
    except ValueError:
        return text
