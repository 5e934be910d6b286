"""What one run knows of one image: who is asked for, who loses access, who was announced to lose access."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alicloud_image_share.lifecycle.state import comparable
from alicloud_image_share.sharing.model import Share


@dataclass(frozen=True, slots=True)
class _FirstCheck:
    """What the first check of a share saw: the second check of a replacement is given no old inputs."""

    news: Mapping[str, Any]
    old_accounts: frozenset[str]


@dataclass(slots=True)
class ImageLedger:
    """The shares of one run on one image; safe for the threads that serve the engine."""

    operating: threading.Lock = field(default_factory=threading.Lock)
    """Held by the one operation that is under way on the image."""
    _changing: threading.Lock = field(default_factory=threading.Lock)
    _wanted: set[str] = field(default_factory=set)
    _lists: set[frozenset[str]] = field(default_factory=set)
    _wanted_in_ecs: bool = False
    _owned: set[str] = field(default_factory=set)
    _left_out: set[str] = field(default_factory=set)
    _removed: set[str] = field(default_factory=set)
    _announced_removals: set[str] = field(default_factory=set)
    _agreed_gains: set[str] = field(default_factory=set)
    _agreed_losses: set[str] = field(default_factory=set)
    _first_checks: list[_FirstCheck] = field(default_factory=list)

    def want_accounts(self, share: Share) -> None:
        """Note what a share of this run asks for."""
        with self._changing:
            self._wanted.update(share.account_ids)
            self._lists.add(share.account_ids)
            self._wanted_in_ecs = self._wanted_in_ecs or share.share_to_ecs is True

    @property
    def wanted(self) -> frozenset[str]:
        """Every account that a share checked so far in this run asks for."""
        with self._changing:
            return frozenset(self._wanted)

    @property
    def wanted_in_ecs(self) -> bool:
        """Whether a share checked so far in this run asks for the share to the owner's ECS."""
        return self._wanted_in_ecs

    def leave_out(self, owner: str) -> bool:
        """Note the owner that a check left out of a list; tell whether this is news."""
        with self._changing:
            is_new = owner not in self._left_out
            self._left_out.add(owner)
            return is_new

    @property
    def left_out(self) -> frozenset[str]:
        """Every account that checks left out as the owner, as far as the configuration tells it."""
        with self._changing:
            return frozenset(self._left_out)

    def record_owned(self, accounts: Iterable[str]) -> None:
        """Note the accounts that a share of the stack owns."""
        with self._changing:
            self._owned.update(accounts)

    @property
    def managed(self) -> frozenset[str]:
        """Every account that a share of the stack, as far as this run has met it, asks for or owns."""
        with self._changing:
            return frozenset(self._wanted | self._owned)

    def record_removals(self, accounts: Iterable[str]) -> None:
        """Note who loses access."""
        with self._changing:
            self._owned.difference_update(accounts)
            self._removed.update(accounts)

    @property
    def removals_so_far(self) -> frozenset[str]:
        """Everybody who loses access in this run, as far as it has come."""
        with self._changing:
            return frozenset(self._removed - self._wanted)

    def announce_removals(self, accounts: Iterable[str]) -> None:
        """Note that the user was shown that `up` removes these accounts."""
        with self._changing:
            self._announced_removals.update(accounts)

    @property
    def announced_removals(self) -> frozenset[str]:
        """The accounts whose removal this run has announced."""
        with self._changing:
            return frozenset(self._announced_removals)

    def agree(self, gains: Iterable[str], losses: Iterable[str]) -> None:
        """Note whose access a run may change that is given the digest of secret accounts only."""
        with self._changing:
            self._agreed_gains.update(gains)
            self._agreed_losses.update(losses)

    @property
    def agreed(self) -> tuple[frozenset[str], frozenset[str]]:
        """The secret accounts that may gain access, and those that may lose it."""
        with self._changing:
            return frozenset(self._agreed_gains), frozenset(self._agreed_losses)

    def remember_first_check(self, news: Mapping[str, Any], old_accounts: Iterable[str]) -> None:
        """Remember the old inputs of a share, for the check and the create of its replacement."""
        with self._changing:
            self._first_checks.append(_FirstCheck(comparable(news), frozenset(old_accounts)))

    def accounts_before(self, news: Mapping[str, Any]) -> frozenset[str] | None:
        """Return the accounts that a share with these inputs had before; None for one not seen before."""
        seen = comparable(news)
        with self._changing:
            return next((check.old_accounts for check in self._first_checks if check.news == seen), None)

    def asked_again(self, old: Share) -> frozenset[str]:
        """Return the accounts that the replacement of a share asks for, or a share that looks the same.

        The engine names no share to its provider: a share that is replaced by force looks like one that is
        renamed.
        """
        with self._changing:
            checks = self._first_checks
            again = [check.news["accounts"] for check in checks if check.old_accounts == old.account_ids]
            again += [old.accounts] if old.account_ids in self._lists else []
            return frozenset(account for accounts in again for account in accounts)
