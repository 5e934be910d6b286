"""A Pulumi project whose program is a function, run on the real engine against the simulator."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

import yaml
from pulumi import automation

from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.workspace import LeanStack, StackInitMode, Workspace
from alicloud_image_share.sharing.field_names import python_names
from alicloud_image_simulator import OWNER, Account, Simulator
from tests.support.stacks import ENCRYPTION, encrypted, make_stack, shares_in_state, shares_of, state_file

Program = Callable[[], None]
LIMIT = 120
"""Seconds that one engine command may take; then it is interrupted, and soon after that stopped."""


@dataclass
class Result:
    """What the engine did and said."""

    succeeded: bool
    output: str
    steps: dict[str, str] = field(default_factory=dict)
    """Name of a resource → the operation that was planned for it, as a preview shows it."""
    details: dict[str, dict[str, str]] = field(default_factory=dict)
    """Name of a resource → path of a property → add, delete, update …"""
    warnings: list[str] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)

    @property
    def messages(self) -> str:
        return "\n".join((*self.warnings, *self.infos))


class Project:
    """One stack of one project; `program` is what its next command runs."""

    def __init__(self, cloud: Simulator, folder: Path, *, name: str = "dev", owner: Account = OWNER) -> None:
        self.cloud = cloud
        self.program: Program = lambda: None
        self.cli = PulumiCli()
        settings = automation.ProjectSettings(name="shares", runtime="python")
        workspace = Workspace(
            work_dir=str(folder), project_settings=settings, program=self._run, pulumi_command=self.cli
        )
        state = Path(os.environ["PULUMI_BACKEND_URL"].removeprefix("file://"))
        make_stack(state, "shares", name)
        self._file = folder / f"Pulumi.{name}.yaml"
        self.stack = LeanStack(name, workspace, StackInitMode.SELECT)
        self.configure(owner)

    def _run(self) -> None:
        self.program()

    def configure(self, owner: Account = OWNER, **image_shares: Any) -> None:
        """Configure the credentials of an account and the loopback endpoints."""
        hosts = dict.fromkeys(("ecs", "ecd", "ens", "swas", "sts"), self.cloud.address)
        values = {
            "alicloud:region": "cn-hangzhou",
            "alicloud:accessKey": {"secure": encrypted(owner.key)},
            "alicloud:secretKey": {"secure": encrypted(owner.secret)},
            "alicloud:protocol": "HTTP",
            "alicloud:endpoints": json.dumps([hosts]),
        }
        for key, value in image_shares.items():
            values[f"image-shares:{key}"] = value if isinstance(value, str) else json.dumps(value)
        known = yaml.safe_load(self._file.read_text())["config"] if self._file.exists() else {}
        self._file.write_text(json.dumps({"config": {**known, **values}, **ENCRYPTION}))

    def preview(self, **options: Any) -> Result:
        return self._do(self.stack.preview, options)

    def up(self, **options: Any) -> Result:
        return self._do(self.stack.up, options)

    def refresh(self, **options: Any) -> Result:
        return self._do(self.stack.refresh, {"run_program": True, **options})

    def destroy(self, **options: Any) -> Result:
        return self._do(self.stack.destroy, {"run_program": True, **options})

    def state(self) -> dict[str, dict[str, Any]]:
        """Give name → what state holds of each share, with secrets decrypted."""
        # To ask the engine takes it 0.15 s; only the engine decrypts.
        if '"ciphertext"' not in self.stored_text():
            return shares_in_state(state_file(self.stack.name, project="shares"))
        return shares_of(self.stack.export_stack().deployment)

    def stored_text(self) -> str:
        """Give the stack's state as it is stored, with secrets encrypted."""
        return state_file(self.stack.name, project="shares").read_text()

    def outputs(self, name: str) -> dict[str, Any]:
        """Give the outputs of one share in state; those of a native one by the names of Python, too."""
        outputs: dict[str, Any] = self.state()[name]["outputs"]
        return {**outputs, **python_names(outputs)}

    def _do(self, command: Callable[..., Any], options: dict[str, Any]) -> Result:
        lines: list[str] = []
        result = Result(succeeded=True, output="")
        interruptions = [Timer(LIMIT + more, self.cli.interrupt) for more in (0, 10)]
        try:
            for interruption in interruptions:
                interruption.start()
            command(
                on_output=lines.append,
                on_error=lines.append,
                on_event=lambda event: _note(result, event),
                color="never",
                **options,
            )
        except automation.CommandError as exc:
            result.succeeded = False
            lines.append(str(exc))
        finally:
            for interruption in interruptions:
                interruption.cancel()
            # The Automation API abandons the program of a run that failed: it is to go here, and not while
            # pytest parses a source.
            gc.collect()
        result.output = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
        return result


def _note(result: Result, event: automation.EngineEvent) -> None:
    if event.diagnostic_event and event.diagnostic_event.severity in ("warning", "info"):
        kept = result.warnings if event.diagnostic_event.severity == "warning" else result.infos
        kept.append(event.diagnostic_event.message.strip())
    if event.resource_pre_event:
        metadata = event.resource_pre_event.metadata
        name = metadata.urn.rpartition("::")[2]
        if metadata.type.endswith("ImageShare"):
            result.steps.setdefault(name, str(getattr(metadata.op, "value", metadata.op)))
            for path, detail in (metadata.detailed_diff or {}).items():
                kind = getattr(detail, "diff_kind", None) or getattr(detail, "kind", None)
                result.details.setdefault(name, {})[path] = str(getattr(kind, "value", kind))
