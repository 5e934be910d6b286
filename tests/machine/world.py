"""The cloud of one example: its images as they really are, and what others do to them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from alicloud_image_simulator import OWNER, Reading, Simulator
from tests.machine.oracle import NOBODY, Accounts, Image
from tests.support.clock import Time
from tests.wire.tables import facts

STRANGERS = tuple(f"19990000000000{n:02}" for n in range(4))
"""Accounts that only others share with, never a program."""


def pool(number: int) -> tuple[str, ...]:
    """Give the accounts that a stack may ask for; no two stacks ask for the same."""
    return tuple(f"1550{number:04}000000{n:02}" for n in range(1, 25))


@dataclass(frozen=True)
class Event:
    """Something that somebody else does to an image: in the console, or by another tool."""

    kind: str
    image: int = 0
    accounts: tuple[str, ...] = ()
    value: Any = None


@dataclass
class World:
    """The simulator with the images of one example."""

    cloud: Simulator
    time: Time
    services: Sequence[str] = ()
    first_day: date = field(default_factory=lambda: datetime.now(timezone.utc).date())
    days: int = 0
    """How many days have passed since the first one."""
    appeared: Accounts = NOBODY
    """Whom somebody else added in the middle of the last operation."""
    _under_way: int | None = None
    _leaving: Accounts = NOBODY

    def reset(self, services: Sequence[str], behaviour: dict[str, Reading]) -> None:
        """Begin anew with one image of each of the services."""
        self.services, self.days = services, 0
        self.cloud.put_faults([])
        images = [self._new(number) for number in range(len(services))]
        self.cloud.put_state({"behaviour": behaviour, "images": images})

    def day(self, number: int) -> date:
        """Give a day, counted from the first one."""
        return self.first_day + timedelta(days=number)

    @property
    def today(self) -> date:
        """The present day in UTC."""
        return self.day(self.days)

    def wall(self) -> float:
        """Give the seconds since the epoch at noon of the present day, when no day is about to end."""
        noon = datetime.combine(self.today, datetime.min.time(), timezone.utc) + timedelta(hours=12)
        return noon.timestamp()

    def settle(self, *, one_clock: bool = True) -> None:
        """Let late reads catch up and the minute pass, as they do between two commands of a user.

        Calls are counted by the minute only where the provider's waits pass on the simulator's clock, too.
        """
        self.time.now = time.time()
        state: Any = self.cloud.state()
        calls_a_minute = 10 if one_clock else "none"
        state["behaviour"] = {**state["behaviour"], "swas_calls_a_minute": calls_a_minute}
        self.cloud.put_state(state)
        self.cloud.clear_calls()

    def truth(self, number: int) -> Image | None:
        """Give an image as it really is, whatever a read would show."""
        state: Any = self.cloud.state()
        found = next((each for each in state["images"] if each["image_id"] == self.image_id(number)), None)
        if found is None:
            return None
        service, behaviour = self.services[number], state["behaviour"]
        quotas = {found["quota"], facts(service).accounts_per_image, behaviour.get(f"{service}_quota")}
        return Image(
            accounts=frozenset(found["accounts"]),
            in_ecs=found["in_share"],
            takes_more=found["status"] == "Available" and not found["encrypted"],
            quota=min(quotas - {None, "none"}, default=None),
            closed=frozenset(state["closed_accounts"]),
        )

    def image_id(self, number: int) -> str:
        """Name an image."""
        return f"m-{number}"

    def resource_id(self, number: int) -> str:
        """Give the id that a share of the image has in state."""
        service = self.services[number]
        return ":".join([service, *filter(None, [facts(service).region_id]), self.image_id(number)])

    def happens(self, event: Event) -> None:
        """Let somebody else do something."""
        number = event.image % len(self.services)
        state: Any = self.cloud.state()
        images = {each["image_id"]: each for each in state["images"]}
        image = images.get(self.image_id(number))
        if event.kind == "delete":
            images.pop(self.image_id(number), None)
        elif event.kind == "close":
            state["closed_accounts"] = sorted(event.accounts[:1])
        elif image is None:
            images[self.image_id(number)] = self._new(number)
        elif event.kind == "share":
            image["accounts"] = sorted({*image["accounts"], *event.accounts})
        elif event.kind == "unshare":
            image["accounts"] = sorted({*image["accounts"]} - {*event.accounts})
        else:
            image[event.kind] = event.value
        self.cloud.put_state({**state, "images": list(images.values())})

    def begin(self, number: int, leaving: Accounts) -> None:
        """Note on which image an operation is at work, and who is to leave it."""
        self._under_way, self._leaving, self.appeared = number, leaving, NOBODY

    def end(self) -> Accounts:
        """Note that it has ended; give whom somebody else added meanwhile."""
        self._under_way = None
        return self.appeared

    def appears(self, account: str) -> None:
        """Let somebody else share the image that an operation is at work on, if there is one."""
        truth = None if self._under_way is None else self.truth(self._under_way)
        # Of somebody who is to leave it could not be said whether he came before his removal or after.
        if truth and account not in truth.accounts | self._leaving:
            self.happens(Event("share", self._under_way or 0, (account,)))
            self.appeared |= {account}

    def _new(self, number: int) -> dict[str, Any]:
        return {
            "service": self.services[number],
            "image_id": self.image_id(number),
            "owner_id": OWNER.id,
            "accounts": list(STRANGERS[:1]),
        }
