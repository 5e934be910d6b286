"""Two runners that share nothing but a PostgreSQL do disjoint halves of 200 images; one of them dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.crash.stack import LIMIT, MODIFY, ended, until
from tests.support.command_line import image_share_process
from tests.support.stack_files import share, write_stack_file

pytestmark = pytest.mark.engine

ACCOUNTS = [str(1_550_000_000_000_000 + n) for n in range(3)]
HALVES = ("east", "west")
STACKS = 2
IMAGES = 50
"""Images of one stack, of which each half has two."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A runner with a checkout, a home and engine files of its own."""

    home: Path

    @property
    def folder(self) -> Path:
        """The checkout of the project."""
        return self.home / "images"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command of the project, in a session of its own."""
        return subprocess.Popen(
            [*image_share_process(), *arguments, "--cwd", self.folder],
            env={**os.environ, "HOME": str(self.home), "PULUMI_HOME": str(self.home / ".pulumi")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def stacks_of(self, half: str) -> list[str]:
        """Ask the command for the stacks of a half, as the list of a CI's matrix is made."""
        status, output = ended(self.start("stacks", f"{half}-*", "--format", "json"))
        assert status == 0, output
        names: list[str] = json.loads(output)
        return names


def images_of(stack: str) -> list[str]:
    return [f"m-{stack}-{number}" for number in range(IMAGES)]


@pytest.fixture
def machines(
    project_folder: Path, cloud: Simulator, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Machine, Machine]:
    """Two machines with a checkout each; 200 images that nobody can use."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", database)
    stacks = [f"{half}-{number}" for half in HALVES for number in range(STACKS)]
    for stack in stacks:
        shares = {image: share(ACCOUNTS, image=image) for image in images_of(stack)}
        write_stack_file(project_folder, shares, stack=stack)
    images = [{"service": "ecs", "image_id": image} for stack in stacks for image in images_of(stack)]
    cloud.put_state({"images": images})
    for name in ("first", "second"):
        shutil.copytree(project_folder, tmp_path / name / "images")
    return Machine(tmp_path / "first"), Machine(tmp_path / "second")


def shared_by(cloud: Simulator, half: str) -> int:
    """Count the images of a half that everybody asked for can use."""
    images = cloud.state()["images"]
    return sum(
        image["image_id"].startswith(f"m-{half}") and set(image["accounts"]) == set(ACCOUNTS)
        for image in images
    )


def test_half_of_a_killed_runner_is_finished_by_the_other_one(
    machines: tuple[Machine, Machine], cloud: Simulator
):
    first, second = machines
    halves = {half: first.stacks_of(half) for half in HALVES}
    assert [len(stacks) for stacks in halves.values()] == [STACKS, STACKS]
    killed = first.start("up", "--stack", "east-*", "--jobs", "1", "--yes")
    finishing = second.start("up", "--stack", "west-*", "--jobs", "1", "--yes")

    # The first machine is switched off in the middle of its half.
    assert until(lambda: shared_by(cloud, "east") > IMAGES // 5, seconds=LIMIT)
    kill_machine(killed, first)
    before = shared_by(cloud, "east")
    status, output = ended(finishing)
    assert status == 0, output
    assert shared_by(cloud, "west") == STACKS * IMAGES
    assert before < STACKS * IMAGES

    for stack in halves["east"]:
        release(second, stack)
    status, output = ended(second.start("up", "--stack", "east-*", "--jobs", "2", "--yes"))
    assert status == 0, output
    assert shared_by(cloud, "east") == STACKS * IMAGES
    assert_each_image_was_written_once(cloud)


def kill_machine(command: subprocess.Popen[str], machine: Machine) -> None:
    """Kill the command and whatever it has started: each stack runs in a session of its own."""
    marker = f"HOME={machine.home}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or belongs to somebody else
            if marker in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
    command.communicate(timeout=LIMIT)


def release(machine: Machine, stack: str) -> None:
    """Take off the lock of the killed run, as its message says; a stack that it had not reached has none."""
    command = ["pulumi", "--non-interactive", "cancel", "--yes", "--stack", stack]
    subprocess.run(command, cwd=machine.folder, capture_output=True, check=False, timeout=LIMIT)


def assert_each_image_was_written_once(cloud: Simulator) -> None:
    """Fail where an account was given access twice: the second runner adopts what the first had done."""
    written = [call["parameters"]["ImageId"] for call in cloud.calls() if call["action"] == MODIFY]
    twice = {image for image in written if written.count(image) > 1}
    assert len(set(written)) == len(HALVES) * STACKS * IMAGES
    # Calls that were under way at the kill may have come to the cloud or not.
    assert len(twice) <= 4
