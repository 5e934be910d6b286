"""Whether an approval is of the stack that is at hand, still holds, and can be compared with a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.stack_history import present_stack
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.review.approval_comparison import Approval
from alicloud_image_share.review.binding import Binding, Update
from alicloud_image_share.review.model import SECRET, Review
from alicloud_image_share.sharing.allowance import KEY_VARIABLE
from alicloud_image_share.stack_file.project import Project

_OF_A_FILE = (
    "the approval names no stack, because it is the review of a file:"
    " `image-share review --stack NAME --format json` writes one that does"
)

_STATE_CHANGED = (
    "the approval does not hold: by the state nothing of it is left to do, and no update has done it. State"
    " was imported or edited since: review it again, with --refresh"
)


@dataclass(frozen=True, slots=True)
class ApprovalCheck:
    """One approval, for a run of one stack."""

    approval: Approval
    present: Binding | None
    """What the stack is now; None where the approval is of no stack."""
    updates: Sequence[Update] = ()
    """The last updates of the stack, newest first."""

    def belongs_elsewhere(self) -> tuple[str, ...]:
        """Return in words why the approval is not of this stack."""
        if self.approval.binding is None or self.present is None:
            return (_OF_A_FILE,)
        return tuple(self.approval.binding.belongs_elsewhere(self.present))

    def is_done(self, plan: StackResult) -> bool:
        """Tell whether everything that was approved is done already, by updates since the approval."""
        return self._seems_done(plan) and not self._is_without_update()

    def _seems_done(self, plan: StackResult) -> bool:
        return not plan.changes and self.approval.is_done(plan.shared)

    def _is_without_update(self) -> bool:
        """Tell whether no update since the approval could have done it: an import writes state alone."""
        later = self.approval.binding.updates_since(self.updates) if self.approval.binding else None
        return later is not None and not any(update.runs_program for update in later)

    def differences(self, plan: StackResult, review: Review, *, has_key: bool) -> tuple[str, ...]:
        """Return in words what the plan is, and the approval is not."""
        outdated: tuple[str, ...] = ()
        if self._seems_done(plan) and self._is_without_update():
            outdated = (_STATE_CHANGED,)
        if self.approval.binding and self.present and plan.changes:
            names = frozenset(change.name for change in plan.changes)
            outdated = tuple(self.approval.binding.is_outdated(self.present, names, self.updates))
        return (
            *outdated,
            *self._about_secrets(review, has_key=has_key),
            *self.approval.differences(review, plan.shared),
        )

    def _about_secrets(self, review: Review, *, has_key: bool) -> Iterator[str]:
        images = sorted({change.image for change in review.changes if change.account == SECRET})
        if not images:
            return
        if not has_key:
            yield (
                f"the secret accounts of {', '.join(images)} cannot be compared: set {KEY_VARIABLE} for the"
                " review and for up"
            )
            return
        with_digests = {image for image, _ in self.approval.digests}
        without_digests = [image for image in images if image not in with_digests]
        if without_digests:
            yield (
                f"the approval holds no digest of the secret accounts of {', '.join(without_digests)}: set"
                f" {KEY_VARIABLE} for the review too"
            )


def approval_check(
    approval: Approval, plan: StackResult, project: Project, variables: Mapping[str, str], cli: PulumiCli
) -> ApprovalCheck:
    """Return the check of an approval of a planned stack; raise ShareError where that is not read."""
    if approval.binding is None:
        return ApprovalCheck(approval, None)
    present = present_stack(project, plan.stack, variables, cli)
    return ApprovalCheck(approval, replace(present.binding, stack=plan.full_name), present.updates)
