"""What lives as long as one provider process: the connections, and what this run asks for."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.session import Session, Sessions
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.sharing.accounts import read, text_notes
from alicloud_image_share.sharing.failures import Names
from alicloud_image_share.sharing.model import ImageKey, Limits, Share
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.plan import Obstacle
from alicloud_image_share.sharing.rules import NO_RULES, Change, Violation, violations

if TYPE_CHECKING:
    from alicloud_image_share.cloud.image import ImageInCloud


@dataclass(frozen=True, slots=True)
class _FirstCheck:
    """What the first check of a share saw: the second check of a replacement is given no old inputs."""

    news: Mapping[str, Any]
    old_accounts: frozenset[str]


class Run:
    """One provider process with one configuration; safe for the four threads that serve the engine."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        self.settings = settings
        self.engine = engine
        self.clock = clock
        self._lock = threading.Lock()
        self._images: defaultdict[ImageKey, threading.Lock] = defaultdict(threading.Lock)
        self._asked: defaultdict[ImageKey, set[str]] = defaultdict(set)
        self._lists: defaultdict[ImageKey, set[frozenset[str]]] = defaultdict(set)
        self._asked_for_ecs: set[ImageKey] = set()
        self._losing: defaultdict[ImageKey, set[str]] = defaultdict(set)
        self._checks = False
        self._named: defaultdict[ImageKey, set[str]] = defaultdict(set)
        self._regions: list[tuple[Mapping[str, Any], str]] = []
        self._first_checks: defaultdict[ImageKey, list[_FirstCheck]] = defaultdict(list)
        self._sessions = Sessions(settings, clock, self._tell_of_caller)
        self._background = ThreadPoolExecutor(thread_name_prefix="check")

    def limits(self, service: str) -> Limits:
        """Return the limits of a service, with the quota that is configured."""
        return self.settings.limits(service, services.service(service).LIMITS)

    def cloud(
        self, image: ImageKey, deadline: Deadline, *, role_arn: str | None = None, with_ecs: bool = False
    ) -> ImageInCloud:
        """Return an image as the cloud has it for the owner with this role, reachable until the deadline."""
        # Loaded where something is called: most runs change nothing.
        from alicloud_image_share.cloud.image import ImageInCloud  # noqa: PLC0415

        return ImageInCloud(
            openapi=self.session(role_arn).client,
            service=services.service(image.service),
            key=image,
            deadline=deadline,
            tell=lambda words: self.engine.say(Notice(str(image), Kind.WAITS, detail=words)),
            before_write=self.engine.stop_unless_alive,
            with_ecs=with_ecs,
        )

    def session(self, role_arn: str | None = None) -> Session:
        """Return the session of a role, or of the configured credentials."""
        return self._sessions.of(role_arn)

    def _tell_of_caller(self, words: str) -> None:
        self.engine.say(Notice("sts:caller", Kind.WAITS, detail=words))

    def in_background(self, function: Any, *arguments: Any) -> Future[Any]:
        """Run something that may take too long to be waited for."""
        return self._background.submit(function, *arguments)

    def image_lock(self, image: ImageKey) -> threading.Lock:
        """Return the lock that serialises operations on one image."""
        with self._lock:
            return self._images[image]

    def note_check(self) -> None:
        """Note that this run checks shares: it is no destroy."""
        self._checks = True

    @property
    def checks(self) -> bool:
        """Whether this run has checked a share."""
        return self._checks

    def lose(self, image: ImageKey, accounts: Iterable[str]) -> frozenset[str]:
        """Note who loses access to an image; return all who do in this run, as far as it has come."""
        with self._lock:
            self._losing[image].update(accounts)
            return frozenset(self._losing[image] - self._asked[image])

    def ask(self, share: Share) -> None:
        """Note what a share of this run asks for."""
        with self._lock:
            self._asked[share.image].update(share.asked)
            self._lists[share.image].add(share.asked)
            if share.share_to_ecs:
                self._asked_for_ecs.add(share.image)

    def asks_for_ecs(self, image: ImageKey) -> bool:
        """Tell whether a share checked so far in this run asks for the share to the owner's ECS."""
        with self._lock:
            return image in self._asked_for_ecs

    def asked(self, image: ImageKey) -> frozenset[str]:
        """Return every account that a share checked so far in this run asks for on the image."""
        with self._lock:
            return frozenset(self._asked[image])

    def name_removals(self, image: ImageKey, accounts: Iterable[str]) -> None:
        """Note that the user has been told that `up` removes these accounts."""
        with self._lock:
            self._named[image].update(accounts)

    def named_removals(self, image: ImageKey) -> frozenset[str]:
        """Return the accounts whose removal this run has announced."""
        with self._lock:
            return frozenset(self._named[image])

    def note_first_check(self, image: ImageKey, news: Mapping[str, Any], old_accounts: Iterable[str]) -> None:
        """Remember the old inputs of a share, for the check and the create of its replacement."""
        with self._lock:
            self._first_checks[image].append(_FirstCheck(dict(news), frozenset(old_accounts)))

    def accounts_before(self, image: ImageKey, news: Mapping[str, Any]) -> frozenset[str] | None:
        """Return the accounts that a share with these inputs had before; None for one not seen before."""
        with self._lock:
            checks = self._first_checks[image]
            return next((check.old_accounts for check in checks if check.news == news), None)

    def asked_again(self, old: Share) -> frozenset[str]:
        """Return the accounts that the replacement of a share asks for, or a share that looks the same.

        The engine names no share to its provider: a share that is replaced by force looks like one that is
        renamed.
        """
        with self._lock:
            checks = self._first_checks[old.image]
            again = [check.news["accounts"] for check in checks if check.old_accounts == old.asked]
            again += [old.accounts] if old.asked in self._lists[old.image] else []
            return frozenset(account for accounts in again for account in accounts)

    def note_region(self, news: Mapping[str, Any], region: str) -> None:
        """Remember the region that a first check took from state, for the second one of a replacement."""
        with self._lock:
            self._regions.append((dict(news), region))

    def region_before(self, news: Mapping[str, Any]) -> str | None:
        """Return the region that a first check of the same program's inputs took from state."""
        with self._lock:
            regions = {region for seen, region in self._regions if seen == news}
        return regions.pop() if len(regions) == 1 else None


