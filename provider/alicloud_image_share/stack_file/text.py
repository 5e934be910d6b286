"""What parsing a stack file would destroy, found in its text.

YAML reads 0123456712345670 as an octal number, 1e15 and 1_000 as numbers, and what is too large as an inexact
one. The engine does so before the program sees a value, and writes the result back into the file when it
creates the stack. So the text is looked at first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml

from alicloud_image_share.sharing.access_end import access_end
from alicloud_image_share.sharing.bounded_yaml import compose_yaml, is_plain
from alicloud_image_share.stack_file.fields import LARGEST_EXACT
from alicloud_image_share.stack_file.place import Place, Problem
from alicloud_image_share.stack_file.structure import PROJECT_FILES, structure_problems

_RULES = ("image-shares:allowedAccounts", "image-shares:deniedAccounts", "image-shares:neverLose")

_NUMBER_LIKE = re.compile(r"[-+.]?\d")
_NULL = "tag:yaml.org,2002:null"
_KEPT_TAGS = ("tag:yaml.org,2002:str", _NULL)


def file_problems(text: str, file: str, *, project: str = "", written_out: bool = False) -> Iterator[Problem]:
    """Find what is wrong with the form of a file; in one of the right form, what parsing would destroy.

    `project` is the name of its project. With `written_out` a file is wrong, too, that is too large
    where all aliases are written out.
    """

    def problems(document: yaml.Node | None, file: str) -> Iterator[Problem]:
        yield from list(structure_problems(document, file, project)) or _destroyed(document, file)

    return _parsed(text, file, problems, written_out=written_out)


def text_problems(text: str, file: str) -> Iterator[Problem]:
    """Find account ids and notes without quotes that would not survive; also a text that is not YAML."""
    return _parsed(text, file, _destroyed)


def _parsed(
    text: str,
    file: str,
    problems: Callable[[yaml.Node | None, str], Iterator[Problem]],
    *,
    written_out: bool = False,
) -> Iterator[Problem]:
    try:
        document = compose_yaml(text, written_out=written_out)
    except ValueError as error:
        yield Place(file).problem(f"it {error}")
    else:
        yield from problems(document, file)


def _destroyed(document: yaml.Node | None, file: str) -> Iterator[Problem]:
    configuration = dict(_entries(document)).get("config")
    for key, value in _entries(configuration):
        place = Place(file, key)
        # A project file wraps the values of a foreign namespace: `image-shares:groups: {value: …}`.
        wrapped = dict(_entries(value)).get("value") if file in PROJECT_FILES else None
        if key == "image-shares:groups":
            yield from _groups(wrapped or value, place)
        elif key == "image-shares:shares":
            yield from _shares(wrapped or value, place)
        elif key in _RULES:
            yield from _accounts(wrapped or value, place)


def _groups(node: yaml.Node, place: Place) -> Iterator[Problem]:
    for name, members in _entries(node):
        yield from _accounts(members, place.at(name))


def _shares(node: yaml.Node, place: Place) -> Iterator[Problem]:
    for name, fields in _entries(node):
        accounts = dict(_entries(fields)).get("accounts")
        yield from _accounts(accounts, place.at(name).at("accounts"))


def _accounts(node: yaml.Node | None, place: Place) -> Iterator[Problem]:
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from _id(item, place.at(position))
    elif isinstance(node, yaml.MappingNode):
        for key, note in node.value:
            yield from _id(key, place.at(str(key.value)))
            yield from _note(note, place.at(str(key.value)))


def _id(node: yaml.Node, place: Place) -> Iterator[Problem]:
    if not is_plain(node) or not _NUMBER_LIKE.match(node.value):
        return
    if not re.fullmatch(r"[1-9]\d*", node.value) or int(node.value) > LARGEST_EXACT:
        yield place.problem(f"{node.value} without quotes is read as another number; write the id in quotes")


def _note(node: yaml.Node, place: Place) -> Iterator[Problem]:
    for key, value in _entries(node):
        if key == "until":
            yield from _end(value, place.at(key))
        elif key == "note":
            yield from _note(value, place.at(key))
    if is_plain(node) and node.tag not in _KEPT_TAGS:
        yield place.problem(f"the note {node.value} without quotes is not read as text; put it in quotes")


def _end(node: yaml.Node, place: Place) -> Iterator[Problem]:
    """Look at an end as it is written: the engine gives a time without a zone the zone UTC."""
    if not isinstance(node, yaml.ScalarNode) or node.tag == _NULL:
        return
    try:
        access_end(node.value)
    except ValueError as error:
        yield place.wrong(node.value, str(error))


def _entries(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return [(key.value, value) for key, value in pairs if isinstance(key, yaml.ScalarNode)]
