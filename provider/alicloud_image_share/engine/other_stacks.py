"""Which other stacks of a project share the same images: what one takes away is gone for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from alicloud_image_share.engine.stack_configuration import read_stack
from alicloud_image_share.errors import ShareError
from alicloud_image_share.review.model import OWN_ECS
from alicloud_image_share.review.net_access import Pair
from alicloud_image_share.stack_file import ShareDefinition
from alicloud_image_share.stack_file.project import Project

_AT_ONCE = 4
"""Stacks that are read at the same time: each state takes a run of the engine."""

_NO_STATE = (
    "whether the state of another stack lists an account that loses access: `image-share review --stack`"
    " reads it"
)


@dataclass(frozen=True, slots=True)
class UnreadGroup:
    """A group of another stack of which only the cloud knows the accounts."""

    image: str
    words: str


Read = Callable[[], Iterable[Pair | UnreadGroup]]


@dataclass(frozen=True, slots=True)
class OtherStacks:
    """What the other stacks of a project list or own."""

    listed_by: Mapping[Pair, tuple[str, ...]] = field(default_factory=dict)
    """(image, account) → the stacks, sorted."""
    not_read: tuple[str, ...] = ()
    """What could not be read, a sentence each."""
    unread_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Image → the groups that may list an account on it, a sentence each."""

    def not_read_of(self, images: Iterable[str]) -> tuple[str, ...]:
        """Return what could not be read, as far as it is about these images, each sentence once."""
        groups = (line for image in sorted({*images}) for line in self.unread_groups.get(image, ()))
        return tuple(dict.fromkeys((*self.not_read, *groups)))


def other_stacks(project: Project, stack: str, variables: Mapping[str, str] | None) -> OtherStacks:
    """Return what the files of the other stacks list, and what their states own.

    `variables` are what a run of the engine gets besides its environment; without them no state is read.
    """
    own = stack.rsplit("/", 1)[-1]
    reads: list[tuple[str, Read]] = [(name, partial(_in_file, project, name)) for name in project.stacks()]
    not_read: list[str] = []
    if variables is None:
        not_read += [_NO_STATE] if any(name != own for name, _ in reads) else []
    else:
        try:
            reads += _states(project, variables)
        except ShareError as error:
            not_read.append(
                f"whether the state of another stack lists an account that loses access: {_line(error)}"
            )
    listed: dict[Pair, set[str]] = {}
    groups: dict[str, list[str]] = {}
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for name, pairs in threads.map(_read, [(name, read) for name, read in reads if name != own]):
            if isinstance(pairs, ShareError):
                not_read.append(f"whether stack {name} lists an account that loses access: {_line(pairs)}")
                continue
            for pair in pairs:
                if isinstance(pair, UnreadGroup):
                    why = f"only the resource directory knows who is in its group {pair.words}"
                    line = f"whether stack {name} lists an account that loses access: {why}"
                    groups.setdefault(pair.image, []).append(line)
                else:
                    listed.setdefault(pair, set()).add(name)
    return OtherStacks(
        {pair: tuple(sorted(names)) for pair, names in listed.items()},
        tuple(not_read),
        {image: tuple(lines) for image, lines in groups.items()},
    )


def _states(project: Project, variables: Mapping[str, str]) -> list[tuple[str, Read]]:
    # Pulumi takes half a second to import.
    from alicloud_image_share.engine.stack_reading import (  # noqa: PLC0415
        shares_in_state,
        stacks_with_state,
    )

    def read(name: str) -> Iterator[Pair]:
        for share in shares_in_state(project, name, variables):
            yield from _pairs(share.definition, None)

    return [(name, partial(read, name)) for name in stacks_with_state(project, variables)]


def _read(stack: tuple[str, Read]) -> tuple[str, tuple[Pair | UnreadGroup, ...] | ShareError]:
    name, read = stack
    try:
        return name, tuple(read())
    except ShareError as error:
        return name, error


def _in_file(project: Project, name: str) -> Iterator[Pair | UnreadGroup]:
    configuration = read_stack(project, name)
    region = configuration.settings(os.environ).region
    for share in configuration.shares():
        yield from _pairs(share, region)
    for share, group, folder in configuration.shares_of_folders():
        yield UnreadGroup(str(share.key(region)), f"{group} (folder {folder})")


def _pairs(share: ShareDefinition, region: str | None) -> Iterator[Pair]:
    image = str(share.key(region))
    yield from ((image, account.id) for account in share.accounts)
    if share.share_to_ecs:
        yield image, OWN_ECS


def _line(error: ShareError) -> str:
    return " ".join(str(error).split())
