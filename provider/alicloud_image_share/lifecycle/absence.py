"""Whether an image that the caller does not see is gone: its owner alone is believed, after several looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.retry import looks
from alicloud_image_share.errors import ConfigurationError, ImageNotSeen, PreconditionFailed
from alicloud_image_share.sharing.failures import AccountNaming, failure
from alicloud_image_share.sharing.model import Share, ShareState

LOOKS = 3
"""After how many looks an absence is believed."""
SECONDS_APART = 3.0

T = TypeVar("T")


def unless_absent(
    act: Callable[[], T], deadline: Deadline, on_absent: Callable[[ImageNotSeen], None]
) -> T | ImageNotSeen:
    """Return what `act` returns, or the last refusal where the caller does not see the image.

    An absence is believed after several looks some seconds apart: lists of the cloud have gaps. What
    `on_absent` raises ends the looks. Raises ImageNotSeen where the time is too short for all looks.
    """
    for number in looks(deadline, LOOKS, seconds_apart=SECONDS_APART):
        try:
            return act()
        except ImageNotSeen as exc:
            absence, is_too_early = exc, number < LOOKS
        on_absent(absence)
    if is_too_early:
        raise absence  # the time is too short to look again, and so to believe it
    return absence


def refuse_unless_owner(doing: str, old: ShareState, exc: ImageNotSeen, caller: str) -> None:
    """Raise ConfigurationError where the caller is not the image's owner: only the owner would see it."""
    if caller == old.owner_id:
        return
    owner = f"account {old.owner_id}" if old.owner_id else "the account that owns the image"
    whose = f"It belongs to {owner}" if old.owner_id else "Who owns it is not known"
    raise ConfigurationError(
        failure(
            f"{doing} {old.share.image}",
            "was not started",
            f"{AccountNaming.of(old.share).error_text(exc).rstrip('.')}. {whose}, the caller is {caller}",
            "nothing was written, and state keeps the share",
            f"use credentials of {owner}, and check the region",
        )
    )


def refuse_other_owner(old: ShareState, share: Share, caller_of_role: Callable[[], str]) -> None:
    """Raise PreconditionFailed where another role acts for another account than the image's owner."""
    if share.role_arn == old.share.role_arn or old.owner_id is None:
        return
    caller = caller_of_role()
    if caller == old.owner_id:
        return
    changed = f"to {share.role_arn}" if share.role_arn else "away"
    raise PreconditionFailed(
        failure(
            f"updating {share.image}",
            "was not started",
            f"role_arn is changed {changed}, and the caller is then account {caller}. The image belongs"
            f" to account {old.owner_id}",
            "nothing was written, and state keeps the share",
            f"name a role of account {old.owner_id}, or take it away where the configured credentials"
            " are that account's",
        )
    )


def not_seen(share: Share, exc: ImageNotSeen, caller: str) -> PreconditionFailed:
    """Return what an update says of an image that the caller does not see."""
    return PreconditionFailed(
        failure(
            f"updating {share.image}",
            "was not started",
            f"{AccountNaming.of(share).error_text(exc).rstrip('.')}. The caller is account {caller}",
            "nothing was written",
            "use credentials of the account that owns the image, or refresh if the image is gone",
        )
    )
