"""JSON as everything from outside is read: one meaning a text, and no more of it than can be handled.

Other readers take the second of two equal keys, `NaN`, a number too large for any, and half a character; and
what lies too deep ends in an error that nobody expects. Here each of them is a ValueError.
"""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any

DEEPEST = 100
"""Levels of objects and lists: state of other resources, in a preview, has a dozen."""

_NO_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^][{}"]+', re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n]*")
_LEVELS = {"[": 1, "{": 1, "]": -1, "}": -1}
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(text: str | bytes) -> Any:
    """Return the value of a text, which is UTF-8 where it is bytes; raise ValueError with the reason."""
    text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    document, end = parse_json_at(text, _after_blanks(text, 0))
    if _after_blanks(text, end) != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return document


def parse_json_at(text: str, start: int) -> tuple[Any, int]:
    """Return the value that begins at a position, and where it ends; raise ValueError with the reason."""
    try:
        document, end = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    whole = text[start:end]
    if max(accumulate(map(_LEVELS.__getitem__, _NO_BRACKETS.sub("", whole))), default=0) > DEEPEST:
        raise ValueError("it is nested too deeply")
    if _HALF_CHARACTER.search(whole):
        # What cannot be encoded could not be printed either; UnicodeEncodeError is a ValueError.
        json.dumps(document, ensure_ascii=False).encode()
    return document, end


def _after_blanks(text: str, position: int) -> int:
    blanks = _BLANKS.match(text, position)
    return blanks.end() if blanks else position


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key appears twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_distinct, parse_float=_finite, parse_constant=_no_number)
