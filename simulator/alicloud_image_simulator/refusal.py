"""The one way in which a call is refused."""

from __future__ import annotations


class RefusalError(Exception):
    """A call is refused with the cloud's own status, code and sentence.

    Only a fault refuses a call that has changed something.
    """

    def __init__(self, status: int, code: str, message: str, retry_after_ms: int | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms
