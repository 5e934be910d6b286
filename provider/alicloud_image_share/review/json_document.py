"""Find the JSON document that a tool has printed among other lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from json import JSONDecodeError
from typing import Any

from alicloud_image_share.sharing.strict_json import parse_json, parse_json_at

Document = Mapping[str, Any]

_FAILURES = 100
"""Beginnings of a line that turn out to be no JSON; more of them are no output of a tool."""

_BEGINNINGS = (
    re.compile(r"^(?:[ \t\ufeff]|\x1b\[[0-9;?]*[A-Za-z])*\{", re.MULTILINE),
    re.compile(r"^[^\"{\r\n]*\{", re.MULTILINE),
)
"""Where an object may begin: a line, after what a terminal does not show, or else after words. A member of
another object begins after none, for its name has quotes."""

_MEMBER = re.compile(r"\{\s*\"(?:[^\"\\]|\\.)*\"\s*:")
"""The beginning of an object that has a member; other text in braces is not JSON."""


def find_document(text: str, is_wanted: Callable[[Document], bool]) -> Document:
    """Return the one document that is wanted; raise ValueError where there is none, or more than one.

    Lines before and after the document may hold anything, JSON objects of other kinds included, and half
    characters for bytes that could not be decoded. Where the document has such, that is a UnicodeError.
    """
    objects: dict[int, tuple[Document, int]] = {}
    for beginning in _BEGINNINGS:
        # One that begins a line may be there to hide the one that begins after words.
        _add_objects(objects, text, beginning)
    documents = [(start, end) for start, (document, end) in objects.items() if is_wanted(document)]
    if len(documents) > 1:
        raise ValueError(f"{len(documents)} documents are in one text")
    for start, end in documents:
        text[start:end].encode()
        return objects[start][0]
    text.encode()
    parse_json(text)
    raise ValueError("it is JSON without the expected fields")


def _add_objects(objects: dict[int, tuple[Document, int]], text: str, beginning: re.Pattern[str]) -> None:
    """Add every object that begins there, and is not inside another one, by its place: itself and its end."""
    position = failures = 0
    while (match := beginning.search(text, position)) and failures < _FAILURES:
        start = match.end() - 1
        if start in objects:
            position = objects[start][1]
            continue
        document, position = _read(text, start)
        if document is None:
            failures += 1
        else:
            objects[start] = document, position


def _read(text: str, start: int) -> tuple[Document | None, int]:
    """Return the object that begins there and where it ends; where to look on if there is none.

    Raises ValueError for an object that has more than one meaning, and for one that breaks off after its
    first member: what is inside of a document is not taken for a document.
    """
    try:
        return parse_json_at(text, start)
    except JSONDecodeError as error:
        if _MEMBER.match(text, start, error.pos):
            raise
        return None, max(error.pos, start + 1)
