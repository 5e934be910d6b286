"""What is wrong with the form of a project file or a stack file, with the line and the column.

The engine names neither the file nor the key where it refuses such a file, and takes some of them in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml

from alicloud_image_share.sharing.bounded_yaml import compose_yaml, load_yaml
from alicloud_image_share.sharing.spelling import nearest
from alicloud_image_share.stack_file.place import Place, Problem, known_name

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")

_STACK_KEYS = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
_ENCRYPTION = ("encryptedkey", "encryptionsalt", "secretsprovider")
"""Keys that the engine writes: without a value it would write the whole file anew."""
_PROJECT_KEYS = ("name", "runtime", "description", "config", "stackConfigDir", "backend", "options", "main")
_NAMESPACES = ("image-shares:", "alicloud:")
_MERGE = "tag:yaml.org,2002:merge"


@lru_cache(maxsize=4)
def settings_of(text: str) -> Mapping[str, Any]:
    """Return the map that the text of a file is; raise ValueError.

    A run reads its stack file a dozen times.
    """
    document = load_yaml(text)
    if not isinstance(document, dict | None):
        root = compose_yaml(text)
        raise ValueError(f"is not a map of settings: line {root.start_mark.line + 1 if root else 1}")
    return document or {}


def structure_problems(document: yaml.Node | None, file: str, project: str) -> Iterator[Problem]:
    """Find repeated and unknown keys, and what is no map where one is needed; None is an empty file.

    `project` is the name of the project, "" where it is not known.
    """
    if document is None:
        return
    if not isinstance(document, yaml.MappingNode):
        yield _at(document, file, "it is not a map of settings")
        return
    yield from _repeated_keys(document, file)
    for key, value in document.value:
        yield from _top_level_key(key, file)
        if (
            key.value in _ENCRYPTION
            and isinstance(value, yaml.ScalarNode)
            and value.value in ("", "null", "~")
        ):
            yield _at(key, file, f"{key.value} has no value; take the line away, and a run writes it")
        if key.value != "config":
            continue
        if not isinstance(value, yaml.MappingNode) and value.tag != "tag:yaml.org,2002:null":
            yield _at(value, file, "config is not a map from keys to values")
            continue
        yield from _other_spellings(value, file, project)
        if file in PROJECT_FILES:
            yield from _keys_that_are_no_text(value, file)
            yield from _values_that_are_not_wrapped(value, file)


def _at(node: yaml.Node, file: str, reason: str) -> Problem:
    mark = node.start_mark
    return Place(file).problem(f"line {mark.line + 1}, column {mark.column + 1}: {reason}")


def _top_level_key(key: yaml.Node, file: str) -> Iterator[Problem]:
    name = str(key.value)
    if file in PROJECT_FILES:
        # The engine has more keys for a project than those that matter here.
        if name not in _PROJECT_KEYS and nearest(name, _PROJECT_KEYS):
            yield _at(key, file, f"unknown key {name}{known_name(name, _PROJECT_KEYS)}")
    elif ":" in name:
        yield _at(key, file, f"{name} is a key of the configuration: put it below config")
    elif name not in _STACK_KEYS:
        yield _at(key, file, f"unknown key {name}{known_name(name, _STACK_KEYS)}")


def _repeated_keys(document: yaml.Node, file: str) -> Iterator[Problem]:
    for node in _maps(document):
        lines: dict[tuple[str, str], int] = {}
        for key in _scalar_keys(node):
            line = key.start_mark.line + 1
            identity = (key.tag, key.value)
            if identity in lines:
                yield _at(key, file, f"{key.value} appears here twice, first in line {lines[identity]}")
            lines.setdefault(identity, line)


def _other_spellings(configuration: yaml.Node, file: str, project: str) -> Iterator[Problem]:
    """Find the keys that the engine takes for ours though they are written otherwise: no report sees them."""
    for key in _scalar_keys(configuration) if isinstance(configuration, yaml.MappingNode) else ():
        namespace, _, name = key.value.rpartition(":")
        meant = f"{namespace.removesuffix(':config') or project}:{name}"
        if meant != key.value and meant.startswith(_NAMESPACES):
            yield _at(key, file, f"the engine reads {key.value} as {meant}; write {meant}")


def _keys_that_are_no_text(configuration: yaml.Node, file: str) -> Iterator[Problem]:
    """Find the keys that the engine refuses in a project file, without naming them."""
    for node in _maps(configuration):
        for key in _scalar_keys(node):
            if key.tag != "tag:yaml.org,2002:str":
                yield _at(key, file, f"the key {key.value} is not text; put it in quotes")


def _values_that_are_not_wrapped(configuration: yaml.Node, file: str) -> Iterator[Problem]:
    """Find the maps of a foreign namespace that the engine takes for the declaration of a type."""
    entries = configuration.value if isinstance(configuration, yaml.MappingNode) else ()
    for key, value in entries:
        if not str(key.value).startswith(_NAMESPACES) or not isinstance(value, yaml.MappingNode):
            continue
        names = {name.value for name in _scalar_keys(value)}
        if "value" not in names or names & {"type", "default", "items"}:
            yield _at(key, file, f"in this file the value goes below value: {key.value}: {{value: …}}")


def _scalar_keys(node: yaml.MappingNode) -> list[yaml.ScalarNode]:
    keys = (key for key, _ in node.value)
    return [key for key in keys if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE]


def _maps(document: yaml.Node) -> Iterator[yaml.MappingNode]:
    """Yield every map once, in the order of the text; an alias is the node that it stands for."""
    visited: set[int] = set()
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if id(node) in visited or isinstance(node, yaml.ScalarNode):
            continue
        visited.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
            waiting.extend(value for _, value in reversed(node.value))
        else:
            waiting.extend(reversed(node.value))
