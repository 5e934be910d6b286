"""The log of calls: what arrived, and what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call, in the order of arrival.

    ``status`` is null when the connection was cut before the call was carried out; ``code`` is the code
    of the error that was answered; ``account`` the caller, once the signature has been verified.
    """

    time: str
    service: str | None
    action: str
    parameters: Mapping[str, str]
    status: int | None
    code: str | None
    account: str | None

    def document(self) -> dict[str, object]:
        """Return the call as the control shows it."""
        return asdict(self)
