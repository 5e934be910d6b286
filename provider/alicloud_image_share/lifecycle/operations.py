"""What create, read, update and delete of a share mean."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.credentials import NoCredentialsError
from alicloud_image_share.cloud.image import CloudImage
from alicloud_image_share.cloud.retry import LONG_WAIT, looks
from alicloud_image_share.errors import (
    Cancelled,
    CloudError,
    ConfigurationError,
    ImageNotSeen,
    PreconditionFailed,
    ShareError,
)
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.absence import (
    not_seen,
    refuse_other_owner,
    refuse_unless_owner,
    unless_absent,
)
from alicloud_image_share.lifecycle.converge import Converger
from alicloud_image_share.lifecycle.owner_on_list import OwnerSkip
from alicloud_image_share.lifecycle.progress import Outcome
from alicloud_image_share.lifecycle.run import Guard, Run
from alicloud_image_share.sharing.accounts import NO_NOTE
from alicloud_image_share.sharing.failures import (
    AccountNaming,
    failure,
    is_about_keys,
    remedy_for,
)
from alicloud_image_share.sharing.last_up import KEYS_OF_LAST_UP
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Access, ImageKey, Share, ShareState
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.plan import Intent, Plan, intent_of


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The life of the shares of one run."""

    run: Run

    def create(self, props: Mapping[str, Any]) -> ShareState:
        """Share the image, taking over who has access already."""
        share = state.share(props)
        ledger = self.run.ledger(share.image)
        intent = intent_of(None, share, ledger.claims(ledger.accounts_before(state.stored(props))))
        with self._only_one(AccountNaming.of(share), "sharing"):
            outcome = self._converger(share, share).run(intent, describe=True)
            self._report(share, share, intent, outcome)
        return self._settled(share, outcome, owner_id=outcome.image.owner_id if outcome.image else None)

    def _owned(self, share: Share, owner_id: str | None) -> Mapping[str, str]:
        """Return who is listed, without an owner that is left out."""
        skipped = owner_id if self.run.settings.skip_owner else None
        return {account: note for account, note in share.accounts.items() if account != skipped}

    def update(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> ShareState:
        """Add who is new on the list and remove who left it."""
        old, share = state.share_state(olds), state.share(news)
        intent = intent_of(old, share, self.run.ledger(share.image).claims())
        if not (share.calls_after(old.share) or intent.announced_removals - old.share.account_ids):
            return replace(old, share=share, owned=self._owned(share, old.owner_id))
        with self._only_one(AccountNaming.of(old.share, share), "updating"):
            refuse_other_owner(old, share, lambda: self.run.session(share.role_arn).account_id)
            outcome = unless_absent(
                lambda: self._converger(share, old.share, old.owner_id).run(intent),
                self._deadline(share),
                lambda _: None,
            )
            if isinstance(outcome, ImageNotSeen):
                raise not_seen(share, outcome, self.run.session(share.role_arn).account_id) from outcome
            self._report(share, old.share, intent, outcome)
        described = outcome.image.owner_id if outcome.image else None
        return self._settled(share, outcome, owner_id=old.owner_id or described)

    def read(self, props: Mapping[str, Any]) -> ShareState | None:
        """Return what is live, in the form of state; None when the image is gone."""
        old = state.share_state(props)
        with self._by_last_up(), explained("reading", AccountNaming.of(old.share)):
            image, deadline = self._image(old.share), self._deadline(old.share)
            access = unless_absent(
                lambda: _access_that_lasts(image, old, deadline),
                deadline,
                lambda exc: self._believe_gone("reading", old, exc),
            )
        if isinstance(access, ImageNotSeen):
            return None
        self.run.engine.warn_of_everyone(old.share.image, everyone=access.everyone)
        notes = {**old.share.accounts, **old.owned}
        shown = access.accounts if old.share.exclusive else access.accounts & set(old.owned)
        if self.run.settings.skip_owner:
            shown |= {account for account in old.share.accounts if account == old.owner_id}
        share = replace(
            old.share,
            accounts={account: notes.get(account, NO_NOTE) for account in shown},
            share_to_ecs=access.in_ecs,
        )
        ledger = self.run.ledger(old.share.image)
        ledger.record_owned(old.owned)
        return replace(old, share=share, foreign=ledger.foreign(access.accounts))

    def delete(self, props: Mapping[str, Any]) -> None:
        """Remove every account that the share owns."""
        old = state.share_state(props)
        intent = intent_of(old, None, self.run.ledger(old.share.image).claims())
        with self._by_last_up(), self._only_one(AccountNaming.of(old.share), "unsharing"):
            outcome = unless_absent(
                lambda: self._converger(old.share, old.share).run(intent),
                self._deadline(old.share),
                lambda exc: self._believe_gone("unsharing", old, exc),
            )
            if isinstance(outcome, Outcome):
                self._report(old.share, old.share, intent, outcome)
                self._say_losses(old.share, outcome.plan)

    @contextlib.contextmanager
    def _only_one(self, names: AccountNaming, doing: str) -> Iterator[None]:
        """Let one operation at a time at an image, so that no adopting read races a removal."""
        image = names.image
        lock = self.run.ledger(image).operating
        if not lock.acquire(timeout=LONG_WAIT):
            words = "waiting for another operation of this run on the same image"
            self.run.engine.say(Notice(str(image), Kind.WAITS, detail=words))
            lock.acquire()
        try:
            self._refuse_if_cancelled(doing, image)
            with explained(doing, names):
                yield
        finally:
            lock.release()

    def _refuse_if_cancelled(self, doing: str, image: ImageKey) -> None:
        """Raise Cancelled where the user has asked for an end while the operation waited for another one."""
        if self.run.clock.cancelled():
            why, now = "The run was cancelled", "nothing was written"
            raise Cancelled(failure(f"{doing} {image}", "was not started", why, now, "run up again"))

    @contextlib.contextmanager
    def _by_last_up(self) -> Iterator[None]:
        """Say of credentials that do not work that the engine may have passed those of the last up.

        A run that checks a share has the configuration of its program.
        """
        try:
            yield
        except ShareError as exc:
            is_said = isinstance(exc, NoCredentialsError) and exc.is_shortened
            about_keys = isinstance(exc, ConfigurationError) or is_about_keys(exc)
            if about_keys and not self.run.checks and not is_said:
                exc.args = (f"{str(exc).rstrip('.')}{KEYS_OF_LAST_UP}.",)
            raise

    def _image(self, share: Share) -> CloudImage:
        return self.run.image_of(share, with_ecs=share.share_to_ecs is not None)

    def _deadline(self, share: Share) -> Deadline:
        return Deadline.after(self.run.clock, self.run.settings.timeout or share.timeout)

    def _converger(self, share: Share, old: Share, owner_id: str | None = None) -> Converger:
        ledger = self.run.ledger(share.image)
        return Converger(
            image=self._image(share),
            ledger=ledger,
            guard=Guard(self.run),
            session=self.run.session(share.role_arn),
            limits=self.run.limits(share.image.service),
            names=AccountNaming.of(old, share),
            deadline=self._deadline(share),
            owner=OwnerSkip(self.run.settings.skip_owner, ledger.left_out, share.exclusive, owner_id),
            finds_fault=self.run.settings.probe,
        )

    def _believe_gone(self, doing: str, old: ShareState, exc: ImageNotSeen) -> None:
        refuse_unless_owner(doing, old, exc, self.run.session(old.share.role_arn).account_id)

    def _report(self, share: Share, old: Share, intent: Intent, outcome: Outcome) -> None:
        """Name the accounts that were left alone for other shares, and say where everyone has access."""
        image, names = share.image, AccountNaming.of(old, share)
        protected = outcome.plan.kept_for_other_shares
        again = NO_ACCOUNTS if intent.wanted else protected & self.run.ledger(image).asked_again(old)
        self.run.engine.say_about(names, Kind.ASKED_AGAIN, again)
        self.run.engine.say_about(names, Kind.SPARED, protected - again)
        described = outcome.image is not None and outcome.image.everyone
        self.run.engine.warn_of_everyone(image, everyone=described or outcome.live.everyone)

    def _settled(self, share: Share, outcome: Outcome, *, owner_id: str | None) -> ShareState:
        ledger = self.run.ledger(share.image)
        ledger.record_owned(share.account_ids)
        if share.exclusive:
            appeared = outcome.live.accounts - share.account_ids - outcome.plan.kept_for_other_shares
            self.run.engine.say_about(AccountNaming.of(share), Kind.APPEARED, appeared)
        foreign = ledger.foreign(outcome.live.accounts)
        return ShareState(share, self._owned(share, owner_id), foreign, owner_id)

    def _say_losses(self, share: Share, plan: Plan) -> None:
        """Repeat in up and destroy what taking accounts off means for them; nobody could say it in check."""
        self.run.engine.say_about(AccountNaming.of(share), Kind.LOSES, plan.remove)
        if plan.share_to_ecs is False:
            self.run.engine.say(Notice(str(share.image), Kind.LEAVES_ECS))


def _access_that_lasts(image: CloudImage, old: ShareState, deadline: Deadline) -> Access:
    """Return who has access; that what state names is not there is looked at again before it is believed."""
    access = image.access(deadline)
    switch = old.share.share_to_ecs
    for _ in looks(deadline, 2):
        if set(old.owned) <= access.accounts and switch in (None, access.in_ecs):
            break
        access = image.access(deadline)
    return access


@contextlib.contextmanager
def explained(doing: str, names: AccountNaming) -> Iterator[None]:
    """Put what the cloud said before the first write; the loop explains what comes after it."""
    try:
        yield
    except CloudError as exc:
        next_step = remedy_for(exc, services.service(names.image.service).API.ram_prefix).next_step
        reason = names.error_text(exc)
        raise PreconditionFailed(
            failure(f"{doing} {names.image}", "was not started", reason, "nothing was written", next_step)
        ) from exc
