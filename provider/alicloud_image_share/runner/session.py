"""One command on one stack, from the project's folder to the exit status."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from alicloud_image_share.project import find_project
from alicloud_image_share.review.approval import Approval
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.broken_rules import with_broken_rules
from alicloud_image_share.review.facts import PreviewFacts
from alicloud_image_share.review.model import Level, Review
from alicloud_image_share.runner.interruption import forwarded_to
from alicloud_image_share.runner.operation import Operation
from alicloud_image_share.runner.pulumi_cli import find_cli
from alicloud_image_share.runner.report import Report
from alicloud_image_share.runner.stack_run import Runner, StackResult
from alicloud_image_share.runner.surroundings import surroundings

DONE, FAILED, DIFFERENT, DISAPPROVED = 0, 1, 2, 3
"""Exit status."""

_PLAN_OF = {Operation.UP: Operation.PREVIEW, Operation.DESTROY: Operation.PREVIEW_DESTROY}


class Session:
    """A project with its engine and surroundings found."""

    def __init__(self, folder: Path, report: Report) -> None:
        project = self._project = find_project(folder)
        around = surroundings(project, os.environ)
        self._report = report
        self._say = partial(report.said, "info")
        for choice in around.choices:
            self._say(choice)
        self._cli = find_cli(project.folder, self._say)
        self._runner = Runner(project, self._cli, around.variables, report)

    def perform(self, operation: Operation, stack: str, *, refresh: bool = False) -> int:
        """Carry out an operation; return the exit status."""
        result = self._run(operation, stack, refresh)
        if result.failure:
            return FAILED
        return DIFFERENT if operation is Operation.PREVIEW and result.changes else DONE

    def perform_if_agreed(
        self, operation: Operation, stack: str, agree: Callable[[str], bool], *, refresh: bool = False
    ) -> int:
        """Show what an operation would do, and carry it out if that is agreed to; return the exit status."""
        plan = self._run(_PLAN_OF[operation], stack, refresh)
        if plan.failure:
            return FAILED
        if plan.changes and not agree(f"{operation.value} of stack {stack}: carry this out?"):
            self._say("nothing was changed")
            return FAILED
        return self.perform(operation, stack, refresh=refresh)

    def review(self, stack: str, *, refresh: bool = False) -> Review:
        """Return the review of a preview made now."""
        return self._review(self._perform(Operation.PREVIEW, stack, refresh))

    def perform_approved(self, stack: str, approval: Approval, *, refresh: bool = False) -> int:
        """Carry out what is planned now, if that is what was approved; return the exit status."""
        plan = self._run(Operation.PREVIEW, stack, refresh)
        if plan.failure:
            return FAILED
        found = self._review(plan)
        broken = [risk.text for risk in found.risks if risk.level is Level.RULE]
        differences = approval.differences(found)
        for line in (*broken, *differences):
            self._report.said("error", line)
        if broken or differences:
            why = "this is not what was approved" if differences else "a rule is broken"
            self._say(f"nothing was changed: {why}; review it again")
            return DISAPPROVED
        return self.perform(Operation.UP, stack, refresh=refresh)

    def _review(self, plan: StackResult) -> Review:
        facts = plan.facts or PreviewFacts(plan.stack)
        found = review(facts, self._project.declared(plan.stack))
        return with_broken_rules(found, self._project.configuration(plan.stack))

    def _run(self, operation: Operation, stack: str, refresh: bool) -> StackResult:
        result = self._perform(operation, stack, refresh)
        self._report.finished(result)
        return result

    def _perform(self, operation: Operation, stack: str, refresh: bool) -> StackResult:
        with forwarded_to(self._cli, self._say), self._report:
            return self._runner.run(operation, stack, refresh=refresh)
