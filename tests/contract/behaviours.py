"""What no page says: every reading of it, alone and in as few combinations as hold them all."""

from __future__ import annotations

from collections.abc import Iterator

from alicloud_image_simulator import BEHAVIOURS
from tests.contract.stage import Behaviour
from tests.wire.tables import services_with_tables

OF_ONE_SERVICE = tuple(f"{service}_" for service in services_with_tables())
PEDANTIC = {"add_again": "error", "remove_absent": "error"}
"""Refusing to do what is done already: with late reads beside it, a case of its own."""


def _bears_on(switch: str, service: str) -> bool:
    return not switch.startswith(OF_ONE_SERVICE) or switch.startswith(f"{service}_")


def profiles(service: str) -> Iterator[Behaviour]:
    """Give the fewest behaviours that have every reading of every switch between them."""
    for number in range(max(map(len, BEHAVIOURS.values()))):
        profile = {
            switch: readings[number % len(readings)]
            for switch, readings in BEHAVIOURS.items()
            if _bears_on(switch, service)
        }
        if profile.get("eds_per_call") == 1:
            # Where a call with two accounts were ignored as a whole, nothing could be shared in batches.
            profile["over_ten"] = "first_ten"
        yield profile | dict.fromkeys(PEDANTIC, "ok") | ({} if profile["stale_reads"] else PEDANTIC)


def single_readings(service: str) -> Iterator[Behaviour]:
    """Give every reading but the first of every switch, all others at their first."""
    for switch, readings in BEHAVIOURS.items():
        if _bears_on(switch, service):
            yield from ({switch: reading} for reading in readings[1:])
