"""One command on one stack, from the project's folder to the exit status."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from secrets import token_hex

from alicloud_image_share.cloud.end_settings import decided_time, time_of
from alicloud_image_share.cloud.outside_rules import outside_files, read_outside_rules
from alicloud_image_share.engine.agreed_run import agreed_variables
from alicloud_image_share.engine.approval_check import ApprovalCheck, approval_check
from alicloud_image_share.engine.complete_review import complete_review
from alicloud_image_share.engine.ended_access import NOT_ALLOWED, ended_access, may_end_unattended
from alicloud_image_share.engine.environment import engine_environment, refuse_plugins
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.operation import Operation
from alicloud_image_share.engine.other_stacks import OtherStacks, other_stacks
from alicloud_image_share.engine.pulumi_cli import find_cli, forwarded_to
from alicloud_image_share.engine.report import Report
from alicloud_image_share.engine.stack_history import present_stack
from alicloud_image_share.engine.stack_run import Runner, StackResult
from alicloud_image_share.engine.state_before_run import StateBeforeRun
from alicloud_image_share.engine.verdict import hand_over
from alicloud_image_share.review.agreement import allowance
from alicloud_image_share.review.approval_comparison import Approval
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.model import OWN_ECS, Level, Review
from alicloud_image_share.review.preview_facts import PreviewFacts, declared_in
from alicloud_image_share.review.risks import other_stacks_ecs_text, other_stacks_text, rules_on_losses
from alicloud_image_share.sharing.allowance import KEY_VARIABLE, Allowance, has_approval_key
from alicloud_image_share.stack_file.project import find_project

Agree = Callable[[str], bool]
"""Asks a question, and returns whether it is agreed to."""


class Session:
    """A project with its engine and surroundings found."""

    def __init__(self, folder: Path, report: Report, rules: Path | None = None, stack: str = "") -> None:
        # Without a key of the user's, a digest of secret accounts holds for this command alone.
        self._has_key = has_approval_key(os.environ)
        project = self._project = find_project(folder)
        refuse_plugins(project)
        around = engine_environment(project, os.environ, stack)
        self._report = report
        self._say = partial(report.message, "info")
        for choice in around.choices:
            self._say(choice)
        self._cli = find_cli(project.folder, self._say)
        key = {} if self._has_key else {KEY_VARIABLE: token_hex(32)}
        files = outside_files(os.environ, rules)
        self._variables = {**around.variables, **key, **files, **decided_time(os.environ)}
        self._outside = read_outside_rules(files)
        self._others: dict[str, OtherStacks] = {}
        self._before = StateBeforeRun(project, self._variables, self._cli, report)
        self._runner = Runner(project, self._cli, self._variables, report, self._before.keys)

    def perform(self, operation: Operation, stack: str, *, refresh: bool = False) -> ExitStatus:
        """Carry out an operation; return the exit status."""
        return self._run(operation, stack, refresh).status

    def destroy_if_agreed(self, stack: str, agree: Agree) -> ExitStatus:
        """Show what a destroy would do, and carry it out if that is agreed to; return the exit status."""
        plan = self._run(Operation.PREVIEW_DESTROY, stack)
        if plan.failure:
            return plan.status
        # A destroy goes by state: what the program configures is not compared.
        allowed = allowance(review(plan.facts or PreviewFacts(stack)), None)
        return self._if_agreed(Operation.DESTROY, plan, agree, allowed)

    def review(self, stack: str, *, refresh: bool = False, approves: bool = False) -> Review:
        """Return the review of a preview made now; one that `approves` says what it is of."""
        # Read first: an update meanwhile then counts as one after the review.
        here = (self._project, stack, self._variables, self._cli)
        present = present_stack(*here, updates=1) if approves else None
        if present:
            self._before.take(stack, present.deployment)
        plan = self._perform(Operation.PREVIEW, stack, refresh, reviewed=True)
        result = self._review(plan)
        if not self._has_key:
            result = replace(
                result, images=tuple(replace(image, digests=frozenset()) for image in result.images)
            )
        known = present.binding if present and plan.full_name else None
        return replace(result, binding=known and replace(known, stack=plan.full_name))

    def up(
        self,
        stack: str,
        *,
        refresh: bool = False,
        approval: Approval | None = None,
        agree: Agree | None = None,
    ) -> ExitStatus:
        """Carry out what is planned now, unless it breaks a rule; return the exit status.

        With an approval only if it is what was approved, with `agree` only if that says so.
        """
        rules = rules_on_losses(self._project.configuration(stack), self._outside)
        if not (approval or agree or rules):
            return self.perform(Operation.UP, stack, refresh=refresh)
        plan = self._run(Operation.PREVIEW, stack, refresh)
        if plan.failure:
            return plan.status
        here = (plan, self._project, self._variables, self._cli)
        check = approval_check(approval, *here) if approval else None
        if check and (elsewhere := check.belongs_elsewhere()):
            return self._refused((), elsewhere)
        if check and check.is_done(plan):
            verdict = "all of it is done already: nothing was changed"
            self._say(verdict)
            hand_over(verdict)
            return ExitStatus.NOTHING
        return self._up_as_planned(plan, check, agree, refresh)

    def up_only_ended(self, stack: str) -> ExitStatus:
        """Take off access that has ended, and nothing else; return the exit status, 2 where some is left."""
        plan = self._run(Operation.PREVIEW, stack)
        if plan.failure:
            return plan.status
        configuration = {**self._project.configuration(stack), **(plan.configuration or {})}
        if not may_end_unattended(configuration, self._outside):
            return self._refused((NOT_ALLOWED,), ())
        access = ended_access(plan, self._review(plan), time_of(self._variables))
        for line in access.left:
            self._report.message("warning", line)
        left = ExitStatus.DIFFERENT if access.left else ExitStatus.NOTHING
        if not access.targets:
            self._say(access.without_targets)
            return left
        done = self._run(Operation.UP, stack, allowed=access.allowed, targets=access.targets)
        return ExitStatus.worst((done.status, left))

    def _up_as_planned(
        self, plan: StackResult, check: ApprovalCheck | None, agree: Agree | None, refresh: bool
    ) -> ExitStatus:
        """Carry out a plan that breaks no rule and is what was approved or is agreed to, and nothing else."""
        result = self._review(plan)
        broken_rules = [risk.text for risk in result.risks if risk.level is Level.RULE]
        differences = check.differences(plan, result, has_key=self._has_key) if check else ()
        for risk in result.risks:
            if risk.level in (Level.LOOSENED_RULE, Level.CALLED_OTHERWISE):
                self._report.message("warning", " ".join(filter(None, (risk.name, risk.image, risk.text))))
        for line in result.not_checked:
            self._report.message("warning", f"not checked: {line}")
        if broken_rules or differences:
            return self._refused(broken_rules, differences)
        allowed = allowance(result, plan.configuration)
        if agree:
            return self._if_agreed(Operation.UP, plan, agree, allowed, refresh=refresh)
        return self._run(Operation.UP, plan.stack, refresh, allowed).status

    def _refused(self, broken_rules: Sequence[str], differences: Sequence[str]) -> ExitStatus:
        """Say which rules a plan breaks and where it is not what was approved; return the exit status."""
        for line in (*broken_rules, *differences):
            self._report.message("error", line)
            hand_over(line)
        why = "this is not what was approved; review it again" if differences else "a rule is broken"
        self._say(f"nothing was changed: {why}")
        return ExitStatus.BROKEN

    def _if_agreed(
        self,
        operation: Operation,
        plan: StackResult,
        agree: Agree,
        allowed: Allowance,
        *,
        refresh: bool = False,
    ) -> ExitStatus:
        """Carry out what was shown, and nothing else, if that is agreed to."""
        if plan.changes and not agree(f"{operation.value} of stack {plan.stack}: carry this out?"):
            self._say("nothing was changed")
            return ExitStatus.FAILED
        return self._run(operation, plan.stack, refresh, allowed).status

    def _review(self, plan: StackResult) -> Review:
        configuration = self._project.configuration(plan.stack)
        facts = replace(plan.facts or PreviewFacts(plan.stack), config=configuration)
        declared = declared_in(facts, partial(self._project.declared, plan.stack))
        others = partial(self._other_stacks, plan.stack)
        imported = self._project.environments(plan.stack)
        return complete_review(facts, declared, self._outside, os.environ, others, imported)

    def _run(
        self,
        operation: Operation,
        stack: str,
        refresh: bool = False,
        allowed: Allowance | None = None,
        targets: Sequence[str] = (),
    ) -> StackResult:
        result = self._perform(operation, stack, refresh, allowed, targets)
        self._report.finished(result)
        if operation.plans and (result.net_access.losses or result.net_access.off_in_ecs):
            self._warn_of_other_stacks(result)
        return result

    def _other_stacks(self, stack: str) -> OtherStacks:
        """Return what other stacks list, read once for a command."""
        if stack not in self._others:
            self._others[stack] = other_stacks(self._project, stack, self._variables)
        return self._others[stack]

    def _warn_of_other_stacks(self, plan: StackResult) -> None:
        """Name each loss of what another stack of the project lists or asks for on the same image."""
        others, net = self._other_stacks(plan.stack), plan.net_access
        for image, account in sorted(net.losses):
            if stacks := others.listed_by.get((image, account)):
                loss = f"{image}: {account} loses access"
                self._report.message("warning", f"{loss}; {other_stacks_text(stacks)}")
        for image in sorted(net.off_in_ecs):
            if stacks := others.listed_by.get((image, OWN_ECS)):
                self._report.message("warning", f"{image}: {other_stacks_ecs_text(stacks)}")
        for line in others.not_read_of({*net.off_in_ecs, *(image for image, _ in net.losses)}):
            self._report.message("warning", f"not checked: {line}")

    def _perform(
        self,
        operation: Operation,
        stack: str,
        refresh: bool,
        allowed: Allowance | None = None,
        targets: Sequence[str] = (),
        *,
        reviewed: bool = False,
    ) -> StackResult:
        with (
            forwarded_to(self._cli, self._say),
            self._report.progress(partial(self._project.share_count, stack)),
        ):
            not_read = self._before.read(stack)
            with agreed_variables(allowed, self._before.owned(stack)) as variables:
                result = self._runner.run(
                    operation,
                    stack,
                    refresh=refresh,
                    reviewed=reviewed,
                    more_variables=variables,
                    targets=targets,
                )
        if not_read and not result.failure:
            # Where the run failed, it has said the same by itself.
            self._report.message("warning", not_read)
        return result
