"""What is drawn: images, behaviours, edits of programs, events, faults, and by which means a step is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st

from alicloud_image_simulator import BEHAVIOURS, Reading
from tests.machine.weather import OF_AN_ACCOUNT, SECOND_COPY
from tests.machine.world import STRANGERS, Event, pool
from tests.wire.tables import services_with_tables

_EVERY_ACCOUNT = (*STRANGERS, *pool(0)[:12], *pool(1)[:12])
LATEST = 3
"""How many late reads in a row the provider sits out before it writes again; later ones show in its time."""
_TERMINAL = (
    ("Forbidden.RAM", 403),
    (OF_AN_ACCOUNT, 400),
    ("InvalidImageId.NotFound", 404),
    ("NoPermission", 400),
)
_TRANSIENT = (
    ("InternalError", 500),
    ("ServiceUnavailable", 503),
    ("Throttling.Api", 503),
    (SECOND_COPY, 400),
)

SERVICES = st.lists(st.sampled_from(services_with_tables()), min_size=1, max_size=2)
WHICH = st.integers(0, 1)
RARELY = st.integers(0, 4).map(lambda number: number == 4)


@dataclass(frozen=True)
class Means:
    """How one command is run."""

    over_grpc: bool = False
    native: bool = False
    """By the native provider, where it is not over gRPC."""
    as_other: bool = False
    """With the credentials of somebody who does not see the images."""
    appears_at: int = 0
    """The wait, counted from 1, in which somebody else shares the image."""
    raises_at: int = 0
    """The request of an operation, counted from 1, that ends in an exception that nobody expects."""
    raises_after: bool = False
    """Whether that request has been carried out."""


@dataclass(frozen=True)
class Edit:
    """How a program is changed; numbers are places in the stack's pool of accounts."""

    add: frozenset[int]
    remove: frozenset[int]
    exclusive: bool | None
    to_ecs: Any
    note: str | None
    image: int | None
    timeout: int
    ending: frozenset[int]
    """Whose access is to end on another day than before."""
    last_day: int | None
    """In how many days; None is never."""


def _mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((usual,) * 5 + others)


def _possible(behaviour: Mapping[str, Reading]) -> dict[str, Reading]:
    """Leave out what no caller could cope with: nothing is shared where calls of usual size are ignored."""
    small = {behaviour.get(f"{service}_per_call") for service in services_with_tables()} & {1, 5}
    return {**behaviour, **({"over_ten": "first_ten"} if small else {})}


def behaviours() -> st.SearchStrategy[dict[str, Reading]]:
    """Give a reading of every switch."""
    switches = {switch: st.sampled_from(readings) for switch, readings in BEHAVIOURS.items()}
    return st.fixed_dictionaries(switches).map(_possible)


_FEW = st.frozensets(st.integers(0, 7), max_size=3)
_MANY = st.integers(0, 24).map(lambda number: frozenset(range(number)))
_PLACES = st.integers(0, 3).flatmap(lambda number: _MANY if number == 3 else _FEW)

EDITS = st.builds(
    Edit,
    add=_PLACES,
    remove=_PLACES,
    exclusive=_mostly(None, True, False),
    to_ecs=_mostly("as it is", True, False, None),
    note=_mostly(None, "team web", "team shop"),
    image=_mostly(None, 0, 1),
    timeout=_mostly(300, 20),
    ending=_PLACES,
    last_day=st.sampled_from((None, -1, 0, 0, 1, 3)),
)
DAYS = st.integers(1, 2)

_NUMBER = st.integers(0, 1)
_ACCOUNTS = st.lists(st.sampled_from(_EVERY_ACCOUNT), min_size=1, max_size=4).map(tuple)

_SHARED = st.builds(Event, st.sampled_from(("share", "unshare")), _NUMBER, _ACCOUNTS)
_RARE = st.one_of(
    st.builds(Event, st.just("in_share"), _NUMBER, value=st.booleans()),
    st.builds(
        Event, st.just("status"), _NUMBER, value=st.sampled_from(("Available", "Deprecated", "Creating"))
    ),
    st.builds(Event, st.just("encrypted"), _NUMBER, value=RARELY),
    st.builds(Event, st.just("quota"), _NUMBER, value=st.sampled_from((None, 8, 15))),
    st.builds(Event, st.sampled_from(("close", "delete")), _NUMBER, _ACCOUNTS),
)
EVENTS = st.integers(0, 5).flatmap(lambda number: _RARE if number == 5 else _SHARED)

_ERRORS = st.sampled_from(_TERMINAL + _TRANSIENT).map(lambda pair: {"code": pair[0], "status": pair[1]})
_COUNTS = st.sampled_from(({}, {"count": 1}, {"count": 7}))
_WHAT = st.one_of(
    st.fixed_dictionaries({"kind": st.just("throttle")}, optional={"retry_after_ms": st.integers(0, 5000)}),
    st.builds(
        lambda kind, error: {"kind": kind, **error}, st.sampled_from(("error", "error_after")), _ERRORS
    ),
    st.builds(lambda error, count: {"kind": "partial", **error, **count}, _ERRORS, _COUNTS),
    st.sampled_from(("drop_before", "drop_after", "truncate")).map(lambda kind: {"kind": kind}),
    st.just({"kind": "delay", "delay_ms": 1}),
    st.integers(1, LATEST).map(lambda reads: {"kind": "stale", "reads": reads}),
)
_WHEN = st.one_of(
    st.lists(st.integers(1, 9), min_size=1, max_size=3).map(lambda nth: {"nth": nth}),
    st.integers(1, 2).map(lambda number: {"nth": [number]}),
    st.integers(2, 6).map(lambda first: {"nth": list(range(first, 100))}),
    st.integers(1, 4).map(lambda every: {"every": every}),
)
_WHERE = st.sampled_from(("anywhere", "reads", "writes"))
_FAULT = st.builds(lambda what, when, where: {**what, **when, "where": where}, _WHAT, _WHEN, _WHERE)
FAULTS = st.lists(_FAULT, max_size=3)

MEANS = st.builds(
    Means,
    over_grpc=st.integers(0, 7).map(lambda number: number == 7),
    native=st.integers(0, 3).map(lambda number: number == 3),
    as_other=st.integers(0, 29).map(lambda number: number == 29),
    appears_at=st.sampled_from((0, 0, 1, 2, 3, 5)),
    raises_at=st.integers(-60, 9).map(lambda number: max(0, number)),
    raises_after=st.booleans(),
)
