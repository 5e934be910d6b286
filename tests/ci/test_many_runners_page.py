"""docs/many-runners.md: its jobs fit together, and the shell of its lists runs on a real project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command_line import StackProject
from tests.support.stack_files import golden

PAGE = (Path(__file__).parents[2] / "docs/many-runners.md").read_text(encoding="utf-8")
_NIGHTLY, GITLAB = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
GITHUB = _NIGHTLY["jobs"]
STACKS = ("prod-beijing", "prod-hangzhou", "prod-shanghai")


@pytest.fixture
def stacks(new_project: StackProject) -> Path:
    """A project with the three stacks of the page, and one that is none of them."""
    for name in (*STACKS, "dev"):
        new_project.write(golden(["1550809237710001"]), stack=name)
    return new_project.folder


def shell(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a job's script where `image-share` is the command of this interpreter."""
    programs = Path(sys.executable).parent
    environment = {**os.environ, **variables, "PATH": os.pathsep.join([str(programs), os.environ["PATH"]])}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False, text=True, timeout=60
    )


def github_list(folder: Path, output: Path) -> subprocess.CompletedProcess[str]:
    (step,) = (step for step in GITHUB["list"]["steps"] if step.get("id") == "stacks")
    return shell(step["run"], folder, GITHUB_OUTPUT=str(output))


def gitlab_list(folder: Path) -> subprocess.CompletedProcess[str]:
    (check,) = (line for line in GITLAB["list"]["script"] if line.startswith("test "))
    return shell(check, folder, **GITLAB["list"]["variables"])


def test_list_of_github_gives_the_matrix_of_the_jobs(stacks: Path, tmp_path: Path):
    done = github_list(stacks, tmp_path / "output")

    assert done.returncode == 0, done.stderr
    name, _, value = (tmp_path / "output").read_text().strip().partition("=")
    matrix: Any = GITHUB["drift"]["strategy"]["matrix"]["stack"]
    assert matrix == "${{ fromJSON(needs.list.outputs." + name + ") }}"
    assert tuple(yaml.safe_load(value)) == STACKS


def test_list_of_github_fails_where_no_stack_matches(new_project: StackProject, tmp_path: Path):
    done = github_list(new_project.folder, tmp_path / "output")

    assert done.returncode == 1
    assert not (tmp_path / "output").exists()


def test_list_of_gitlab_passes_where_the_matrix_names_every_stack(stacks: Path):
    assert tuple(GITLAB["drift"]["parallel"]["matrix"][0]["STACK"]) == STACKS
    assert gitlab_list(stacks).returncode == 0


def test_list_of_gitlab_fails_where_a_stack_is_not_in_the_matrix(stacks: Path):
    (stacks / "Pulumi.prod-shenzhen.yaml").write_text((stacks / "Pulumi.dev.yaml").read_text())

    assert gitlab_list(stacks).returncode == 1
