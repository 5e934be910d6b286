"""The words of the native provider: fields in camel case, and its one namespace of configuration."""

from __future__ import annotations

import re

from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS
from alicloud_image_share.sharing.field_names import CAMEL

_FIELD = re.compile(rf"\b({'|'.join(name for name, spelling in CAMEL.items() if name != spelling)})\b")
_KEY = re.compile(rf"\balicloud:({'|'.join(sorted(CONFIG_KEYS))})\b")


def native_words(text: str) -> str:
    """Return a message of ours with the names that a program of another language has for things."""
    text = _FIELD.sub(lambda match: CAMEL[match[0]], text)
    return _KEY.sub(r"image-shares:\1", text).replace("exclusive=True", "exclusive: true")
