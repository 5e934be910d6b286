"""Find the JSON document that a tool has printed among other lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError
from typing import Any

from alicloud_image_share.sharing.strict_json import parse_json, parse_json_at

Document = Mapping[str, Any]

_FAILURES = 100
"""Beginnings of a line that turn out to be no JSON; more of them are no output of a tool."""

_BEGINNING = re.compile(r"^[ \t]*\{", re.MULTILINE)


def find_document(text: str, is_wanted: Callable[[Document], bool]) -> Document:
    """Return the one document that is wanted; raise ValueError where there is none, or more than one.

    Lines before and after the document may hold anything, JSON objects of other kinds included.
    """
    documents = [document for document in _documents(text) if is_wanted(document)]
    if len(documents) == 1:
        return documents[0]
    if documents:
        raise ValueError(f"{len(documents)} documents stand in one text")
    parse_json(text)
    raise ValueError("it is JSON without the expected fields")


def _documents(text: str) -> Iterator[Document]:
    """Return every object that begins a line, and is not inside another one."""
    position = failures = 0
    while (match := _BEGINNING.search(text, position)) and failures < _FAILURES:
        document, position = _read(text, match.end() - 1)
        if document is None:
            failures += 1
        else:
            yield document


def _read(text: str, start: int) -> tuple[Document | None, int]:
    """Return the object that begins there and where it ends; where to look on if there is none.

    What is inside of a document that cannot be read is not taken for a document. Raises ValueError for one
    that is JSON, but has more than one meaning.
    """
    try:
        return parse_json_at(text, start)
    except JSONDecodeError as error:
        return None, max(error.pos, start + 1)
