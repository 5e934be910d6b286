"""What `image-share validate` finds in stack files, without an engine and without the network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import region_problem
from alicloud_image_share.cloud.end_settings import time_of
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.engine.stack_configuration import as_texts, is_secret
from alicloud_image_share.errors import ConfigurationError, ShareError
from alicloud_image_share.sharing.access_end import cut_note, ended
from alicloud_image_share.sharing.notices import account_words
from alicloud_image_share.sharing.rule_settings import ON_LISTS
from alicloud_image_share.sharing.rules import Change, violations
from alicloud_image_share.stack_file import (
    ABSENT,
    PROVIDER,
    Place,
    StackValues,
    definitions,
    key_problems,
    provider_problems,
    rotations,
    value_problems,
)
from alicloud_image_share.stack_file.clashes import clash_problems
from alicloud_image_share.stack_file.directory_group import unread_folders
from alicloud_image_share.stack_file.project import GROUPS, SHARES, Project, find_project
from alicloud_image_share.stack_file.referenced_files import with_referenced_files

_KEY_PAIR = frozenset({"alicloud:accessKey", "alicloud:secretKey"})


@dataclass(frozen=True, slots=True)
class ValidatedFile:
    """What is wrong with one stack file, a line each."""

    name: str
    problems: tuple[str, ...] = ()
    broken_rules: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    """Groups whose accounts only the cloud knows; what a file can be wrong about does not depend on them."""
    ended: tuple[str, ...] = ()
    """Accounts that stay on a list after the end of their access; no mistake."""


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
    if not texts.keys() >= _KEY_PAIR:
        # The other half may be secret, or come from the environment of a run.
        texts = {key: text for key, text in texts.items() if key not in _KEY_PAIR}
    settings = read_settings(texts.get, {}, services.names())  # key_problems names the unknown keys
    unknown = key_problems(configured, name, project.settings.get("name"))
    problems = [*map(str, unknown), *(f"{name}, {line}" for line in settings.problems)]
    not_checked = [f"{name}, {key}: the value is secret" for key in sorted(secret & {GROUPS, SHARES})]
    if project.environments(stack):
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
    problems = problems or list(_mistyped_regions(name, values, settings))
    problems = problems or list(map(str, clash_problems(values, settings.region)))
    if problems:
        return ValidatedFile(name, _once(problems))
    now = time_of(os.environ)
    broken = tuple(_broken_rules(name, values, settings, now))
    not_read = tuple(map(str, unread_folders(values)))
    if values.shares:
        not_checked += [f"{name}, {key}: the value is secret" for key in sorted(secret & ON_LISTS)]
    if not_read and settings.rules.are_on_lists:
        not_checked.append(
            f"{name}, {GROUPS}: whether the rules of the stack allow the accounts of its folders"
        )
    return ValidatedFile(name, (), broken, tuple(not_checked), not_read, _once(list(_ended(values, now))))


def _mistyped_regions(name: str, values: StackValues, settings: Settings) -> Iterator[str]:
    """Name the regions that a run would refuse; where the file sets an endpoint, any name will do."""
    places = [(share, share.region_id) for share in definitions(values)]
    places += [(rotation.share, region) for rotation in rotations(values) for region in rotation.regions]
    for share, region in places:
        if region and region_problem(region, any_region=settings.any_region):
            try:
                settings.endpoint(services.service(share.service).API, region)
            except ConfigurationError as error:
                yield f"{name}, {share.name}: {error}"


def _broken_rules(name: str, values: StackValues, settings: Settings, now: datetime) -> Iterator[str]:
    """Give the rules on who may be listed that a file breaks; who would lose access, only a preview knows."""
    rules = settings.rules
    shares = [(share, str(share.key(settings.region)), share.exclusive) for share in definitions(values)]
    # Which images rotate in only the cloud knows, so a rule that names images is not held to them.
    never_exclusive = rules.exclusive_allowed is False
    shares += [
        (rotation.share, f"the images that {rotation.share.name} selects", never_exclusive)
        for rotation in rotations(values)
    ]
    for share, image, exclusive in shares:
        listed = frozenset(share.notes.keys() - ended(share.notes, now))
        change = Change(image, listed, exclusive=exclusive and share.exclusive, notes=share.notes, now=now)
        for violation in violations(rules, change):
            yield f"{name}, {SHARES}.{share.name}: {violation.sentence}"


def _ended(values: StackValues, now: datetime) -> Iterator[str]:
    """Name each account whose access has ended, at the first list that has it."""
    for share in (*definitions(values), *(rotation.share for rotation in rotations(values))):
        groups = {account.id: account.groups for account in share.accounts}
        for account, note in ended(share.notes, now).items():
            in_group = [values.groups_place.at(group) for group in groups[account]]
            (place, *_) = (*in_group, values.shares_place.at(share.name))
            who = account_words(account, cut_note(note))
            yield f"{place}: the access of {who} has ended; take it off the list, or set a later end"


def _once(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))
