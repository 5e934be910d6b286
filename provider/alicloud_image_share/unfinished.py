"""What is said of an operation that ends without all that was asked: pure."""

from __future__ import annotations

from alicloud_image_share.errors import AnswerLost
from alicloud_image_share.model import Access
from alicloud_image_share.plan import Settlement
from alicloud_image_share.wording import Names, failure


def not_in_time(names: Names, settlement: Settlement, live: Access, lost: AnswerLost | None) -> str:
    """Say what the last read did not show; `lost` came in place of an answer to the last write."""
    missing = settlement.add - live.accounts
    left = settlement.leaving & live.accounts
    parts = [f"{names.each(missing)} not added"] if missing else []
    parts += [f"{names.each(left)} not removed"] if left else []
    if settlement.share_to_ecs not in (None, live.in_ecs):
        parts.append("the share to ECS not switched")
    how = names.said(lost).rstrip(".") if lost else "The cloud accepted the writes"
    return f"{how}, and when the time was up it showed {' and '.join(parts)}"


def changed_outside(names: Names, settlement: Settlement, live: frozenset[str]) -> str:
    """Say whom somebody took off outside of Pulumi, and what was done all the same."""
    gone = [names.each(settlement.unshared_outside)] if settlement.unshared_outside else []
    gone += ["the share to the owner's ECS"] if settlement.ecs_changed_outside else []
    done = f"{len(settlement.remove)} removed as asked; " if settlement.remove else ""
    return failure(
        f"updating {names.image}",
        "stopped before adding anybody",
        f"Changed outside of Pulumi since the last up: {', '.join(gone)}",
        f"{done}nobody was added; {len(live)} have access",
        "`pulumi up --refresh` shows and restores it, or change the program to what is live",
    )
