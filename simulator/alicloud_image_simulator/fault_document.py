"""The faults of the control: every field is checked, so that a fault that is put is one that can fall."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from . import documents
from .faults import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Kind:
    """The fields that a kind of fault needs, and those that it may have beside them."""

    needs: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()


REFUSAL = Kind(needs=frozenset({"code", "status"}), may_have=frozenset({"message", "retry_after_ms"}))
KINDS: Mapping[str, Kind] = {
    "throttle": Kind(may_have=frozenset({"code", "status", "message", "retry_after_ms"})),
    "error": REFUSAL,
    "error_after": REFUSAL,
    "partial": Kind(needs=REFUSAL.needs, may_have=REFUSAL.may_have | {"count"}),
    "drop_before": Kind(),
    "drop_after": Kind(),
    "delay": Kind(needs=frozenset({"delay_ms"})),
    "stale": Kind(needs=frozenset({"reads"})),
    "truncate": Kind(),
}
OF_EVERY_KIND = frozenset({"service", "action", "region_id", "nth", "every", "kind"})


def read_faults(value: object, actions: Mapping[str, Collection[str]]) -> tuple[Fault, ...]:
    """Read the document; ``actions`` names the actions of every service."""
    elements = documents.items(value, "faults")
    return tuple(_read_fault(element, f"faults[{index}]", actions) for index, element in enumerate(elements))


def _read_fault(value: object, place: str, actions: Mapping[str, Collection[str]]) -> Fault:
    document = documents.members(value, [member.name for member in fields(Fault)], place)
    kind = documents.one_of(document.need("kind", documents.text), f"{place}.kind", KINDS)
    _check_fields(document, kind)
    throttles = kind == "throttle"
    never: tuple[int, ...] = ()
    service, action = _read_target(document, actions)
    return Fault(
        kind=kind,
        service=service,
        action=action,
        region_id=document.take("region_id", documents.name, ""),
        nth=document.take("nth", _read_numbers, never),
        every=document.take("every", _read_positive, 0),
        code=document.take("code", documents.name, "Throttling.User" if throttles else ""),
        message=document.take("message", documents.text, ""),
        status=document.take("status", _read_status, 400 if throttles else 0),
        retry_after_ms=document.take("retry_after_ms", documents.count, None),
        delay_ms=document.take("delay_ms", _read_positive, 0),
        reads=document.take("reads", _read_positive, 0),
        count=document.take("count", _read_positive, 0),
    )


def _check_fields(document: documents.Members, kind: str) -> None:
    present = {name for name, value in document.values.items() if value not in (None, [])}
    if missing := KINDS[kind].needs - present:
        raise documents.MalformedDocumentError(
            f"{document.place} of kind {kind} needs {' and '.join(sorted(missing))}"
        )
    if extra := present - OF_EVERY_KIND - KINDS[kind].needs - KINDS[kind].may_have:
        raise documents.MalformedDocumentError(
            f"{document.place} of kind {kind} has no {' and no '.join(sorted(extra))}"
        )
    if not present & {"nth", "every"}:
        raise documents.MalformedDocumentError(
            f"{document.place} has neither nth nor every, and so would never fall"
        )


def _read_target(document: documents.Members, actions: Mapping[str, Collection[str]]) -> tuple[str, str]:
    service = document.take("service", documents.text, "")
    if service:
        documents.one_of(service, f"{document.place}.service", sorted(actions))
    known = (
        actions[service] if service else {action for of_service in actions.values() for action in of_service}
    )
    action = document.take("action", documents.text, "")
    if action:
        documents.one_of(action, f"{document.place}.action", sorted(known))
    return service, action


def _read_numbers(value: object, place: str) -> tuple[int, ...]:
    numbers = enumerate(documents.items(value, place))
    return tuple(_read_positive(number, f"{place}[{index}]") for index, number in numbers)


def _read_positive(value: object, place: str) -> int:
    if documents.count(value, place) == 0:
        raise documents.MalformedDocumentError(f"{place} is 0; it counts from 1")
    return documents.count(value, place)


def _read_status(value: object, place: str) -> int:
    status = documents.count(value, place)
    if not 400 <= status <= 599:
        raise documents.MalformedDocumentError(f"{place} is no status of an error: {status}")
    return status
