"""What is handed to the module that talks: one call, and the terms on which it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.service import Call, ServiceSpec

T = TypeVar("T")

OnWait = Callable[[str], None]
"""Takes a sentence for the user about a wait."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call to one service, how long it may be tried, and what hears of long waits."""

    service: str
    """The name of the service, as users write it."""
    api: ServiceSpec
    region: str | None
    call: Call
    deadline: Deadline
    tell: OnWait
    before: Callable[[], None] = lambda: None
    """Called right before each attempt; what it raises stops the call."""


class Reads(Protocol):
    """A connection as seen by whoever only reads."""

    def read(self, request: Request, parse: Callable[[Mapping[str, Any]], T]) -> T:
        """Send a call that changes nothing, until it is answered in a form that `parse` understands."""


class ReadsAndWrites(Reads, Protocol):
    """A connection as seen by whoever changes something, too."""

    def write(self, request: Request) -> str:
        """Send a call that changes something; return the id that the cloud gave the request."""
