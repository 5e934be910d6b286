"""What lives as long as one provider process: the connections, and what this run asks for."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.session import Session, Sessions
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.ledger import ImageLedger
from alicloud_image_share.lifecycle.owned_in_state import owned_in_state
from alicloud_image_share.lifecycle.register import RunRegister
from alicloud_image_share.lifecycle.run_file import RunFile
from alicloud_image_share.sharing.accounts import read
from alicloud_image_share.sharing.allowance import Allowance
from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.last_up import RULES_OF_LAST_UP
from alicloud_image_share.sharing.model import ImageKey, Limits, Share
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.plan import Blocker
from alicloud_image_share.sharing.rules import NO_RULES, Change, Violation, every_violation

if TYPE_CHECKING:
    from alicloud_image_share.cloud.image import CloudImage


class Run:
    """One provider process with one configuration; safe for the four threads that serve the engine."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clock: Clock,
        allowance: Allowance | None = None,
        approval_key: str | None = None,
        register: RunRegister | None = None,
    ) -> None:
        self.settings = settings
        self.register = register or RunRegister()
        self.allowance = allowance
        self.approval_key = approval_key
        self.engine = engine
        self.clock = clock
        self.now = settings.ends.now(clock)
        self._lock = threading.Lock()
        self._regions: list[tuple[Mapping[str, Any], str]] = []
        self._sessions = Sessions(settings, clock, self._tell_of_caller)
        self._background = ThreadPoolExecutor(thread_name_prefix="check")

    @property
    def problems(self) -> tuple[str, ...]:
        """What stands against every change, as sentences."""
        others = (self.allowance.problem if self.allowance else "", self.register.problem)
        return (*self.settings.problems, *filter(None, others))

    @property
    def checks(self) -> bool:
        """Whether this engine run has checked a share: it is no destroy."""
        return self.register.checks

    def limits(self, service: str) -> Limits:
        """Return the limits of a service, with the quota that is configured."""
        return self.settings.limits(service, services.service(service).LIMITS)

    def image(
        self, image: ImageKey, *, role_arn: str | None = None, with_ecs: bool = False, secret: bool = False
    ) -> CloudImage:
        """Return an image as the cloud has it for the owner with this role.

        `secret` tells that what is said of its calls must show no account.
        """
        # Loaded where something is called: most runs change nothing.
        from alicloud_image_share.cloud.image import CloudImage  # noqa: PLC0415

        names = AccountNaming(image, secret=secret)
        return CloudImage(
            client=self.session(role_arn).client,
            service=services.service(image.service),
            key=image,
            tell=lambda words: self.engine.say(Notice(str(image), Kind.WAITS, detail=names.redact(words))),
            before_write=self.engine.stop_unless_alive,
            with_ecs=with_ecs,
        )

    def image_of(self, share: Share, *, with_ecs: bool = False) -> CloudImage:
        """Return the image of a share as the cloud has it for its owner."""
        return self.image(
            share.image, role_arn=share.role_arn, with_ecs=with_ecs, secret=share.accounts_secret
        )

    def ledger(self, image: ImageKey) -> ImageLedger:
        """Return what this run knows of an image."""
        return self.register.ledger(image)

    def session(self, role_arn: str | None = None) -> Session:
        """Return the session of a role, or of the configured credentials."""
        return self._sessions.of(role_arn)

    def _tell_of_caller(self, words: str) -> None:
        self.engine.say(Notice("sts:caller", Kind.WAITS, detail=words))

    def in_background(self, function: Any, *arguments: Any) -> Future[Any]:
        """Run something that may take too long to be waited for."""
        return self._background.submit(function, *arguments)

    def remember_region(self, news: Mapping[str, Any], region: str) -> None:
        """Remember the region that a first check took from state, for the second one of a replacement."""
        with self._lock:
            self._regions.append((dict(news), region))

    def region_before(self, news: Mapping[str, Any]) -> str | None:
        """Return the region that a first check of the same program's inputs took from state."""
        with self._lock:
            regions = {region for inputs, region in self._regions if inputs == news}
        return regions.pop() if len(regions) == 1 else None


@cache
def run_of_this_process(
    settings: Settings, allowance: Allowance | None = None, approval_key: str | None = None
) -> Run:
    """Return the one run of a configuration.

    The engine's process holds two provider objects when state was written by a Python with another pickle
    protocol; both must know what the run asks for, or the late delete of one undoes what the other adopted.
    """
    engine = Engine.of_this_process()
    engine.watch()
    engine.leave_at_once()
    return Run(settings, engine, Clock(), allowance, approval_key, register_of(engine.address))


@cache
def register_of(address: str | None) -> RunRegister:
    """Return the register of the engine run at an address; of this process alone where there is none."""
    owned = owned_in_state(os.environ)
    if address is None:
        return RunRegister(owned=owned)
    try:
        file = RunFile.of_engine(address)
    except ConfigurationError as exc:
        return RunRegister(problem=str(exc), owned=owned)
    atexit.register(file.close)
    return RunRegister(file, owned=owned)


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of one run, and what it has taken off so far."""

    run: Run

    def listed(
        self, checked: Mapping[str, Any], given_accounts: object, *, left_out: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Return the sentences on who may be listed, and on exclusive shares; what is unknown is left out.

        `left_out` are accounts with which the image is not shared: its owner, and whoever's access has ended.
        """
        rules = self.run.settings.every_rules
        if all(each == NO_RULES for each in rules):
            return ()
        accounts = read(given_accounts)[0].items()
        listed = {account: note for account, note in accounts if account not in left_out}
        by_image = any(not isinstance(each.exclusive_allowed, bool) for each in rules)
        is_decided = not by_image or state.names_image(checked)
        change = Change(
            image=state.shown_image(checked),
            added=frozenset(listed),
            exclusive=checked.get("exclusive") is True and is_decided,
            notes={account: note for account, note in listed.items() if isinstance(note, str)},
            now=self.run.now,
            secret=checked.get("accounts_secret") is True,
        )
        return tuple(
            f"{violation.sentence} {violation.marker}" for violation in every_violation(rules, change)
        )

    def losses(self, names: AccountNaming, removed: Iterable[str]) -> tuple[Violation, ...]:
        """Return the rules that stand against taking accounts off, with all that this run takes off.

        A run that checks nothing is a destroy: only accounts that may never lose access stand against it.
        """
        rules, ledger = self.run.settings.every_rules, self.run.ledger(names.image)
        ledger.record_removals(removed)
        change = Change(
            image=str(names.image),
            removed=ledger.removals_so_far,
            notes=names.notes,
            secret=names.secret,
        )
        if not self.run.checks:
            rules = tuple(replace(each, max_removed=None) for each in rules)
        return every_violation(rules, change)

    def blocker(self, names: AccountNaming, removed: frozenset[str]) -> Blocker | None:
        """Return the worst rule that stands against taking accounts off, with the way out."""
        broken = self.losses(names, removed) if removed else ()
        if not broken:
            return None
        way_out = broken[0].way_out
        if not self.run.checks:
            way_out += RULES_OF_LAST_UP
        return Blocker(f"{broken[0].breach} {broken[0].marker}", way_out)
