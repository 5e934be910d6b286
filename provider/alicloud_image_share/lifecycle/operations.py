"""What create, read, update and delete of a share mean."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.image import ImageInCloud
from alicloud_image_share.cloud.retry import LONG_WAIT
from alicloud_image_share.errors import CloudError, ConfigurationError, ImageNotSeen, NotBegun, ShareError
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.converge import Converger, Outcome
from alicloud_image_share.lifecycle.run import Guard, Run
from alicloud_image_share.sharing.failures import KEYS_OF_LAST_UP, Names, advice, failure, is_about_keys
from alicloud_image_share.sharing.model import NO_ACCOUNTS, ImageKey, Share, ShareState
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.plan import Intent, Settlement


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The life of the shares of one run."""

    run: Run

    def create(self, props: Mapping[str, Any]) -> ShareState:
        """Share the image, taking over who has access already."""
        share = state.share(props)
        before = self.run.accounts_before(share.image, state.stored(props)) or NO_ACCOUNTS
        with self._only_one(share.image, "sharing"):
            outcome = self._converge(
                share,
                share,
                Intent(
                    asked=share.asked,
                    held=before & share.asked,
                    named=self._named(share),
                    share_to_ecs=share.share_to_ecs,
                ),
                describe=True,
            )
        return self._settled(share, outcome, owner_id=outcome.image.owner_id if outcome.image else None)

    def update(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> ShareState:
        """Add who is new on the list and remove who left it."""
        old, share = state.share_state(olds), state.share(news)
        if not (share.calls_after(old.share) or self._named(share)):
            return replace(old, share=share, owned=share.accounts)
        in_state = old.share.asked if share.exclusive else old.share.asked & set(old.owned)
        with self._only_one(share.image, "updating"):
            self._refuse_other_owner(old, share)
            try:
                outcome = self._converge(
                    share,
                    old.share,
                    Intent(
                        asked=share.asked,
                        held=old.share.asked & share.asked,
                        named=in_state | self._named(share),
                        share_to_ecs=share.share_to_ecs,
                        ecs_held=share.share_to_ecs in (None, old.share.share_to_ecs),
                    ),
                )
            except ImageNotSeen as exc:
                raise NotBegun(self._unseen(share, exc)) from exc
        described = outcome.image.owner_id if outcome.image else None
        return self._settled(share, outcome, owner_id=old.owner_id or described)

    def read(self, props: Mapping[str, Any]) -> ShareState | None:
        """Return what is live, in the form of state; None when the image is gone."""
        old = state.share_state(props)
        with self._by_last_up(), _explained("reading", old.share.image):
            try:
                access = self._cloud(old.share, self._deadline(old.share)).access()
            except ImageNotSeen as exc:
                self._believe_gone("reading", old, exc)
                return None
        self.run.engine.warn_of_everyone(old.share.image, everyone=access.everyone)
        notes = {**old.share.accounts, **old.owned}
        shown = access.accounts if old.share.exclusive else access.accounts & set(old.owned)
        share = replace(
            old.share,
            accounts={account: notes.get(account, "") for account in shown},
            share_to_ecs=access.in_ecs,
        )
        return replace(old, share=share, foreign=tuple(sorted(access.accounts - set(old.owned))))

    def delete(self, props: Mapping[str, Any]) -> None:
        """Take everybody off whom the share owns."""
        old = state.share_state(props)
        named = frozenset(old.owned) | (old.share.asked if old.share.exclusive else NO_ACCOUNTS)
        with self._by_last_up(), self._only_one(old.share.image, "unsharing"):
            switch_off = old.share.share_to_ecs and not self.run.asks_for_ecs(old.share.image)
            intent = Intent(named=named, share_to_ecs=False if switch_off else None)
            try:
                outcome = self._converge(old.share, old.share, intent)
                self._say_losses(old.share, outcome.settlement)
            except ImageNotSeen as exc:
                self._believe_gone("unsharing", old, exc)

    @contextlib.contextmanager
    def _only_one(self, image: ImageKey, doing: str) -> Iterator[None]:
        """Let one operation at a time at an image, so that no adopting read races a removal."""
        lock = self.run.image_lock(image)
        if not lock.acquire(timeout=LONG_WAIT):
            self._tell(
                image, "another operation of this run on the same image is under way; it goes on after"
            )
            lock.acquire()
        try:
            with _explained(doing, image):
                yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _by_last_up(self) -> Iterator[None]:
        """Say of keys that the cloud does not accept that the engine may have passed those of the last up.

        A run that checks a share has the configuration of its program.
        """
        try:
            yield
        except ShareError as exc:
            if not self.run.checks and is_about_keys(exc):
                exc.args = (f"{str(exc).rstrip('.')}; {KEYS_OF_LAST_UP}.",)
            raise

    def _tell(self, image: ImageKey, words: str) -> None:
        self.run.engine.say(Notice(str(image), Kind.WAITS, detail=words))

    def _cloud(self, share: Share, deadline: Deadline) -> ImageInCloud:
        with_ecs = share.share_to_ecs is not None
        return self.run.cloud(share.image, deadline, role_arn=share.role_arn, with_ecs=with_ecs)

    def _deadline(self, share: Share) -> Deadline:
        return Deadline.after(self.run.clock, self.run.settings.timeout or share.timeout)

    def _named(self, share: Share) -> frozenset[str]:
        return self.run.named_removals(share.image) if share.exclusive else NO_ACCOUNTS

    def _converge(self, share: Share, old: Share, intent: Intent, *, describe: bool = False) -> Outcome:
        image, names = share.image, Names.of(old, share)
        converger = Converger(
            cloud_until=lambda deadline: self._cloud(share, deadline),
            limits=self.run.limits(image.service),
            clock=self.run.clock,
            deadline=self._deadline(share),
            names=names,
            ram_prefix=services.service(image.service).API.ram_prefix,
            tell=lambda words: self._tell(image, words),
            caller=lambda: self.run.session(share.role_arn).account_id,
            reserved=lambda: self.run.asked(image),
            forbids=lambda removed: Guard(self.run).obstacle(names, removed),
            probes=self.run.settings.probe,
        )
        outcome = converger.run(intent, describe=describe)
        spared = outcome.settlement.spared
        again = NO_ACCOUNTS if intent.asked else spared & self.run.asked_again(old)
        self.run.engine.say_about(names, Kind.ASKED_AGAIN, again)
        self.run.engine.say_about(names, Kind.SPARED, spared - again)
        described = outcome.image is not None and outcome.image.everyone
        self.run.engine.warn_of_everyone(image, everyone=described or outcome.live.everyone)
        return outcome

    def _settled(self, share: Share, outcome: Outcome, *, owner_id: str | None) -> ShareState:
        foreign = outcome.live.accounts - share.asked
        if share.exclusive:
            self.run.engine.say_about(Names.of(share), Kind.APPEARED, foreign - outcome.settlement.spared)
        return ShareState(share, share.accounts, tuple(sorted(foreign)), owner_id)

    def _say_losses(self, share: Share, settlement: Settlement) -> None:
        """Repeat in up and destroy what taking accounts off means for them; nobody could say it in check."""
        self.run.engine.say_about(Names.of(share), Kind.LOSES, settlement.remove)
        if settlement.share_to_ecs is False:
            self.run.engine.say(Notice(str(share.image), Kind.LEAVES_ECS))

    def _believe_gone(self, doing: str, old: ShareState, exc: ImageNotSeen) -> None:
        """Return when the image is gone for good: its owner says so. Raise ConfigurationError otherwise."""
        caller = self.run.session(old.share.role_arn).account_id
        if caller == old.owner_id:
            return
        whose = f"It belongs to account {old.owner_id or 'unknown'}, the caller is {caller}"
        raise ConfigurationError(
            failure(
                f"{doing} {old.share.image}",
                "was not begun",
                f"{Names(old.share.image).said(exc).rstrip('.')}. {whose}",
                "nothing was written, and state keeps the share",
                f"use credentials of account {old.owner_id}, and check the region",
            )
        )

    def _refuse_other_owner(self, old: ShareState, share: Share) -> None:
        """Raise NotBegun where another role acts for another account than the one that owns the image."""
        if share.role_arn == old.share.role_arn or old.owner_id is None:
            return
        caller = self.run.session(share.role_arn).account_id
        if caller == old.owner_id:
            return
        changed = f"to {share.role_arn}" if share.role_arn else "away"
        raise NotBegun(
            failure(
                f"updating {share.image}",
                "was not begun",
                f"role_arn is changed {changed}, and the caller is then account {caller}. The image belongs"
                f" to account {old.owner_id}",
                "nothing was written, and state keeps the share",
                f"name a role of account {old.owner_id}, or take it away where the configured credentials"
                " are that account's",
            )
        )

    def _unseen(self, share: Share, exc: ImageNotSeen) -> str:
        image, caller = share.image, self.run.session(share.role_arn).account_id
        return failure(
            f"updating {image}",
            "was not begun",
            f"{Names(image).said(exc).rstrip('.')}. The caller is account {caller}",
            "nothing was written",
            "use credentials of the account that owns the image, or refresh if the image is gone",
        )


@contextlib.contextmanager
def _explained(doing: str, image: ImageKey) -> Iterator[None]:
    """Put what the cloud said before the first write; the loop explains what comes after it."""
    try:
        yield
    except CloudError as exc:
        next_step = advice(exc, services.service(image.service).API.ram_prefix).next_step
        found = Names(image).said(exc)
        raise NotBegun(
            failure(f"{doing} {image}", "was not begun", found, "nothing was written", next_step)
        ) from exc
