"""What `image-share review` does, from a file or a run to the text that is written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from rich.console import Console

from alicloud_image_share.errors import ShareError
from alicloud_image_share.project import NoProjectError, Project, find_project
from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.broken_rules import with_broken_rules
from alicloud_image_share.review.facts import PreviewFacts
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.reading import read_preview
from alicloud_image_share.review.rotated import declared_in
from alicloud_image_share.review.terminal import to_terminal
from alicloud_image_share.stack_file import ShareDefinition

FORMATS: Mapping[str, Callable[[Review], str]] = {
    "terminal": lambda found: to_terminal(found).plain,
    "markdown": to_markdown,
    "html": to_html,
    "json": to_json,
}


class FileError(ShareError):
    """A file cannot be read or written."""


def review_of_file(path: str, stack: str | None, folder: Path) -> Review:
    """Return the review of what `pulumi preview --json` has printed into a file; `-` is the input."""
    facts = read_preview(sys.stdin.read() if path == "-" else read(Path(path)))
    found = review(facts, _declared(folder, stack or facts.stack, facts))
    return with_broken_rules(found, facts.config)


def show(found: Review, form: str, output: Path | None) -> None:
    """Write a review where it is wanted, in colour where that is a terminal."""
    if output:
        write(output, FORMATS[form](found))
    elif form == "terminal" and sys.stdout.isatty():
        Console(highlight=False).print(to_terminal(found), soft_wrap=True, end="")
    else:
        sys.stdout.write(FORMATS[form](found))


def read(path: Path) -> str:
    """Return the text of a file; raise FileError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise FileError(f"{path} cannot be read: {error}.") from error


def write(path: Path, text: str) -> None:
    """Write a file; raise FileError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error}.") from error


def _declared(folder: Path, stack: str | None, facts: PreviewFacts) -> tuple[ShareDefinition, ...]:
    """Return what the stack file declares, where the folder is that of the previewed project."""
    project = _project(folder)
    if not (project and stack and project.settings.get("name") == facts.project):
        return ()
    return declared_in(facts, partial(project.declared, stack))


def _project(folder: Path) -> Project | None:
    try:
        return find_project(folder)
    except NoProjectError:
        # A review needs none: the preview may have been made anywhere.
        return None
