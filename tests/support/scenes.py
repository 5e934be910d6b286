"""Stacks as an `up` has left them: it runs once in a session; later tests take its outcome from files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from alicloud_image_simulator import Simulator
from tests.support.command_line import StackProject


@dataclass(frozen=True, slots=True)
class Scenes:
    """Where a test begins: after an `up` of its stack that another test may have run."""

    folder: Path
    """What the `up` of each scene left; the processes of a session have it in common."""
    state: Path
    """The folder in which the engine of this test keeps its state."""
    cloud: Simulator

    def carry_out(self, project: StackProject, stack: str = "dev") -> None:
        """Bring the stack and the cloud to where `up` brings them, and forget the calls."""
        scene = self.folder / self._name(project, stack)
        if scene.exists():
            shutil.copytree(scene / "state", self.state, dirs_exist_ok=True)
            self.cloud.put_state(json.loads((scene / "cloud.json").read_text()))
        else:
            said = project.command("up", "--stack", stack, "--cwd", project.folder, "--yes")
            assert said.status == 0, said
            self._keep(scene)
        self.cloud.clear_calls()

    def _name(self, project: StackProject, stack: str) -> str:
        """Give one name to all tests that begin with this stack file, state and cloud."""
        files = [project.folder / f"Pulumi.{stack}.yaml", *sorted(self.state.glob(".pulumi/stacks/*/*.json"))]
        begins = [json.dumps(self.cloud.state()), *(file.read_text() for file in files)]
        return hashlib.sha256("\0".join(begins).encode()).hexdigest()

    def _keep(self, scene: Path) -> None:
        """Keep a scene whole or not at all: another process may look for it."""
        making = scene.with_name(f"{scene.name}.{os.getpid()}")
        shutil.copytree(self.state, making / "state")
        (making / "cloud.json").write_text(json.dumps(self.cloud.state()))
        try:
            making.rename(scene)
        except OSError:  # another process has kept it
            shutil.rmtree(making)
