"""What a user writes, and what state is to hold of it: the engine's side of the oracle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.machine.oracle import NOBODY, Accounts, Wish
from tests.wire.tables import facts


@dataclass(frozen=True)
class Program:
    """One share as a program declares it."""

    image: int
    accounts: Accounts = NOBODY
    """Whom it lists; once it is that of a day, whom it asks for."""
    last_days: tuple[tuple[str, date], ...] = ()
    """Account → the last day of its access."""
    ended: Accounts = NOBODY
    """Whom it lists though the access has ended, once it is that of a day."""
    exclusive: bool = False
    to_ecs: bool | None = None
    note: str = ""
    timeout: int = 300

    def valid(self, service: str, spare: str) -> Program:
        """Give the nearest program that check accepts."""
        known = facts(service)
        fits = self if known.switch else replace(self, to_ecs=None)
        accounts = sorted(fits.accounts)[: known.accounts_per_image]
        if not accounts and not fits.exclusive and fits.to_ecs is None:
            accounts = [spare]
        return replace(fits, accounts=frozenset(accounts))

    def of(self, today: date) -> Program:
        """Give the program as it is on a day: without asking for those whose last day has passed."""
        passed = {account for account, last in self.last_days if last < today}
        return replace(self, accounts=self.accounts - passed, ended=self.accounts & passed)

    def note_of(self, account: str) -> str:
        """Give the note of an account, with the end of its access."""
        last = dict(self.last_days).get(account)
        return f"{self.note} [until {last}]".lstrip() if last else self.note

    def with_last_days(self, accounts: Accounts, last: date | None) -> Program:
        """Give the program in which the access of some ends on another day, or never."""
        days = {account: day for account, day in self.last_days if account not in accounts}
        days |= dict.fromkeys(accounts, last) if last else {}
        return replace(self, last_days=tuple(sorted(days.items())))

    def inputs(self, service: str, image_id: str) -> dict[str, Any]:
        """Give the inputs of the resource."""
        return {
            "service": service,
            "image_id": image_id,
            "accounts": {account: self.note_of(account) for account in sorted(self.accounts | self.ended)},
            "exclusive": self.exclusive,
            "share_to_ecs": self.to_ecs,
            "timeout": self.timeout,
        }


@dataclass(frozen=True)
class Known:
    """What state holds of a share: followed here by the rules of the contract alone."""

    program: Program
    listed: Accounts
    """What the engine compares the program with; a refresh changes it."""
    owned: Accounts
    """Whom the share gave access, or took over, at its last create or update."""
    to_ecs: bool | None

    @classmethod
    def after(cls, program: Program) -> Known:
        """Give what is held after a create or an update."""
        return cls(program, program.accounts, program.accounts, program.to_ecs)

    def refreshed(self, live: Accounts, *, in_ecs: bool) -> Known:
        """Give what is held after a refresh."""
        listed = live if self.program.exclusive else live & self.owned
        return replace(self, listed=listed, to_ecs=None if self.to_ecs is None else in_ecs)

    def to_update(self, program: Program, named: Accounts) -> Wish:
        """Give what an update to this program may do; `named` are those whose removal check has told."""
        same_ecs = program.to_ecs in (None, self.to_ecs)
        in_state = self.listed if program.exclusive else self.listed & self.owned
        return Wish(
            asked=program.accounts,
            removable=in_state | (named if program.exclusive else NOBODY),
            held=self.listed & program.accounts,
            to_ecs=program.to_ecs,
            ecs_held=same_ecs,
            idle=program.exclusive == self.program.exclusive
            and program.accounts == self.listed
            and same_ecs
            and not (program.exclusive and named),
        )

    def to_replace(self, program: Program, named: Accounts) -> Wish:
        """Give what the create of a replacement on the same image may do."""
        optional = self.listed if program.exclusive else NOBODY
        return replace(to_create(program, named), held=self.listed & program.accounts, optional=optional)

    def to_delete(self, reserved: Accounts, *, ecs_reserved: bool) -> Wish:
        """Give what a delete may do, where the run asks for some of the accounts elsewhere."""
        in_state = self.owned | (self.listed if self.program.exclusive else NOBODY)
        off = self.to_ecs and not ecs_reserved
        return Wish(removable=in_state - reserved, to_ecs=False if off else None, adds=False)


def to_create(program: Program, named: Accounts) -> Wish:
    """Give what a create may do."""
    removable = named if program.exclusive else NOBODY
    return Wish(asked=program.accounts, removable=removable, to_ecs=program.to_ecs)


def to_read() -> Wish:
    """Give what a refresh may do to the cloud: nothing, though it does call."""
    return Wish(adds=False)
