"""Faults: what goes wrong with the nth call of an action.

Every call whose service and action match is counted from the moment the faults are put. All faults that
fall on one call work together: delays add up, and the first refusal or cut in the list decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable

REFUSALS = frozenset({"throttle", "error"})
ENDINGS = REFUSALS | {"drop_before"}
LATE_REFUSALS = frozenset({"error_after", "partial"})
PARTIAL = frozenset({"truncate", "partial"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; without a service, an action or a region it counts the calls of all."""

    kind: str
    service: str = ""
    action: str = ""
    region_id: str = ""
    nth: tuple[int, ...] = ()
    every: int = 0
    code: str = ""
    message: str = ""
    status: int = 0
    retry_after_ms: int | None = None
    delay_ms: int = 0
    reads: int = 0
    count: int = 0
    """How many accounts of a batch are carried out; 0: half of each list."""

    def refuse(self) -> None:
        """Refuse the call with the status and the code of the fault."""
        message = self.message or "The request was refused by a fault."
        raise RefusalError(self.status, self.code, message, self.retry_after_ms)

    def counts(self, service: str, action: str, region_id: str) -> bool:
        """Return whether a call of this action, in this region, is one that the fault counts."""
        pairs = ((self.service, service), (self.action, action), (self.region_id, region_id))
        return all(wanted in {"", actual} for wanted, actual in pairs)

    def falls_on(self, number: int) -> bool:
        """Return whether the fault falls on the call of this number, counted from 1."""
        return number in self.nth or (self.every > 0 and number % self.every == 0)


@dataclass(frozen=True, slots=True)
class CallFaults:
    """All faults that fall on one call."""

    faults: tuple[Fault, ...] = ()

    @property
    def _ending(self) -> Fault | None:
        return self._first(ENDINGS)

    def _first(self, kinds: frozenset[str]) -> Fault | None:
        return next((fault for fault in self.faults if fault.kind in kinds), None)

    def refuse(self) -> None:
        """Refuse the call before it is carried out, when a fault says so."""
        if self._ending and self._ending.kind in REFUSALS:
            self._ending.refuse()

    def refuse_after(self) -> None:
        """Refuse the call although it has been carried out, when a fault says so."""
        if fault := self._first(LATE_REFUSALS):
            fault.refuse()

    @property
    def drops_call(self) -> bool:
        """Whether the connection is cut before the call is carried out."""
        return self._ending is not None and self._ending.kind == "drop_before"

    @property
    def drops_answer(self) -> bool:
        """Whether the connection is cut in place of an answer."""
        return self.drops_call or any(fault.kind == "drop_after" for fault in self.faults)

    @property
    def delay_seconds(self) -> float:
        """How long the answer is held back."""
        return sum(fault.delay_ms for fault in self.faults) / 1000

    @property
    def stale_reads(self) -> int:
        """How many reads see the past: after a write the next ones, of a read itself and the next ones."""
        return max((fault.reads for fault in self.faults), default=0)

    @property
    def is_partial(self) -> bool:
        """Whether a part of the call is carried out before it is refused."""
        return any(fault.kind == "partial" for fault in self.faults)

    def carried_out(
        self, added: tuple[str, ...], removed: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return those accounts of a write that it adds and removes; it adds before it removes."""
        fault = self._first(PARTIAL)
        if fault is None:
            return added, removed
        if fault.count == 0:
            return added[: len(added) // 2], removed[: len(removed) // 2]
        return added[: fault.count], removed[: max(0, fault.count - len(added))]


@dataclass(slots=True)
class FaultSchedule:
    """The faults that were put, and how many calls each of them has counted."""

    _counted: list[tuple[Fault, int]] = field(default_factory=list)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> FaultSchedule:
        """Start counting for these faults."""
        return cls([(fault, 0) for fault in faults])

    def next(self, service: str, action: str, region_id: str) -> CallFaults:
        """Count a call, and say what falls on it."""
        counting = [(fault, fault.counts(service, action, region_id)) for fault, _ in self._counted]
        self._counted = [
            (fault, number + counts)
            for (fault, number), (_, counts) in zip(self._counted, counting, strict=True)
        ]
        return CallFaults(
            tuple(
                fault
                for (fault, number), (_, counts) in zip(self._counted, counting, strict=True)
                if counts and fault.falls_on(number)
            )
        )
