"""YAML as every file is read: with limits that hold before anything is built of a text.

A few lines of nested aliases stand for more values than any machine holds, and thousands of brackets are
deeper than any parser recurses. Each is a ValueError with its line.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import yaml
from yaml.reader import ReaderError

LARGEST = 2**20
"""Characters of a file: some 15,000 accounts with notes. Without libyaml a megabyte takes ten seconds."""
DEEPEST = 50
"""Levels of maps and lists: a share's accounts are on the fifth."""
LARGEST_EXPANDED = 2**24
"""Characters that the values may have with every alias written out; each value counts as 16 more."""
_OF_A_VALUE = 16
_STANDARD = "tag:yaml.org,2002:"
_READ_DIFFERENTLY = ("set", "omap", "pairs", "binary")
"""Tags of values that JSON does not have: each program makes something else of them."""

_NAMESPACES = ("image-shares", "alicloud")
_CONFIG_DEPTH = 2
"""How deep the keys of the configuration stand."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one of libyaml where it is there: many times as fast, and the same values."""


def load_yaml(text: str) -> Any:
    """Return the value of a text; raise ValueError with the reason."""
    _check(text)
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are safe ones
    except yaml.YAMLError as error:
        raise ValueError(_reason(error)) from error
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        # Dates that do not exist, and tags that a value does not fit: `!!int ""`, `!!timestamp "x"`.
        raise ValueError(f"is not valid YAML: {error}") from error


def compose_yaml(text: str, *, written_out: bool = False) -> yaml.Node | None:
    """Return the nodes of a text, with their places; None where it is empty. Raise ValueError.

    An alias is the node that it stands for. `written_out` holds the limit of what all aliases stand for, too.
    """
    _check(text, written_out=written_out)
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ValueError(_reason(error)) from error


@lru_cache(maxsize=4)
def _check(text: str, *, written_out: bool = True) -> None:
    """Raise ValueError where a text is no YAML, or more than is read here.

    A run reads its stack file several times, and a text that was checked stays what it is.
    """
    if len(text) > LARGEST:
        raise ValueError(f"is larger than {LARGEST // 2**20} MB")
    largest = LARGEST_EXPANDED if written_out else math.inf
    try:
        _walk(text, _Loader, largest)
    except yaml.YAMLError as error:
        # libyaml looks ahead and so names another place: what is said is the same with it and without.
        try:
            _walk(text, yaml.SafeLoader, largest)
        except yaml.YAMLError as plainer:
            raise ValueError(_reason(plainer, text)) from plainer
        raise ValueError(_reason(error)) from error


def _walk(text: str, loader: Any, largest: float) -> None:
    size = _Size()
    place = _ConfigKey()
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.ScalarEvent) and not _is_text(event.value):
            raise ValueError(f"has half of a character, which the engine refuses: line {_line(event)}")
        if not place.is_of_another_program:
            _check_tag(event)
        place.take(event)
        size.take(event)
        if size.expanded > largest:
            raise ValueError(f"is too large with its aliases written out: line {_line(event)}")


class _ConfigKey:
    """Follows, event by event, below which key of `config:` a value stands: another program has its own."""

    def __init__(self) -> None:
        self._depth = 0
        self._key = ""
        self._is_value = False

    @property
    def is_of_another_program(self) -> bool:
        namespace, colon, _ = self._key.partition(":")
        return bool(colon) and namespace not in _NAMESPACES

    def take(self, event: yaml.Event) -> None:
        """Follow the next event."""
        if isinstance(event, yaml.CollectionStartEvent):
            self._depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            self._depth -= 1
        elif not isinstance(event, yaml.NodeEvent):
            return
        if self._depth < _CONFIG_DEPTH:
            self._key, self._is_value = "", False
        elif self._depth == _CONFIG_DEPTH and not isinstance(event, yaml.CollectionStartEvent):
            self._key = "" if self._is_value else str(getattr(event, "value", ""))
            self._is_value = not self._is_value


def _check_tag(event: yaml.Event) -> None:
    tag = str(getattr(event, "tag", None) or "")
    name = tag.removeprefix(_STANDARD)
    if name != tag and name in _READ_DIFFERENTLY:
        words = f"the tag !!{name} gives neither a map nor a list nor a text"
        raise ValueError(f"is not valid YAML here: {words}, line {_line(event)}")


class _Size:
    """Adds up, event by event, what a text stands for; raises ValueError where that is too much."""

    def __init__(self) -> None:
        self.expanded = 0
        self._open_nodes: list[tuple[str | None, int]] = []
        """The anchor of each map and list that is open, and the size before it."""
        self._sizes: dict[str, int] = {}

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.CollectionStartEvent):
            self._open_nodes.append((event.anchor, self.expanded))
            if len(self._open_nodes) > DEEPEST:
                raise ValueError(f"is nested too deeply: line {_line(event)}")
            if event.anchor:
                self._sizes.pop(event.anchor, None)
            self.expanded += _OF_A_VALUE
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self._open_nodes.pop()
            if anchor:
                self._sizes[anchor] = self.expanded - before
        elif isinstance(event, yaml.ScalarEvent):
            size = _OF_A_VALUE + len(event.value)
            self.expanded += size
            if event.anchor:
                self._sizes[event.anchor] = size
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in self._open_nodes):
                raise ValueError(f"has an alias inside of what it stands for: line {_line(event)}")
            self.expanded += self._sizes.get(event.anchor or "", 0)


def _is_text(value: str) -> bool:
    """Tell whether a text can be written: JSON writes a character beyond 16 bits as two halves."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _reason(error: yaml.YAMLError, text: str = "") -> str:
    """Return one line on what a parser refuses, with its line and column."""
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return f"is not valid YAML: the character U+{error.character:04X} is not allowed, line {line}"
    if not isinstance(error, yaml.MarkedYAMLError) or not (error.problem and error.problem_mark):
        return "is not valid YAML: " + " ".join(str(error).split())
    mark, start = error.problem_mark, error.context_mark
    problem = error.problem.replace("found unhashable key", "a list or a map cannot be a key")
    within = f"{error.context} at line {start.line + 1}: " if error.context and start else ""
    return f"is not valid YAML: {within}{problem}, line {mark.line + 1}, column {mark.column + 1}"


def is_plain(node: yaml.Node) -> bool:
    """Tell whether a node is a text without quotes; libyaml says so in another way."""
    return isinstance(node, yaml.ScalarNode) and not node.style
