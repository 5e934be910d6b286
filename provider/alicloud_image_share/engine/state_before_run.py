"""What state says of a stack before a command runs anything on it, read once for a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alicloud_image_share.engine.encryption_salt import keys_in_state
from alicloud_image_share.engine.exported_state import StateRefused, read_with
from alicloud_image_share.engine.interrupted import interrupted_shares
from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.report import Report
from alicloud_image_share.engine.stack_reading import owned_by_shares, read_deployment
from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle.owned_in_state import Owned
from alicloud_image_share.stack_file.project import Project


@dataclass(frozen=True, slots=True)
class StateBeforeRun:
    """What was read of each stack; who may have access after an interrupted run is named once."""

    project: Project
    variables: Mapping[str, str]
    cli: PulumiCli
    report: Report
    _named: set[str] = field(default_factory=set)
    _owned: dict[str, Owned] = field(default_factory=dict)
    _keys: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def read(self, stack: str) -> str:
        """Read the state of a stack, and take it over; return what is not known, and why."""
        if stack in self._named:
            return ""
        try:
            self.take(stack, read_deployment(self.project, stack, self.variables, self.cli))
        except StateRefused:
            raise
        except ShareError as error:
            return f"not checked: whether an interrupted run has given access; {error}"
        finally:
            self._named.add(stack)
        return ""

    def take(self, stack: str, deployment: Mapping[str, Any]) -> None:
        """Name who may have access by a state that was read already; raise ShareError."""
        self._named.add(stack)
        self._owned[stack] = read_with(lambda: owned_by_shares(deployment))
        self._keys[stack] = read_with(lambda: keys_in_state(deployment))
        for share in read_with(lambda: interrupted_shares(deployment)):
            self.report.message("warning", str(share))

    def owned(self, stack: str) -> Owned:
        """Return which accounts the shares of a stack own, by the state that was read."""
        return self._owned.get(stack, {})

    def keys(self, stack: str) -> Mapping[str, str]:
        """Return what the file of a stack says of its secrets, by the state that was read."""
        return self._keys.get(stack, {})
