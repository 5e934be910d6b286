"""What hides credentials in the words of others, before anybody sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

_NAMES = (
    "access_?key_?secret|access_?key_?id|security_?token|sts_?token|oidc_?token|access_?token|refresh_?token"
    "|signature(?:_?nonce)?|x-acs-security-token|x-acs-accesskey-id|secret_?key|access_?key|password|credential"
)
_HEADERS = "x-acs-[a-z-]*(?:token|id)|[a-z]+_(?:token|secret)|SecurityToken|OIDCToken|AccessKeySecret"
_HIDDEN = (
    # user:password@ of an address
    (re.compile(r"(?<=://)[^/\s@]+@"), "…@"),
    # Name=value of a query, a form or a header; "name": "value" of JSON
    (re.compile(rf"\b({_NAMES})(=|%3D)[^&\s\"'<>),;]+", re.IGNORECASE), r"\1\2…"),
    (re.compile(rf"(['\"]?\b(?:{_NAMES})\\?['\"]?\s*:\s*\\?['\"])[^'\"\\]*", re.IGNORECASE), r"\1…"),
    (re.compile(r"\b(authorization\s*[:=]\s*)[^\n'\"]+", re.IGNORECASE), r"\1…"),
    (re.compile(r"\b(Bearer\s+)[^\s'\"]+", re.IGNORECASE), r"\1…"),
    # Name: value of a header; prose has no such names
    (re.compile(rf"\b((?:{_HEADERS})\s*:\s*)[^\s'\"{{]+", re.IGNORECASE), r"\1…"),
    # keys of users, and temporary ones
    (re.compile(r"\b(?:LTAI|STS\.|TMP\.)[A-Za-z0-9]{8,}"), "…"),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text with every secret in it hidden, also where one is quoted as in a URL.

    Whatever has the form of a credential is hidden, too: an address with a signature, a token, a password.
    """
    for secret in secrets:
        in_query = quote(secret, safe="")
        for form in (secret, in_query, quote(in_query, safe="")):
            text = text.replace(form, "…")
    for pattern, replacement in _HIDDEN:
        text = pattern.sub(replacement, text)
    return text
