"""The words of the native provider: fields in camel case, and its one namespace of configuration."""

from __future__ import annotations

import re
from collections.abc import Callable

from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS
from alicloud_image_share.sharing.field_names import CAMEL
from alicloud_image_share.sharing.share_types import STACK_PROVIDER

_FIELD = re.compile(rf"\b({'|'.join(name for name, spelling in CAMEL.items() if name != spelling)})\b")
_KEY = re.compile(rf"\balicloud:({'|'.join(sorted(CONFIG_KEYS))})\b")


Words = Callable[[str], str]
"""Puts a message of ours into the names that whoever reads it has for things."""


def native_words(text: str) -> str:
    """Return a message of ours with the names that a program of another language has for things."""
    text = _FIELD.sub(lambda match: CAMEL[match[0]], text)
    return _KEY.sub(r"image-shares:\1", text).replace("exclusive=True", "exclusive: true")


def words_of(provider_urn: str) -> Words:
    """Return the words for those who use a provider: a stack file has the names of Python, and its keys."""
    return str if provider_urn.rpartition("::")[2] == STACK_PROVIDER else native_words
