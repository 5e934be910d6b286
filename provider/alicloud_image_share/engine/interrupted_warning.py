"""Who may have access because of an interrupted run, said once for a command: the engine forgets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from alicloud_image_share.engine.exported_state import StateRefused
from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.report import Report
from alicloud_image_share.engine.stack_reading import interrupted_in_state
from alicloud_image_share.errors import ShareError
from alicloud_image_share.stack_file.project import Project


@dataclass(frozen=True, slots=True)
class InterruptedWarning:
    """What names them, for each stack of a project once."""

    project: Project
    variables: Mapping[str, str]
    cli: PulumiCli
    report: Report
    _named: set[str] = field(default_factory=set)

    def name(self, stack: str) -> str:
        """Name who may have access; return what is not known, and why."""
        if stack in self._named:
            return ""
        self._named.add(stack)
        try:
            interrupted = interrupted_in_state(self.project, stack, self.variables, self.cli)
        except StateRefused:
            raise
        except ShareError as error:
            return f"not checked: whether an interrupted run has given access; {error}"
        for share in interrupted:
            self.report.message("warning", str(share))
        return ""
