"""ACS3-HMAC-SHA256, as the cloud's gateway verifies it.

The canonical request is built anew from what arrived: clients encode a query in more than one way
(a blank as ``+`` or ``%20``, ``*`` raw or not), but all of them sign the same canonical form.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALGORITHM = "ACS3-HMAC-SHA256"
# The gateway wants these signed whatever else is; host is what binds a request to its service.
ALWAYS_SIGNED = (
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
)

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<key>[^,\s]+),\s*SignedHeaders=(?P<signed>[^,\s]+),\s*Signature=(?P<hex>[0-9a-fA-F]+)"
)


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the Authorization header claims."""

    key: str
    signed_headers: tuple[str, ...]
    signature: str

    @classmethod
    def parse(cls, header: str) -> Authorization | None:
        """Read the header, or give None when it is not one of this algorithm."""
        found = _AUTHORIZATION.fullmatch(header.strip())
        if found is None:
            return None
        return cls(found["key"], tuple(found["signed"].lower().split(";")), found["hex"].lower())


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of an HTTP request that a signature covers; header names are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def canonical(self, signed_headers: Iterable[str]) -> str:
        """Give the one form of the request that both sides can build."""
        names = sorted(signed_headers)
        pairs = sorted((_percent(key), _percent(value)) for key, value in self.query)
        return "\n".join(
            (
                self.method,
                self.path,
                "&".join(f"{key}={value}" for key, value in pairs),
                "".join(f"{name}:{self.headers.get(name, '').strip()}\n" for name in names),
                ";".join(names),
                hashlib.sha256(self.body).hexdigest(),
            )
        )

    def signature(self, secret: str, signed_headers: Iterable[str]) -> str:
        """Sign the request with the secret."""
        digest = hashlib.sha256(self.canonical(signed_headers).encode()).hexdigest()
        return hmac.new(secret.encode(), f"{ALGORITHM}\n{digest}".encode(), hashlib.sha256).hexdigest()

    def is_signed_by(self, secret: str, claim: Authorization) -> bool:
        """Tell whether the claimed signature is the one that the secret gives."""
        return hmac.compare_digest(self.signature(secret, claim.signed_headers), claim.signature)


def _percent(text: str) -> str:
    return quote(text, safe="-_.~")
