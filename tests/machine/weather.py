"""What goes wrong during one command: the faults of the simulator, and what follows from their kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alicloud_image_simulator import Reading
from tests.wire.tables import facts, services_with_tables


def writes_of(service: str) -> tuple[str, ...]:
    """Give the actions of a service that change something."""
    known = facts(service)
    return tuple(dict.fromkeys(filter(None, (known.add, known.remove, known.switch))))


def reads_of(service: str) -> tuple[str, ...]:
    """Give the actions of a service that tell of an image and of who can use it."""
    return facts(service).list, facts(service).describe


LATE = ("error_after", "partial")
"""Refused although it was carried out, whole or in part."""
SECOND_COPY = "SignatureNonceUsed"
"""What is answered to the second copy of a request."""
OF_AN_ACCOUNT = "InvalidParameter"
"""What services answer to the removal of an account that is not there, too."""
EVERY_WRITE = frozenset(action for service in services_with_tables() for action in writes_of(service))


def faults_of(
    service: str, drawn: Sequence[dict[str, Any]], *, takes_fewer: bool = False
) -> list[dict[str, Any]]:
    """Give the faults as the simulator takes them: each for the actions that it is meant for.

    `takes_fewer` says that the service drops in silence what a page says that one call takes.
    """
    actions: dict[str, tuple[str | None, ...]] = {
        "anywhere": (None,),
        "reads": reads_of(service),
        "writes": writes_of(service),
    }
    partly = any(
        fault["kind"] in ("truncate", *LATE) or fault.get("code") == OF_AN_ACCOUNT for fault in drawn
    )
    if takes_fewer or partly:
        # Where reads are late for longer than anybody waits, nobody can know of an account that is not shown
        # whether its call took nothing, or whether it is refused because it is not there.
        drawn = [fault for fault in drawn if fault["kind"] != "stale" or fault["where"] == "writes"]
    return [
        {
            **{key: value for key, value in fault.items() if key != "where"},
            **({"action": action} if action else {}),
        }
        for fault in drawn
        for action in actions[fault["where"]]
    ]


@dataclass(frozen=True)
class Weather:
    """The faults of one command, under the behaviour of the example."""

    faults: Sequence[dict[str, Any]] = ()
    behaviour: tuple[tuple[str, Reading], ...] = ()
    raises: bool = False
    """Whether a request ends in an exception that nobody expects."""

    def reading(self, switch: str) -> Reading:
        """Give the reading of a switch of the behaviour."""
        return dict(self.behaviour)[switch]

    @property
    def calm(self) -> bool:
        """Whether nothing goes wrong."""
        return not self.faults and not self.raises

    @property
    def truthful(self) -> bool:
        """Whether every read is answered, and with what holds."""
        late = self.raises or self.reading("stale_reads") != 0
        return not late and all(map(_spares_reads, self.faults))

    @property
    def passes(self) -> bool:
        """Whether it is all of the kind that is waited out, and over before the time is up."""
        pedantic = "error" in (self.reading("add_again"), self.reading("remove_absent"))
        return not self.raises and all(_passes(fault, pedantic=pedantic) for fault in self.faults)


def _spares_reads(fault: dict[str, Any]) -> bool:
    return fault["kind"] in ("truncate", "delay") or (
        fault["kind"] != "stale" and fault.get("action") in EVERY_WRITE
    )


MOST = 3
"""How many calls a fault that passes falls on."""


def _passes(fault: dict[str, Any], *, pedantic: bool) -> bool:
    if "every" in fault or len(fault["nth"]) > MOST:
        return fault["kind"] == "delay"
    if fault["kind"] in ("error", *LATE):
        unknown = fault["status"] >= 500 or fault["code"] == SECOND_COPY
        return unknown and not (pedantic and fault["kind"] in LATE)
    # A repeated call may be refused where the first one did its work, and only its answer was lost.
    return fault["kind"] in ("throttle", "delay") or not pedantic
