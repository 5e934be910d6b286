"""What no page says, or what two pages say differently: each a switch with all its readings.

The first reading of a switch is the default. Where the pages agree there is no switch. What one service
alone leaves open is in its module.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from . import documents
from .services import every_service

if TYPE_CHECKING:
    from collections.abc import Mapping

Reading: TypeAlias = str | int

_COMMON: Mapping[str, tuple[Reading, ...]] = MappingProxyType(
    {
        # Accounts beyond what one call may carry: newer texts, "the first are processed"; older, "the
        # parameter is ignored". Both answer 200.
        "over_ten": ("first_ten", "ignored"),
        # A parameter that the page does not have, such as a misspelt list.
        "unknown_parameters": ("refused", "ignored"),
        "add_again": ("ok", "error"),
        "remove_absent": ("ok", "error"),
        # Sharing with the owner itself; only ECS documents that it refuses this.
        "self_share": ("error", "ok"),
        # How many reads after a write still show what was there before.
        "stale_reads": (0, 1, 2, 3),
        "quota_counted": ("after_removals", "before_removals"),
        "throttling_code": ("Throttling.User", "Throttling", "Throttling.Api"),
        "throttling_status": (400, 429, 503),
        "unknown_key_status": (404, 400),
        "signature_status": (400, 403),
        # Some gateways quote the request as they understood it, with its key id and its security token.
        "signature_words": ("plain", "quoting"),
    }
)
BEHAVIOURS: Mapping[str, tuple[Reading, ...]] = MappingProxyType(
    {
        **_COMMON,
        **{switch: readings for service in every_service() for switch, readings in service.switches.items()},
    }
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One reading chosen for every switch."""

    readings: Mapping[str, Reading]

    def __getitem__(self, switch: str) -> Reading:
        return self.readings[switch]

    def number(self, switch: str) -> int:
        """Return the reading of a switch whose readings are numbers."""
        return int(self.readings[switch])

    def limit(self, switch: str) -> int | None:
        """Return the reading of a switch whose readings are numbers and "none"."""
        return None if self.readings[switch] == "none" else int(self.readings[switch])

    def text(self, switch: str) -> str:
        """Return the reading of a switch whose readings are words."""
        return str(self.readings[switch])

    def document(self) -> dict[str, Reading]:
        """Return all readings, as the state document shows them."""
        return dict(self.readings)


def read_behaviour(value: object, place: str) -> Behaviour:
    """Read the behaviour of a state document; what it leaves out has its first reading."""
    document = documents.members(value, BEHAVIOURS, place)
    return Behaviour(
        {
            switch: document.take(switch, partial(documents.one_of, allowed=readings), readings[0])
            for switch, readings in BEHAVIOURS.items()
        }
    )


def default_behaviour() -> Behaviour:
    """Choose the first reading of every switch."""
    return read_behaviour({}, "behaviour")
