"""A module of the project's folder is not imported in place of one that our processes need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alicloud_image_share.cloud.command_output import SAFE_PATH, output_of
from alicloud_image_share.engine.environment import safe_path
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import put_images
from tests.support.command_line import StackProject
from tests.support.stack_files import golden

MODULES = ("yaml", "click", "requests", "rich", "grpc", "dill", "pulumi")
needs_safe_path = pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 knows no safe path")


@pytest.fixture
def python_of_providers() -> dict[str, str]:
    """Providers are processes of their own, which import all that they need."""
    return {}


@pytest.fixture
def mark(project: StackProject, tmp_path: Path) -> Path:
    """A file that is there as soon as a module of the project has been imported."""
    mark = tmp_path / "imported"
    for name in MODULES:
        (project.folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write('{name} ')\n")
    return mark


@needs_safe_path
@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_provider_imports_no_module_of_the_project(cloud: Simulator, project: StackProject, mark: Path):
    put_images(cloud, "m-1")
    project.write(golden({"1550809237710001": ""}))

    assert project.run("up", "--yes").status == 0
    assert not mark.exists()


def test_command_that_python_runs_as_a_module_imports_none_of_the_folder(project: StackProject, mark: Path):
    project.write(golden({"1550809237710001": ""}))
    command = [sys.executable, "-m", "alicloud_image_share", "validate"]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)

    assert (done.returncode, mark.exists()) == (0, False), done.stderr


def test_variable_of_ours_does_not_reach_the_command_of_a_profile(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SAFE_PATH, raising=False)
    for name, value in safe_path(os.environ).items():
        monkeypatch.setenv(name, value)
    show = [sys.executable, "-c", f"import os; print(os.environ.get('{SAFE_PATH}'))"]

    assert output_of(show, 60) == b"None\n"

    monkeypatch.setenv(SAFE_PATH, "1")
    assert (output_of(show, 60), safe_path(os.environ)) == (b"1\n", {})
