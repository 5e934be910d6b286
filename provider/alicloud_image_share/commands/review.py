"""What `image-share review` does, from a file or a run to the text that is written and the exit status."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from alicloud_image_share.cloud.outside_rules import outside_files, read_outside_rules
from alicloud_image_share.commands.files import read_output, write
from alicloud_image_share.engine.complete_review import complete_review
from alicloud_image_share.engine.console import console
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.other_stacks import other_stacks
from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.model import Direction, Level, Review
from alicloud_image_share.review.origin import Origin
from alicloud_image_share.review.preview_facts import PreviewFacts, declared_in
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.short import to_short
from alicloud_image_share.review.terminal import to_terminal
from alicloud_image_share.stack_file.project import Project, project_of


def _to_html(review: Review) -> str:
    # The templates take as long to import as all else that a run without a page needs.
    from alicloud_image_share.review.page import to_html  # noqa: PLC0415

    return to_html(review)


FORMATS: Mapping[str, Callable[[Review], str]] = {
    "terminal": lambda review: to_terminal(review).plain,
    "markdown": to_markdown,
    "html": _to_html,
    "json": to_json,
    "short": to_short,
}

FAIL_ON = ("none", "rule", "risk", "loss", "difference")
"""What can be selected to give a status other than 0."""


def review_of_file(path: str, stack: str | None, folder: Path, rules: Path | None = None) -> Review:
    """Return the review of what `pulumi preview --json` has printed into a file; `-` is the input."""
    facts = read_output(path, read_preview)
    project, stack = _project(folder, facts), stack or facts.stack
    declared = declared_in(facts, partial(project.declared, stack)) if project and stack else ()
    others = partial(other_stacks, project, stack, None) if project and stack else None
    imported = project.environments(stack) if project and stack else None
    outside = read_outside_rules(outside_files(os.environ, rules))
    return complete_review(facts, declared, outside, {}, others, imported)


def show(review: Review, form: str, output: Path | None) -> None:
    """Write a review where it is wanted, in colour where that is a terminal."""
    if form == "terminal" and not output:
        console().print(to_terminal(review), soft_wrap=True, end="")
    else:
        write(FORMATS[form](review), output)


def with_origin(review: Review, approval: Path | None, *, can_run: bool) -> Review:
    """Return a review that says where it comes from; `approval` is the file that it goes into as JSON."""
    file = "" if approval is None else str(approval)
    return replace(review, origin=Origin.now(os.environ, approval=file, can_run=can_run))


def exit_status(review: Review, fail_on: Collection[str] = ()) -> ExitStatus:
    """Return the status; without a selection 3 is a broken rule and 2 any difference, with one only that.

    A loosened rule counts as a broken one where `rule` is selected.

    An incomplete review is an error whatever is selected, or a broken rule if that is all it failed for. That
    nothing differs is an error, too, as long as something could not be read.
    """
    if not review.complete:
        return ExitStatus.BROKEN if review.only_rules else ExitStatus.FAILED
    selected = fail_on or ("rule", "difference")
    loses = any(change.direction == Direction.LOSS.value for change in review.changes)
    loosened = "rule" in fail_on and any(risk.level is Level.LOOSENED_RULE for risk in review.risks)
    broken = {"rule": review.breaks_a_rule or loosened, "risk": bool(review.risks), "loss": loses}
    if any(broken.get(name) for name in selected):
        return ExitStatus.BROKEN
    if "difference" not in selected:
        return ExitStatus.NOTHING
    unread = ExitStatus.FAILED if review.is_unread else ExitStatus.NOTHING
    return ExitStatus.DIFFERENT if review.says_something else unread


def _project(folder: Path, facts: PreviewFacts) -> Project | None:
    """Return the project of a folder, where it is that of the preview."""
    project = project_of(folder)
    # A review needs none: the preview may have been made anywhere.
    return project if project and project.settings.get("name") == facts.project else None
