"""What was found about one thing that a run needs: one line, with the fix where there is something to fix."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from alicloud_image_share.sharing.printable_text import json_text


class Level(enum.Enum):
    """How it stands; the value is how a line begins."""

    OK = "ok"
    NOTE = "note"
    """Nothing that stops a run, or something that could not be looked at."""
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line."""

    subject: str
    level: Level
    words: str
    fix: str = ""

    def __str__(self) -> str:
        """Return the line, aligned with its siblings as far as subjects are short."""
        return f"{self.level.value:<4}  {self.subject:<28}  {': '.join(filter(None, (self.words, self.fix)))}"


def failed(findings: Sequence[Finding]) -> bool:
    """Tell whether something has to be fixed."""
    return any(finding.level is Level.FAIL for finding in findings)


def to_json(findings: Sequence[Finding]) -> str:
    """Return everything as a document."""
    checks = [
        {
            "subject": finding.subject,
            "level": finding.level.value.lower(),
            "words": finding.words,
            "fix": finding.fix or None,
        }
        for finding in findings
    ]
    return json_text({"ok": not failed(findings), "checks": checks})
