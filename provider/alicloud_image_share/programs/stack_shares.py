"""The config-driven program: declares the shares that a stack file describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pulumi
from pulumi.runtime import config as configuration

from alicloud_image_share.cloud.directory_accounts import AccountsNotListed
from alicloud_image_share.programs.native_share import FROM_NATIVE, declare_native
from alicloud_image_share.programs.newest_images import ImagesNotListed, Source, stack_images
from alicloud_image_share.resource import ImageShare
from alicloud_image_share.sharing.rule_settings import read_rules
from alicloud_image_share.stack_file import (
    ABSENT,
    DYNAMIC,
    NATIVE,
    PROVIDER,
    Place,
    Problem,
    Rotation,
    ShareDefinition,
    StackValues,
    definitions,
    key_problems,
    provider_problems,
    value_problems,
)
from alicloud_image_share.stack_file.definitions import parsed
from alicloud_image_share.stack_file.directory_group import with_directory_accounts
from alicloud_image_share.stack_file.place import FolderGroup
from alicloud_image_share.stack_file.project import (
    GROUPS,
    SHARES,
    Project,
    ProjectError,
    find_project,
    refuse,
)
from alicloud_image_share.stack_file.referenced_files import with_referenced_files


def run(folder: Path | None = None, *, destroys: bool = False) -> None:
    """Declare the shares of the running stack; raise RunError with all problems, if there are any.

    `folder` is the project's, by default the current one, where the engine runs a program. A run that
    destroys goes by what is in state, and so goes on where images cannot be listed.
    """
    try:
        project, stack = find_project(folder or Path.cwd()), pulumi.get_stack()
        values = _values(project, stack)
        refuse(_problems(project, stack, values))
        values = with_directory_accounts(values, partial(_members, skips=destroys))
        # All that can fail comes first: what is not declared is unshared.
        shares = _distinct(definitions(values, partial(_newest, skips=destroys)))
        if not (shares or destroys):
            _refuse_malformed_rules(project.stack_file(stack).name)
    except (ProjectError, ImagesNotListed, AccountsNotListed) as error:
        raise pulumi.RunError(str(error)) from error
    secret = values.groups_place.secret or values.shares_place.secret
    provider = configuration.get_config(PROVIDER)
    for definition in shares:
        if provider == NATIVE:
            declare_native(definition, secret=secret)
        else:
            _declare(definition, secret=secret, moves=provider == DYNAMIC)


def _declare(definition: ShareDefinition, *, secret: bool, moves: bool) -> None:
    """Declare one share; `secret` hides its accounts, `moves` takes over a share of the native provider."""
    inputs = definition.inputs
    if secret:
        inputs["accounts"] = pulumi.Output.secret(definition.notes)
    options = pulumi.ResourceOptions(aliases=[FROM_NATIVE]) if moves else None
    ImageShare(definition.name, **inputs, opts=options)


def _members(group: FolderGroup, *, skips: bool) -> Mapping[str, str]:
    """Give the accounts of a folder."""
    try:
        return stack_images().accounts_in(group)
    except AccountsNotListed:
        if skips:
            return {}
        raise


def _newest(rotation: Rotation, *, skips: bool) -> list[tuple[str | None, str]]:
    """Give the images of a rotation; the name of the share begins what is said when they are not known."""
    share = rotation.share
    sources = [Source(share.service, region, share.role_arn) for region in rotation.regions]
    try:
        newest_of_each = [
            (each_source, stack_images().newest(each_source, rotation.selection, rotation.keep))
            for each_source in sources
        ]
    except ImagesNotListed as error:
        if skips:
            return []
        raise ImagesNotListed(f"{share.name}: {error}") from error
    return [(source.region, image.image_id) for source, newest in newest_of_each for image in newest.images]


def _distinct(shares: Iterable[ShareDefinition]) -> list[ShareDefinition]:
    """Return the shares; raise ProjectError where a rotating one gets the name of another."""
    distinct: dict[str, ShareDefinition] = {}
    for share in shares:
        if share.name in distinct:
            raise ProjectError(
                f"Two shares would be named {share.name} (a rotating share is named after its image)."
                " Rename one."
            )
        distinct[share.name] = share
    return list(distinct.values())


def _problems(project: Project, stack: str, values: StackValues) -> Iterator[Problem]:
    in_text = list(project.text_problems(stack))
    places = {problem.place for problem in in_text}
    keys = {**configuration.get_config_env(), **configuration.CONFIG.get()}
    yield from in_text
    yield from key_problems(keys, project.stack_file(stack).name, project.settings.get("name"))
    yield from (problem for problem in value_problems(values) if problem.place not in places)
    provider = configuration.get_config(PROVIDER)
    place = Place(project.file_of(PROVIDER, stack), PROVIDER)
    yield from provider_problems(ABSENT if provider is None else provider, place)


def _refuse_malformed_rules(file: str) -> None:
    """Raise ProjectError for rules that cannot be read: where no share is left, no check names them."""
    problems: list[str] = []
    read_rules(configuration.get_config, problems)
    refuse(Place(file).problem(problem) for problem in problems)


def _values(project: Project, stack: str) -> StackValues:
    def place(key: str) -> Place:
        return Place(project.file_of(key, stack), key, secret=configuration.is_config_secret(key))

    groups = parsed(configuration.get_config(GROUPS))
    values = StackValues(
        groups_place=place(GROUPS),
        shares_place=place(SHARES),
        groups={} if groups is ABSENT else groups,
        shares=parsed(configuration.get_config(SHARES)),
    )
    return with_referenced_files(values, project.folder)
