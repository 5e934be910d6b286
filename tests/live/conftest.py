"""The command against the simulator, without a project or with one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.commands.main import main
from alicloud_image_simulator import Simulator
from tests.support.command_line import Said
from tests.support.stack_files import write_stack_file

Command = Callable[..., Said]
StackWriter = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is no project yet."""
    path = tmp_path / "images"
    path.mkdir()
    return path


@pytest.fixture
def image_share(
    cloud: Simulator, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """The command line in the folder, as the account that owns the images."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        status = main([*arguments, "--cwd", str(folder)])
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture
def stack(folder: Path) -> StackWriter:
    """Writes the file of a stack of a project."""
    (folder / "Pulumi.yaml").write_text("name: images\nruntime: python\n")
    (folder / "__main__.py").write_text("import alicloud_image_share.stack_program\n")

    def write(shares: Any, groups: Any = None, name: str = "dev", **settings: Any) -> None:
        write_stack_file(folder, shares, groups, stack=name, **settings)

    return write
