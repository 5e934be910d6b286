"""What a run may do that takes off access that has ended, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alicloud_image_share.cloud.outside_rules import OutsideRules
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.review.engine_step import EngineStep
from alicloud_image_share.review.model import Review, Standing
from alicloud_image_share.review.planned_share import Step
from alicloud_image_share.review.share_change import ShareChange, change
from alicloud_image_share.sharing.access_end import ended
from alicloud_image_share.sharing.allowance import Allowance, ImageAllowance
from alicloud_image_share.sharing.model import NO_ACCOUNTS
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_share.sharing.rule_settings import END_UNATTENDED, read_rules

NOT_ALLOWED = (
    f"{END_UNATTENDED}: the stack does not allow a run that takes off ended access without a review;"
    " set it to true, or run up"
)


def may_end_unattended(configuration: Mapping[str, Any], outside: OutsideRules) -> bool:
    """Tell whether the stack allows such a run, and no rule from outside of the project forbids it."""
    value = configuration.get(END_UNATTENDED)
    text = None if value is None else str(value).lower()
    rules = read_rules({END_UNATTENDED: text}.get, [])
    return rules.end_unattended is True and all(each.end_unattended is not False for each in outside.rules)


@dataclass(frozen=True, slots=True)
class EndedAccess:
    """The part of a plan that takes off access that has ended."""

    targets: tuple[str, ...]
    """The urns of the shares of which nothing else changes."""
    allowed: Allowance
    """What the run may do."""
    left: tuple[str, ...]
    """Shares that have such accounts, and change in another way, too: a line each."""

    @property
    def without_targets(self) -> str:
        """What a run says that takes nobody off."""
        what = "the access that has ended" if self.left else "no access that has ended"
        return f"nothing was changed: {what} is left"


def ended_access(plan: StackResult, review: Review, now: datetime) -> EndedAccess:
    """Return what a plan takes off because it has ended, by the notes in state."""
    images = {image.image: image for image in review.images}
    secret = {notice.image for notice in plan.notices if notice.kind is Kind.ENDED and not notice.accounts}
    targets: list[str] = []
    left: list[str] = []
    losses: dict[str, frozenset[str]] = {}
    for step, of_share in _changes(plan):
        gone = frozenset(ended(of_share.loses or {}, now))
        if not gone and of_share.image not in secret:
            continue
        image = images.get(of_share.image)
        losing = frozenset(account.id for account in image.losing) if image else NO_ACCOUNTS
        reason = _reason(of_share, gone)
        if not reason and image and image.of(Standing.LOSES_UNLISTED):
            reason = "other accounts change, too"
        if reason:
            where = f"{of_share.name} {of_share.image}"
            left.append(f"{where}: access that has ended is left, because {reason}; run up")
        elif gone <= losing:
            targets.append(step.urn)
            losses[of_share.image] = losses.get(of_share.image, NO_ACCOUNTS) | gone
    images_allowed = tuple((image, ImageAllowance(losses=accounts)) for image, accounts in losses.items())
    configuration = plan.configuration
    allowed = Allowance(
        images_allowed, None if configuration is None else tuple(sorted(configuration.items()))
    )
    return EndedAccess(tuple(targets), allowed, tuple(left))


def _changes(plan: StackResult) -> Iterator[tuple[EngineStep, ShareChange]]:
    for step in plan.facts.steps if plan.facts else ():
        of_share = change(step, planned=True)
        if of_share and of_share.step is not Step.DRIFT:
            yield step, of_share


def _reason(of_share: ShareChange, gone: frozenset[str]) -> str:
    """Return what else changes about a share, in words; empty for nothing."""
    if of_share.loses is None or of_share.gains is None:
        return "its accounts are secret or not known"
    if of_share.step is not Step.UPDATE:
        return "the share itself leaves or is replaced"
    if of_share.gains or of_share.renoted or of_share.loses.keys() != gone or of_share.in_ecs is not None:
        return "other accounts change, too"
    if of_share.field_changes:
        return f"{', '.join(sorted(change.field for change in of_share.field_changes))} changes, too"
    return ""
