"""What one engine run knows of its images: who is asked for, who loses access, whose loss was announced.

All processes of the run know the same: an entry in the run's file is what one of them has found out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from alicloud_image_share.lifecycle.image_lock import ImageLock
from alicloud_image_share.lifecycle.run_file import Entry
from alicloud_image_share.lifecycle.state import comparable
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Share
from alicloud_image_share.sharing.plan import Claims


@dataclass(slots=True)
class ImageLedger:
    """The shares of one run on one image; safe for the threads that serve the engine."""

    operating: ImageLock
    _record: Callable[[Entry], None]
    """Tells all processes of the run an entry, this one too."""
    _current: Callable[[], AbstractContextManager[None]]
    """Holds what is known as it is, when everything that the processes have told is taken in."""
    _wanted: set[str] = field(default_factory=set)
    _lists: set[frozenset[str]] = field(default_factory=set)
    _wanted_in_ecs: bool = False
    _in_ecs: bool | None = None
    _owned: set[str] = field(default_factory=set)
    _left_out: set[str] = field(default_factory=set)
    _removed: set[str] = field(default_factory=set)
    _announced_removals: set[str] = field(default_factory=set)
    _agreed_gains: set[str] = field(default_factory=set)
    _agreed_losses: set[str] = field(default_factory=set)
    _claims: dict[str, tuple[frozenset[str], bool]] = field(default_factory=dict)
    """The urn of a share → its accounts, and whether it is exclusive; where the engine names shares."""
    _first_checks: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """What first checks saw: the inputs as text, and the accounts before.

    The second check of a replacement is given no old inputs.
    """

    def take(self, entry: Entry) -> None:
        """Take in what a process of the run has told."""
        self._wanted.update(entry.get("wanted", ()))
        if "wanted" in entry:
            self._lists.add(frozenset(entry["wanted"]))
        self._wanted_in_ecs = self._wanted_in_ecs or entry.get("ecs", False)
        self._in_ecs = entry.get("in_ecs", self._in_ecs)
        self._owned.update(entry.get("owned", ()))
        self._owned.difference_update(entry.get("removed", ()))
        self._removed.update(entry.get("removed", ()))
        self._announced_removals.update(entry.get("announced", ()))
        self._agreed_gains.update(entry.get("gains", ()))
        self._agreed_losses.update(entry.get("losses", ()))
        if "urn" in entry:
            self._claims[entry["urn"]] = (frozenset(entry["wanted"]), entry["exclusive"])
        if "left_out" in entry:
            self._left_out.add(entry["left_out"])
        if "inputs" in entry:
            self._first_checks.append((entry["inputs"], frozenset(entry["before"])))

    def claim(self, urn: str, share: Share) -> str | None:
        """Claim the image for a share; return the urn of another one that must not stand beside it, if any.

        Two shares of a stack are not to list one account, nor to stand beside an exclusive one.
        """
        wanted = sorted(share.account_ids)
        self._record({"urn": urn, "wanted": wanted, "exclusive": share.exclusive})
        with self._current():
            clashes = (
                other
                for other, (accounts, exclusive) in self._claims.items()
                if other != urn and (exclusive or share.exclusive or not accounts.isdisjoint(wanted))
            )
            return next(clashes, None)

    def want_accounts(self, share: Share) -> None:
        """Note what a share of this run asks for."""
        self._record({"wanted": sorted(share.account_ids), "ecs": share.share_to_ecs is True})

    @property
    def wanted(self) -> frozenset[str]:
        """Every account that a share checked so far in this run asks for."""
        with self._current():
            return frozenset(self._wanted)

    def claims(self, wanted_before: frozenset[str] | None = None) -> Claims:
        """Return what the shares checked so far in this run come to, for the plan of one of them."""
        with self._current():
            return Claims(
                frozenset(self._wanted),
                self._wanted_in_ecs,
                frozenset(self._announced_removals),
                wanted_before or NO_ACCOUNTS,
            )

    def leave_out(self, owner: str) -> bool:
        """Note the owner that a check left out of a list; tell whether this is news."""
        is_new = owner not in self.left_out
        if is_new:
            self._record({"left_out": owner})
        return is_new

    @property
    def left_out(self) -> frozenset[str]:
        """Every account that checks left out as the owner, as far as the configuration tells it."""
        with self._current():
            return frozenset(self._left_out)

    def record_owned(self, accounts: Iterable[str]) -> None:
        """Note the accounts that a share of the stack owns."""
        self._record({"owned": sorted(accounts)})

    def foreign(self, live: frozenset[str]) -> tuple[str, ...]:
        """Return who has access though no share of the stack, as far as this run has met it, manages it."""
        with self._current():
            return tuple(sorted(live - self._wanted - self._owned))

    def record_in_ecs(self, in_ecs: bool) -> None:
        """Note what a read has shown of the share to the owner's ECS that this run asked for."""
        self._record({"in_ecs": in_ecs})

    @property
    def in_ecs(self) -> bool | None:
        """What this run has made of the share to the owner's ECS; None where it made nothing of it."""
        with self._current():
            return self._in_ecs

    def record_removals(self, accounts: Iterable[str]) -> None:
        """Note who loses access."""
        self._record({"removed": sorted(accounts)})

    @property
    def removals_so_far(self) -> frozenset[str]:
        """Everybody who loses access in this run, as far as it has come."""
        with self._current():
            return frozenset(self._removed - self._wanted)

    def announce_removals(self, accounts: Iterable[str]) -> None:
        """Note that the user was shown that `up` removes these accounts."""
        self._record({"announced": sorted(accounts)})

    def agree(self, gains: Iterable[str], losses: Iterable[str]) -> None:
        """Note whose access a run may change that is given the digest of secret accounts only."""
        self._record({"gains": sorted(gains), "losses": sorted(losses)})

    @property
    def agreed(self) -> tuple[frozenset[str], frozenset[str]]:
        """The secret accounts that may gain access, and those that may lose it."""
        with self._current():
            return frozenset(self._agreed_gains), frozenset(self._agreed_losses)

    def remember_first_check(self, news: Mapping[str, Any], old_accounts: Iterable[str]) -> None:
        """Remember the old inputs of a share, for the check and the create of its replacement."""
        self._record({"inputs": _text(news), "before": sorted(old_accounts)})

    def accounts_before(self, news: Mapping[str, Any]) -> frozenset[str] | None:
        """Return the accounts that a share with these inputs had before; None for one not seen before."""
        text = _text(news)
        with self._current():
            return next((before for inputs, before in self._first_checks if inputs == text), None)

    def asked_again(self, old: Share) -> frozenset[str]:
        """Return the accounts that the replacement of a share asks for, or a share that looks the same.

        The engine names no share to its provider: a share that is replaced by force looks like one that is
        renamed.
        """
        with self._current():
            checks = [inputs for inputs, before in self._first_checks if before == old.account_ids]
            again = [json.loads(inputs)["accounts"] for inputs in checks]
            again += [old.accounts] if old.account_ids in self._lists else []
            return frozenset(account for accounts in again for account in accounts)


def _text(inputs: Mapping[str, Any]) -> str:
    # The native provider hears of the time that an operation may take in the operation only.
    named = {key: value for key, value in comparable(inputs).items() if key != "timeout"}
    return json.dumps(named, sort_keys=True, default=str)
