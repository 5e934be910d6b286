"""Text from outside in Markdown: nothing in it is markup, a mention or a link."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from alicloud_image_share.review.model import Account
from alicloud_image_share.review.rows import note as shown_note
from alicloud_image_share.sharing.printable_text import cut, printable

T = TypeVar("T")


def code(text: str, *, in_table: bool = False) -> str:
    """Return text as code, where nothing is markup, no name is a mention and no address a link."""
    text = printable(text)
    if in_table:
        # A table is cut at its bars before anything else is looked at.
        text = text.replace("|", "\\u007c")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{space}{text}{space}{fence}" if text else ""


def words(text: str) -> str:
    """Return a sentence of our own, in which whatever it quotes is neither markup, mention nor link."""
    escaped = re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", printable(text))
    # An empty comment parts what a platform would take for a name, a number or an address.
    return re.sub(r"[@#!]|:(?=//)|www(?=\.)", lambda match: f"{match[0]}<!-- -->", escaped)


def first_of(items: Sequence[T], most: int, text: Callable[[T], str]) -> list[str]:
    """Return the first items as texts, and how many more there are."""
    more = len(items) - most
    return [*map(text, items[:most]), *([f"and {more} more"] if more > 0 else [])]


def account_code(account: Account, *, in_table: bool = False) -> str:
    """Return an account with its note and its groups."""
    note = code(shown_note(account), in_table=in_table)
    word = "group" if len(account.groups) == 1 else "groups"
    names = ", ".join(code(cut(group), in_table=in_table) for group in account.groups)
    return " ".join(filter(None, [code(account.id, in_table=in_table), note, names and f"({word} {names})"]))
