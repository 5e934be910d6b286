"""A command whose standard streams are closed or full does what it does with them, and says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.support.cloud_state import live, put_images
from tests.support.command_line import StackProject
from tests.support.stack_files import golden

WEB = "1234567890123456"
COMMAND = [sys.executable, "-m", "alicloud_image_share"]


def run(closed: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command without some of its standard streams, which are closed as a shell spells that."""
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh"]
    return subprocess.run(
        [*shell, *COMMAND, *arguments],
        cwd=folder,
        env=dict(os.environ),
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["schema", "stacks"])
def test_command_whose_streams_are_closed_does_without_them(made_project: Path, closed: str, command: str):
    said = run(closed, made_project, command)

    assert "Traceback" not in said.stderr
    assert (said.returncode, said.stderr) == (0, "")
    assert bool(said.stdout) == (">&-" not in closed.replace("2>&-", ""))


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_up_whose_streams_are_closed_is_carried_out(cloud: Simulator, project: StackProject, closed: str):
    put_images(cloud, "m-1")
    project.write(golden([WEB]))

    said = run(closed, project.folder, "up", "--stack", "dev", "--yes")

    assert (said.returncode, said.stderr) == (0, "")
    assert live(cloud) == {WEB}


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_up_whose_output_cannot_be_written_is_carried_out_and_says_so_in_a_sentence(
    cloud: Simulator, project: StackProject
):
    put_images(cloud, "m-1")
    project.write(golden([WEB]))

    said = run(">/dev/full", project.folder, "up", "--stack", "dev", "--yes")

    assert (said.returncode, said.stderr) == (
        1,
        "error: The output cannot be written: No space left on device.\n",
    )
    assert live(cloud) == {WEB}
