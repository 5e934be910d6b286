"""What the parts of credentials look like."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_URI = re.compile(r"https?://[^\s/?#@]+(/[^\s#]*)?", re.ASCII)
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}", re.ASCII)


def is_credential(text: str) -> bool:
    """Tell whether a text can be a part of a key: whatever else is in it cannot be sent in a header."""
    return text.isascii() and (text.isprintable() or not text)


def is_session_name(text: str) -> bool:
    """Tell whether STS takes a text as the name of a session."""
    return bool(_SESSION_NAME.fullmatch(text))


def is_address(uri: str) -> bool:
    """Tell whether a text is an address of HTTP, without a user in it."""
    try:
        return bool(_URI.fullmatch(uri) and urlsplit(uri).hostname and urlsplit(uri).port != 0)
    except ValueError:
        return False
