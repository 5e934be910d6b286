"""Whether an approval is of the stack that is at hand, still holds, and can be compared with a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.stack_history import binding, last_updates
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.review.approval_comparison import Approval
from alicloud_image_share.review.binding import Binding
from alicloud_image_share.review.model import SECRET, Review
from alicloud_image_share.sharing.allowance import KEY_VARIABLE
from alicloud_image_share.stack_file.project import Project

_OF_A_FILE = (
    "the approval names no stack, because it is the review of a file:"
    " `image-share review --stack NAME --format json` writes one that does"
)


@dataclass(frozen=True, slots=True)
class ApprovalCheck:
    """One approval, for a run of one stack."""

    approval: Approval
    project: Project
    variables: Mapping[str, str]
    cli: PulumiCli

    def belongs_elsewhere(self, plan: StackResult) -> tuple[str, ...]:
        """Return in words why the approval is not of this stack; raise ShareError."""
        if self.approval.binding is None:
            return (_OF_A_FILE,)
        return tuple(self.approval.binding.belongs_elsewhere(self._present(plan)))

    def is_done(self, plan: StackResult) -> bool:
        """Tell whether everything that was approved is done already."""
        return not plan.changes and self.approval.is_done(plan.shared)

    def differences(self, plan: StackResult, review: Review, *, has_key: bool) -> tuple[str, ...]:
        """Return in words what the plan is, and the approval is not; raise ShareError as above."""
        outdated: tuple[str, ...] = ()
        if self.approval.binding and plan.changes:
            names = frozenset(change.name for change in plan.changes)
            updates = last_updates(self.project, plan.stack, self.variables, self.cli)
            outdated = tuple(self.approval.binding.is_outdated(self._present(plan), names, updates))
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

    def _present(self, plan: StackResult) -> Binding:
        return replace(binding(self.project, plan.stack, self.variables, self.cli), stack=plan.full_name)
