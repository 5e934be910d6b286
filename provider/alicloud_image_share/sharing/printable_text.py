"""Text as it may be shown: whatever could steer a terminal, or turn the reading direction, is escaped."""

from __future__ import annotations

import json
import re
from typing import Any

SHOWN = 60
"""Characters of a note that are shown."""
LONGEST = 1000
"""Characters of somebody else's message that are shown."""

_UNSEEN = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
    "|(?<![\u2000-\u33ff\U0001f000-\U0001faff])\ufe0f"
)
"""What Unicode calls printable and nobody sees: fillers, and selectors that do not stand behind a sign.

It is compiled where a text needs it: that takes three thousandths of a second.
"""


def printable(text: str) -> str:
    """Return text in which whatever nobody sees, a newline too, is escaped as in JSON."""
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(c if c.isprintable() else _escaped(c) for c in text)
    return re.sub(_UNSEEN, lambda unseen: _escaped(unseen[0]), shown)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def printable_lines(text: str) -> str:
    """Return the same of text that may have several lines, and tabs."""
    return re.sub(r"[^\n\t]+", lambda line: printable(line[0]), text)


def one_line(text: str) -> str:
    """Return somebody else's message as a printable line, cut where it is long."""
    return cut(printable(" ".join(text.split())), LONGEST)


def cut(text: str, most: int = SHOWN) -> str:
    """Return the beginning of a text that is too long to be shown whole."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def json_text(document: Any) -> str:
    """Return a document as JSON, which is the same document with every character in it shown or escaped."""
    return printable_lines(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"
