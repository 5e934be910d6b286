"""Where in a stack file something stands, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.spelling import nearest


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; as text, one line."""

    place: Place
    reason: str

    def __str__(self) -> str:
        """Return the place and the reason."""
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a file, by the keys that lead to it."""

    file: str
    path: str = ""
    secret: bool = False
    """Whether what stands here must not be printed."""

    def __str__(self) -> str:
        """Return the file and the path in it, `Pulumi.prod.yaml, image-shares:groups.web`."""
        return f"{self.file}, {self.path}" if self.path else self.file

    def at(self, key: object) -> Place:
        """Return the place of an entry: of a map by its key, of a list by its number, counted from 0.

        Keys of YAML may be of any kind: an empty one is None.
        """
        if isinstance(key, int) and not isinstance(key, bool):
            return replace(self, path=f"{self.path}[{key}]")
        if not self.path:
            return replace(self, path=str(key))
        plain = isinstance(key, str) and re.fullmatch(r"[\w-]+", key)
        return replace(self, path=f"{self.path}.{key}" if plain else f"{self.path}[{_key_in_file(key)}]")

    def problem(self, reason: str) -> Problem:
        """Say what is wrong here."""
        return Problem(self, reason)

    def wrong(self, value: object, reason: str) -> Problem:
        """Say what is wrong with the value that stands here; the reason goes on after it, "is not …"."""
        return self.problem(f"{self.shown(value)} {reason}")

    def shown(self, value: object) -> str:
        """Return a value as it may be printed here."""
        return "the value (secret)" if self.secret else show(value)


def _key_in_file(key: object) -> str:
    """Return a key as a file has it, null and not None, and at most 60 characters of it."""
    return json.dumps(key) if key is None or isinstance(key, bool) else show(key)


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """What stands in place of a value whose file cannot be used."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class FolderGroup:
    """A group whose accounts only the resource directory knows: those of a folder."""

    folder: str
    role_arn: str | None = None
    """The role that may list them; None is the configured credentials."""


def known_name(name: object, known: Iterable[object]) -> str:
    """Return the end of a sentence about an unknown name: the known one that is nearest, or all of them."""
    names = sorted(key if isinstance(key, str) else _key_in_file(key) for key in known)
    meant = nearest(name, names)
    if meant is not None:
        return f"; did you mean {meant}?"
    return f"; known: {', '.join(names)}" if names else ""
