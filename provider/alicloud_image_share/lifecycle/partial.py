"""What state holds after a failure that could not be undone, and of an image that is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.errors import NotConverged, PreconditionFailed, ShareError
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.operations import explained
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.accounts import NO_NOTE, show
from alicloud_image_share.sharing.failures import AccountNaming, failure
from alicloud_image_share.sharing.model import Access, Image, ImageKey, Share, ShareState
from alicloud_image_share.sharing.plan import Blocker, own_image

SECONDS = 10.0
"""Seconds that the read after a failure may take."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What holds by a read alone: of engines that keep what a failure has left, and that import by id."""

    run: Run

    def after_failed_create(self, exc: NotConverged, props: Mapping[str, Any]) -> ShareState | None:
        """Return the share with the accounts that it has given access to; None where that is nobody."""
        share = state.share(props)
        live = self._live(share)
        stuck = exc.sent & live.accounts if live else frozenset()
        if not stuck:
            return None
        notes = {account: share.accounts[account] for account in stuck if account in share.accounts}
        return ShareState(replace(share, accounts=notes), notes)

    def after_failed_update(
        self, exc: NotConverged, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> ShareState | None:
        """Return the old share with what has come and gone; None where nothing has, or no read tells.

        Accounts that somebody else has unshared stay: only a refresh may show them as gone.
        """
        old, share = state.share_state(olds), state.share(news)
        live = self._live(share)
        if live is None:
            return None
        new_accounts = exc.sent & live.accounts
        stuck = {account: note for account, note in share.accounts.items() if account in new_accounts}

        def still_owned(before: Mapping[str, str]) -> dict[str, str]:
            kept = {
                account: note
                for account, note in before.items()
                if account in live.accounts or account in share.accounts
            }
            return {**kept, **stuck}

        holding = replace(
            old,
            share=replace(old.share, accounts=still_owned(old.share.accounts)),
            owned=still_owned(old.owned),
        )
        return None if holding == old else holding

    def _live(self, share: Share) -> Access | None:
        try:
            image = self.run.image_of(share)
            # A rollback that failed may have used up the calls of this minute.
            return image.access(Deadline.after(self.run.clock, SECONDS, counts_pacing=False))
        except ShareError:
            return None

    def of_image(self, resource_id: str, seconds: float) -> ShareState:
        """Return a share of everybody who has access to the image that a resource id names.

        Raises PreconditionFailed where the id names none, or the caller is not its owner.
        """
        key = ImageKey.parse(resource_id)
        if key is None or not services.knows(key):
            form = "write ecs:cn-hangzhou:m-…, or ens:m-… for an image of ENS"
            raise _not_started("importing", show(resource_id), "The id names no image", form)
        described, access = self.owned(key, None, Deadline.after(self.run.clock, seconds), "importing")
        if not access.accounts:
            next_step = "declare the share in a program, which gives access"
            raise _not_started("importing", resource_id, "The image is shared with nobody", next_step)
        accounts = dict.fromkeys(sorted(access.accounts), NO_NOTE)
        return ShareState(Share(key, accounts), accounts, owner_id=described.owner_id)

    def owned(
        self, key: ImageKey, role_arn: str | None, deadline: Deadline, doing: str = "reading"
    ) -> tuple[Image, Access]:
        """Return an image and who has access; raise PreconditionFailed where it is not the caller's."""
        image = self.run.image(key, role_arn=role_arn)
        with explained(doing, AccountNaming(key)):
            described = own_image(image.describe(deadline), lambda: self.run.session(role_arn).account_id)
            if isinstance(described, Blocker):
                raise _not_started(doing, str(key), described.reason, described.next_step)
            return described, image.access(deadline, described)


def _not_started(doing: str, what: str, why: str, next_step: str) -> PreconditionFailed:
    return PreconditionFailed(
        failure(f"{doing} {what}", "was not started", why, "nothing was written", next_step)
    )
