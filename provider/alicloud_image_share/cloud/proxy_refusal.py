"""What a proxy has answered that makes no connection: which of that is final, and what to do then."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable

from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.sharing.printable_text import one_line

WANTS_USER = 407
_TRIED_AGAIN = (408, 429)
_USER = "write the user and the password into the proxy's address in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
_HOST = "have the proxy allow the host, or name the host in NO_PROXY"


class TunnelError(OSError):
    """A proxy has made no tunnel; nothing was sent to the service."""

    def __init__(self, status: int | None, cause: Exception) -> None:
        self.status = status
        """What the proxy has answered; None where that cannot be read, or where it has not answered."""
        self.unreadable = status is None and not isinstance(cause, OSError)
        """Whether the proxy has answered with something that is not HTTP."""
        super().__init__("the proxy's answer is not HTTP" if self.unreadable else str(cause))

    @property
    def is_final(self) -> bool:
        """Whether the proxy will answer so again."""
        return self.status is not None and 300 <= self.status < 500 and self.status not in _TRIED_AGAIN


class TunnelConnection:
    """A connection that says how a proxy has answered; http.client has that in a text alone."""

    limits: threading.local
    """Its `status` is that of the last answer of this thread."""

    def _tunnel(self) -> None:
        self.limits.status = None
        try:
            super()._tunnel()  # type: ignore[misc]
        except Exception as exc:
            raise TunnelError(self.limits.status, exc) from exc


def final_refusal(causes: Iterable[BaseException], by_way: str) -> str | None:
    """Return why a proxy refuses, with the next step; None where it may serve later.

    `causes` are the exceptions behind the one that was caught, `by_way` names the proxy.
    """
    socks = sys.modules.get("socks")
    for cause in causes:
        if socks and isinstance(cause, socks.SOCKS5AuthError):
            return f"the proxy does not accept the user{by_way}; {_USER}"
        if isinstance(cause, TunnelError) and cause.is_final:
            step = _USER if cause.status == WANTS_USER else _HOST
            return f"{one_line(redact(str(cause)))}{by_way}; {step}"
    return None
