"""The fields of an answer: each of the kind that the pages give it, or the answer as a whole cannot be read.

An account called `None`, a list that is a text, or a region with a slash in its name would otherwise be taken
for what they are not. Raises TypeError or ValueError, which name the kind and quote nothing of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from alicloud_image_share.sharing.accounts import ACCOUNT_ID
from alicloud_image_share.sharing.model import IMAGE_ID
from alicloud_image_share.sharing.printable_text import printable

Item = Mapping[str, Any]

MOST = 1_000_000
"""How many images or accounts a listing may count: more of them are no listing."""
_REGION = re.compile(r"[a-z][a-z0-9-]{0,62}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def account_id(value: object) -> str:
    """Return the id of an account, which comes as text or as a whole number."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not ACCOUNT_ID.fullmatch(text):
        raise ValueError("a value that is not an account id")
    return text


def image_id(item: Item) -> str:
    """Return the id of an image."""
    if not IMAGE_ID.fullmatch(identity := text(item, "ImageId")):
        raise ValueError("a value that is not an image id")
    return identity


def region_id(item: Item) -> str:
    """Return the id of a region: it becomes a part of the names of hosts that are called."""
    if not _REGION.fullmatch(region := text(item, "RegionId")):
        raise ValueError("a value that is not a region id")
    return region


def text(item: Item, key: str) -> str:
    """Return a text as it can be shown anywhere; empty where there is none."""
    value = item.get(key)
    if not isinstance(value, str | None):
        raise TypeError(f"{key} is not text")
    return printable(value or "")


def flag(item: Item, key: str) -> bool:
    """Return whether something is so; it is not where nothing is said."""
    return item.get(key) is not None and required_flag(item, key)


def required_flag(item: Item, key: str) -> bool:
    """Return whether something is so, of which no answer is silent."""
    value = item[key]
    if not isinstance(value, bool):
        raise TypeError(f"{key} is neither true nor false")
    return value


def number(item: Item, key: str) -> int:
    """Return how many there are, a whole number or one as text."""
    value = item[key]
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ValueError(f"{key} is not a number of entries")
    return value


def paging(item: Item) -> tuple[int, int, int]:
    """Return how many entries a listing has, the number of this page, and how many a page holds."""
    return number(item, "TotalCount"), number(item, "PageNumber"), number(item, "PageSize")


def entries(item: Item, key: str, within: str | None = None) -> list[Any]:
    """Return a list, empty where nothing is said; `within` is its key in the map that many lists come in."""
    value = item.get(key)
    if within is not None and value is not None:
        if not isinstance(value, Mapping):
            raise TypeError(f"{key} is not a map")
        value = value.get(within)
    if not isinstance(value, list | None):
        raise TypeError(f"{key} is not a list")
    return value or []


def required(item: Item, key: str, within: str | None = None) -> list[Any]:
    """Return a list of maps that no answer leaves out, however few are on it."""
    value = item[key] if within is None else item[key][within]
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise TypeError(f"{key} is not a list of maps")
    return value


def times(items: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, str]:
    """Return the text of a field of each item that has one, by the key of the item."""
    return {key: time for key, item in items.items() if (time := text(item, name))}
