"""What `image-share validate` finds in stack files, without an engine and without the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.engine.stack_configuration import as_texts, is_secret
from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.access_end import ended
from alicloud_image_share.sharing.rules import Change, violations
from alicloud_image_share.stack_file import (
    ABSENT,
    PROVIDER,
    Place,
    StackValues,
    definitions,
    key_problems,
    provider_problems,
    value_problems,
)
from alicloud_image_share.stack_file.project import GROUPS, SHARES, Project, find_project
from alicloud_image_share.stack_file.referenced_files import with_referenced_files


@dataclass(frozen=True, slots=True)
class ValidatedFile:
    """What is wrong with one stack file, a line each."""

    name: str
    problems: tuple[str, ...] = ()
    broken_rules: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()


def validate(folder: Path, files: Sequence[Path], pattern: str) -> tuple[ValidatedFile, ...]:
    """Check the stack files of a project that a pattern matches, or those that are named; raise ShareError.

    A project file stands for every stack of its folder.
    """
    if not files:
        project = find_project(folder)
        return tuple(_validated(project, stack) for stack in project.matching(pattern))
    projects: dict[tuple[Path, str], Project] = {}
    for file in files:
        project = find_project(file.parent)
        stacks = [stack for stack in project.stacks() if project.stack_file(stack).name == file.name]
        if file.resolve() == project.file:
            stacks = list(project.stacks())
        elif not stacks:
            raise ShareError(f"{file} is neither a stack file (Pulumi.<stack>.yaml) nor a project file.")
        projects.update({(project.file, stack): project for stack in stacks})
    return tuple(_validated(project, stack) for (_, stack), project in projects.items())


def _validated(project: Project, stack: str) -> ValidatedFile:
    name = project.stack_file(stack).name
    try:
        in_text = list(project.text_problems(stack))
        if in_text:
            return ValidatedFile(name, tuple(map(str, in_text)))
        return _checked(project, stack, project.configuration(stack))
    except ShareError as error:
        return ValidatedFile(name, (str(error),))


def _checked(project: Project, stack: str, configured: Mapping[str, Any]) -> ValidatedFile:
    name = project.stack_file(stack).name
    secret = {key for key, value in configured.items() if is_secret(value)}
    texts = as_texts({key: value for key, value in configured.items() if key not in secret})
    settings = read_settings(texts.get, {}, services.names())  # key_problems names the unknown keys
    unknown = key_problems(configured, name, project.settings.get("name"))
    problems = [*map(str, unknown), *(f"{name}, {line}" for line in settings.problems)]
    not_checked = [f"{name}, {key}: the value is secret" for key in sorted(secret & {GROUPS, SHARES})]
    if project.has_environments(stack):
        not_checked.append(f"{name}, environment: only the engine knows what it adds")
    if not_checked or not (SHARES in configured or project.runs_the_stack_program()):
        return ValidatedFile(name, _once(problems), not_checked=tuple(not_checked))
    values = StackValues(
        Place(project.file_of(GROUPS, stack), GROUPS),
        Place(project.file_of(SHARES, stack), SHARES),
        configured.get(GROUPS, {}),
        configured.get(SHARES, ABSENT),
    )
    values = with_referenced_files(values, project.folder)
    problems += map(str, value_problems(values))
    provider = ABSENT if PROVIDER in secret else configured.get(PROVIDER, ABSENT)
    problems += map(str, provider_problems(provider, Place(project.file_of(PROVIDER, stack), PROVIDER)))
    broken = () if problems else tuple(_broken_rules(name, values, settings))
    return ValidatedFile(name, _once(problems), broken)


def _broken_rules(name: str, values: StackValues, settings: Settings) -> Iterator[str]:
    """Give the rules on who may be listed that a file breaks; who would lose access, only a preview knows."""
    now = datetime.now(timezone.utc)
    for share in definitions(values):
        image = str(share.key(settings.region))
        listed = share.notes.keys() - ended(share.notes, now)
        change = Change(image, frozenset(listed), exclusive=share.exclusive, notes=share.notes, now=now)
        for violation in violations(settings.rules, change):
            yield f"{name}, {SHARES}.{share.name}: {violation.sentence}"


def _once(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))
