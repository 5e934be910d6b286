"""A project as `image-share init` makes it, and the command run in it."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.commands.main import main
from alicloud_image_simulator import OWNER, Simulator


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class ImageShareCommand:
    """The command line, run in this process."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Said:
        """Run it."""
        self.capture.readouterr()
        status = main([str(argument) for argument in arguments])
        gc.collect()  # an abandoned program is to go here, and not while pytest parses a source
        return Said(status, *self.capture.readouterr())


@dataclass(frozen=True, slots=True)
class StackProject:
    """A project with one stack, dev."""

    folder: Path
    command: ImageShareCommand

    def write(self, shares: Any, groups: Any = None, **settings: Any) -> None:
        """Write the stack file."""
        config = {"image-shares:shares": shares, "image-shares:groups": groups or {}, **settings}
        # JSON is YAML with every text in quotes.
        (self.folder / "Pulumi.dev.yaml").write_text(json.dumps({"config": config}))

    def run(self, command: str, *options: str) -> Said:
        """Run a command on the stack."""
        return self.command(command, "--stack", "dev", "--cwd", self.folder, *options)


@pytest.fixture
def image_share(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> ImageShareCommand:
    """The command, which may set the process's hook for the time of one test."""
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    return ImageShareCommand(capsys)


@pytest.fixture
def project(image_share: ImageShareCommand, tmp_path: Path) -> StackProject:
    """A new project."""
    assert image_share("init", tmp_path / "images").status == 0
    return StackProject(tmp_path / "images", image_share)


@pytest.fixture
def owner(cloud: Simulator, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The environment of the account that owns the images of the simulator."""
    variables = {
        "ALICLOUD_ACCESS_KEY": OWNER.key,
        "ALICLOUD_SECRET_KEY": OWNER.secret,
        "ALICLOUD_REGION": "cn-hangzhou",
        "ALICLOUD_PROTOCOL": "HTTP",
        "ALIBABA_CLOUD_ENDPOINT_ECS": cloud.address,
        "ALIBABA_CLOUD_ENDPOINT_STS": cloud.address,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables
