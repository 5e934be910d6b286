"""What a run may do that carries out a review: what the review shows, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from alicloud_image_share.review.model import Direction, ImageReview, Review, Standing
from alicloud_image_share.sharing.allowance import Allowance, ImageAllowance

_KEEP = (
    *(Standing.KEEPS, Standing.HAS_ACCESS, Standing.UNMANAGED),
    *(Standing.NOTE_CHANGED, Standing.ADDED_OUTSIDE, Standing.REMOVED_AT_REFRESH),
)
"""The states of accounts that have access before and after."""


def allowance(review: Review, configuration: Mapping[str, str] | None) -> Allowance:
    """Return what the run may do; `configuration` is what the preview was made with."""
    return Allowance(
        images=tuple((image.image, _of_image(image)) for image in review.images),
        configuration=None if configuration is None else tuple(sorted(configuration.items())),
    )


def _of_image(image: ImageReview) -> ImageAllowance:
    losses = frozenset(account.id for account in image.losing)
    gains = frozenset(account.id for account in image.gaining)
    keeps = frozenset(account.id for account in image.of(*_KEEP))
    return ImageAllowance(
        gains=gains,
        losses=losses,
        keeps=keeps - losses - gains,
        ecs=image.in_ecs,
        hidden_losses=any(
            hidden.direction is Direction.LOSS and hidden.share_leaves for hidden in image.hidden
        ),
        digests=image.digests,
        ends=tuple((change.account, change.until) for change in image.changes if change.until),
    )
