"""How the shares of a stack are handed over: what ImageShare takes on, and how state forgets the rest.

The engine never gets to delete: an ImageShare adopts what is shared, then the old resources leave state, and
only then the program.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile

from alicloud_image_share.commands.migration.checkpoint import Checkpoint, Permission
from alicloud_image_share.review.engine_step import stack_name
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.stack_file import ListedAccount, ShareDefinition


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything that is to be done, and what cannot be."""

    stack: str
    shares: tuple[ShareDefinition, ...]
    """A share an image; the note of an account is the name that its resource had."""
    commands: tuple[str, ...]
    """They take the old resources out of state, those first that others depend on last."""
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def hand_over(checkpoint: Checkpoint, region: str | None) -> HandOver:
    """Return what moves the permissions of a stack; `region` is for those whose provider names none."""
    placed = [permission for permission in checkpoint.permissions if permission.region or region]
    without_region = [
        permission for permission in checkpoint.permissions if not (permission.region or region)
    ]
    images: dict[ImageKey, list[Permission]] = {}
    for permission in placed:
        images.setdefault(ImageKey("ecs", permission.region or region, permission.image_id), []).append(
            permission
        )
    return HandOver(
        checkpoint.stack,
        tuple(_shares(images)),
        tuple(map(_command, reversed(placed))),
        tuple(_notes(placed)),
        (
            *checkpoint.problems,
            *(
                f"{permission.name}: its provider names no region: give --region"
                for permission in without_region
            ),
        ),
    )


def _shares(images: Mapping[ImageKey, Sequence[Permission]]) -> Iterator[ShareDefinition]:
    names: set[str] = set()
    for image, permissions in images.items():
        name = _name(image, permissions)
        name = name if name not in names else f"{image.image_id}-{image.region_id}"
        names.add(name)
        notes: dict[str, str] = {}
        for permission in permissions:
            notes.setdefault(permission.account, permission.name)
        accounts = tuple(ListedAccount(account, note) for account, note in notes.items())
        yield ShareDefinition(name, **asdict(image), accounts=accounts)


_WORD = re.compile(r"[vV]\d+(?![^\W_])|[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+|[\W_]")
_SIGNS = re.compile(r"^[\W_]+|[\W_]+$")


def _name(image: ImageKey, permissions: Sequence[Permission]) -> str:
    """Return the words with which the names of the old resources begin, else end, or the image's id."""
    # An account id in a name is one word: its first digits are no name.
    names = [_WORD.findall(permission.name.replace(permission.account, "")) for permission in permissions]
    beginning, end = _common(names), _common([words[::-1] for words in names])[::-1]
    known = (_SIGNS.sub("", "".join(words)) for words in (beginning, end))
    return next((name for name in known if len(name.encode()) > 2), image.image_id)


def _common(names: Sequence[Sequence[str]]) -> list[str]:
    """Return the words with which all names begin."""
    return [word for word, *_ in takewhile(lambda same: len(set(same)) == 1, zip(*names, strict=False))]


def _command(permission: Permission) -> str:
    force = ["--force"] if permission.protected else []
    return shlex.join(
        ["pulumi", "state", "delete", "--stack", stack_name(permission.urn), *force, "--yes", permission.urn]
    )


def _notes(permissions: Iterable[Permission]) -> Iterator[str]:
    for permission in permissions:
        if permission.needed_by:
            yield (
                f"{', '.join(permission.needed_by)} depends on {permission.name}: take that out of the"
                " program and run pulumi up before step 3, which is refused until then"
            )
        if permission.provider:
            yield (
                f"{permission.name} has the provider {permission.provider}: ImageShare takes credentials from"
                " the configuration alicloud: of its stack, which must be those of the image's owner"
            )
        if permission.protected:
            yield (
                f"{permission.name} is protected: --force is there for that, and nothing is deleted in the"
                " cloud"
            )