@cache
def run_of_this_process(settings: Settings) -> Run:
    """Return the one run of a configuration.

    The engine's process holds two provider objects when state was written by a Python with another pickle
    protocol; both must know what the run asks for, or the late delete of one undoes what the other adopted.
    """
    engine = Engine.of_this_process()
    engine.watch()
    engine.leave_at_once()
    return Run(settings, engine, Clock())


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of one run, and what it has taken off so far."""

    run: Run

    def listed(self, checked: Mapping[str, Any], given_accounts: object) -> tuple[str, ...]:
        """Return the sentences on who may be listed, and on exclusive shares; what is unknown is left out."""
        rules = self.run.settings.rules
        if rules == NO_RULES:
            return ()
        accounts = text_notes(read(given_accounts)[0])
        is_decided = isinstance(rules.exclusive_allowed, bool) or state.names_image(checked)
        change = Change(
            image=state.shown_image(checked),
            added=frozenset(accounts),
            exclusive=checked.get("exclusive") is True and is_decided,
            notes=accounts,
            secret=checked.get("accounts_secret") is True,
        )
        return tuple(f"{violation.sentence} {violation.marker}" for violation in violations(rules, change))

    def losses(self, names: Names, removed: Iterable[str]) -> tuple[Violation, ...]:
        """Return the rules that stand against taking accounts off, with all that this run takes off.

        A run that checks nothing is a destroy: only accounts that may never lose access stand against it.
        """
        rules = self.run.settings.rules
        change = Change(
            image=str(names.image),
            removed=self.run.lose(names.image, removed),
            notes=names.notes,
            secret=names.secret,
        )
        return violations(rules if self.run.checks else replace(rules, max_removed=None), change)

    def obstacle(self, names: Names, removed: frozenset[str]) -> Obstacle | None:
        """Return the worst rule that stands against taking accounts off, with the way out."""
        broken = self.losses(names, removed) if removed else ()
        if not broken:
            return None
        way_out = broken[0].way_out
        if not self.run.checks:
            way_out += (
                "; a destroy goes by the configuration of the last up, `pulumi destroy --run-program` by the"
                " present one"
            )
        return Obstacle(f"{broken[0].found} {broken[0].marker}", way_out)
