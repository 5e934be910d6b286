"""A copy of an example, beside a simulator that has its images."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from alicloud_image_share.stack_file.project import find_project
from alicloud_image_simulator import Simulator
from tests.support.stacks import make_stack

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example(
    cloud: Simulator, engine_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], Path]:
    """Give a function that copies an example and goes there; its commands call the simulator.

    Its stacks are there, and empty.
    """
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)

    def copy(name: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns(".state", "__pycache__"))
        monkeypatch.chdir(folder)
        for stack in find_project(folder).stacks():
            make_stack(Path(engine_environment["HOME"], "state"), name, stack)
        return folder

    return copy
