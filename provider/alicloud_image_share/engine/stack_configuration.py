"""What a stack configures, for commands beside the engine: from files, by the engine where it is secret."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import not_of_project
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.stack_file import (
    Place,
    Rotation,
    ShareDefinition,
    StackValues,
    definitions,
    key_problems,
    provider_problems,
    rotations,
    value_problems,
)
from alicloud_image_share.stack_file.clashes import clash_problems
from alicloud_image_share.stack_file.definitions import ABSENT, parsed
from alicloud_image_share.stack_file.directory_group import shares_of_folders
from alicloud_image_share.stack_file.keys import NAMESPACE, PROVIDER
from alicloud_image_share.stack_file.place import FolderGroup, Problem
from alicloud_image_share.stack_file.project import GROUPS, SHARES, Project, ProjectError, refuse
from alicloud_image_share.stack_file.referenced_files import with_referenced_files


@dataclass(frozen=True, slots=True)
class StackConfiguration:
    """The configuration of one stack, each value as the text that a program is given."""

    project: Project
    stack: str
    texts: Mapping[str, str]
    secret: frozenset[str] = frozenset()
    """The keys whose values are not printed."""

    def settings(self, environment: Mapping[str, str]) -> Settings:
        """Return how the cloud is called, with what the environment adds."""
        keys = not_of_project(self.texts, self.project.settings.get("name"))
        return read_settings(self.texts.get, environment, services.names(), keys)

    def shares(self) -> tuple[ShareDefinition, ...]:
        """Return the shares that the file names, none of a program of one's own; raise ProjectError."""
        values = self._checked()
        return definitions(values) if values else ()

    def rotations(self) -> tuple[Rotation, ...]:
        """Return the shares of the newest images that the file names, as `shares` does the others."""
        values = self._checked()
        return rotations(values) if values else ()

    def shares_of_folders(self) -> tuple[tuple[ShareDefinition, str, str], ...]:
        """Return each named share with each of its groups that is a folder, and the id of the folder."""
        values = self._checked()
        return tuple(shares_of_folders(values)) if values else ()

    def folders(self) -> tuple[FolderGroup, ...]:
        """Return the groups that are folders of a resource directory, equal ones once."""
        values = self._checked()
        groups = values.groups.values() if values else ()
        return tuple(dict.fromkeys(group for group in groups if isinstance(group, FolderGroup)))

    def _checked(self) -> StackValues | None:
        if SHARES not in self.texts and not self.project.runs_the_stack_program():
            return None
        values = self.values()
        refuse(self.problems(values))
        return values

    def problems(self, values: StackValues) -> Iterator[Problem]:
        """Find what validate and a preview find in the keys and in the values."""
        problems = list(self._value_problems(values))
        yield from problems
        if not problems:
            yield from clash_problems(values, self.texts.get("alicloud:region"))

    def _value_problems(self, values: StackValues) -> Iterator[Problem]:
        if self.project.runs_the_stack_program():
            file = self.project.stack_file(self.stack).name
            yield from key_problems(self.texts, file, self.project.settings.get("name"))
        yield from self._malformed_rules()
        yield from value_problems(values)
        yield from provider_problems(self.texts.get(PROVIDER, ABSENT), self._place(PROVIDER))

    def _malformed_rules(self) -> Iterator[Problem]:
        """Find what check would refuse of our own keys; what is secret is left to it."""
        readable = {key: text for key, text in self.texts.items() if key not in self.secret}
        ours = {key: text for key, text in readable.items() if key.startswith(f"{NAMESPACE}:")}
        for line in read_settings(ours.get, {}, services.names()).problems:
            key, _, reason = line.partition(": ")
            yield self._place(key).problem(reason.rstrip("."))

    def values(self) -> StackValues:
        """Return the shares and groups, with where they stand."""
        groups, shares = parsed(self.texts.get(GROUPS, "{}")), parsed(self.texts.get(SHARES))
        values = StackValues(self._place(GROUPS), self._place(SHARES), groups, shares)
        return with_referenced_files(values, self.project.folder)

    def _place(self, key: str) -> Place:
        return Place(self.project.file_of(key, self.stack), key, secret=key in self.secret)


def read_stack(project: Project, stack: str) -> StackConfiguration:
    """Return the configuration of a stack; raise ShareError where there is none or it stays encrypted."""
    file = project.stack_file(stack)
    if not project.has_file_of(stack):
        known = ", ".join(project.stacks()) or "none"
        raise ProjectError(
            f"There is no {file.relative_to(project.folder)}; the stacks with a file: {known}."
        )
    values_of_stack = project.configuration(stack)
    if problems := [str(problem) for problem in project.text_problems(stack)]:
        raise ProjectError("\n".join(problems))
    if is_secret(values_of_stack) or project.environments(stack):
        # Pulumi takes half a second to import, and most files hold no secret.
        from alicloud_image_share.engine.stack_reading import configuration  # noqa: PLC0415

        return StackConfiguration(project, stack, *configuration(project, stack))
    return StackConfiguration(project, stack, as_texts(values_of_stack))


def is_secret(value: Any) -> bool:
    """Tell whether a value of a stack file is encrypted, or something in it."""
    if isinstance(value, Mapping):
        return set(value) == {"secure"} or any(map(is_secret, value.values()))
    return isinstance(value, list) and any(map(is_secret, value))


def as_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a stack file as the texts that a program gets; the engine gives none for null."""
    return {
        key: value if isinstance(value, str) else json.dumps(_with_texts(value), default=str)
        for key, value in ((key, "" if value is None else value) for key, value in values.items())
    }


def _with_texts(value: Any) -> Any:
    """Return a value of YAML with keys that JSON has; YAML reads dates, and JSON has none."""
    if isinstance(value, Mapping):
        plain = (str, int, float, bool, type(None))
        return {key if isinstance(key, plain) else str(key): _with_texts(item) for key, item in value.items()}
    return list(map(_with_texts, value)) if isinstance(value, list | tuple) else value
