"""A stack that the command runs in processes of its own, so that they can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alicloud_image_share.sharing.field_names import python_names
from alicloud_image_simulator import Simulator
from tests.support.command_line import image_share_process
from tests.support.stacks import read_deployment, shares_of, state_file

LIMIT = 120
"""Seconds that one command may take."""
NO_LIMITS = {
    "image-shares:accountsPerImage": {"ecs": 500, "swas": 500},
    "image-shares:callsPerMinute": {"swas": 999},
}
IMAGE_ID = "m-1"
MODIFY = "ModifyImageSharePermission"


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack, with one share of the one image."""

    folder: Path
    name: str = "dev"
    service: str = "ecs"
    provider: str = "dynamic"

    def ask(self, accounts: Collection[str] | Mapping[str, object]) -> None:
        """Write the stack file: ids alone, or a map from an id to a note or an end."""
        listed = dict(accounts) if isinstance(accounts, Mapping) else sorted(accounts)
        share = {"service": self.service, "image_id": IMAGE_ID, "accounts": listed}
        config = {**NO_LIMITS, "image-shares:groups": {}, "image-shares:shares": {"golden": share}}
        config["image-shares:provider"] = self.provider
        # JSON is YAML with every text in quotes.
        (self.folder / f"Pulumi.{self.name}.yaml").write_text(json.dumps({"config": config}))

    def start(self, command: str, *options: str) -> subprocess.Popen[str]:
        """Start a command, in a session of its own."""
        return subprocess.Popen(
            [*image_share_process(), command, *options, "--stack", self.name, "--cwd", self.folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def up(self, *options: str) -> str:
        """Carry out what the file asks for; return what was said."""
        status, output = ended(self.start("up", "--yes", *options))
        assert status == 0, output
        return output

    def fail(self, command: str, *options: str) -> str:
        """Run a command that is to fail; return what was said."""
        status, output = ended(self.start(command, *options))
        assert status == 1, output
        return output

    def free(self) -> None:
        """Take off the lock that a killed run has left, if it has come to that."""
        command = ["pulumi", "--non-interactive", "cancel", "--yes", "--stack", self.name]
        subprocess.run(command, cwd=self.folder, capture_output=True, check=False, timeout=LIMIT)

    def stored(self) -> dict[str, Any]:
        """Give the outputs of the share as state has them; nothing where it has no share."""
        shares = shares_of(self._state()).values()
        return python_names(next((share["outputs"] for share in shares), {}))

    def unfinished(self) -> list[dict[str, Any]]:
        """Give the operations that state has as begun and not as ended."""
        operations: list[dict[str, Any]] = self._state().get("pending_operations", [])
        return operations

    def _state(self) -> dict[str, Any]:
        return read_deployment(state_file(self.name))


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end of a command; return its exit status and what it said."""
    output, _ = process.communicate(timeout=LIMIT)
    return process.returncode, output


def until(condition: Callable[[], object], *, seconds: float = 60) -> bool:
    """Wait until something holds; return whether it does before the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def up_until_throttled(stack: Stack, cloud: Simulator, *, seconds: int) -> subprocess.Popen[str]:
    """Start an up of an ECS share; return when its first write has been told to come again later."""
    throttled = {"kind": "throttle", "action": MODIFY, "nth": [1], "retry_after_ms": seconds * 1000}
    cloud.put_faults([throttled])
    process = stack.start("up", "--yes")
    assert until(lambda: writes(cloud)), "it wrote nothing"
    return process


def writes(cloud: Simulator) -> list[dict[str, object]]:
    """Give the calls that change who an ECS image is shared with."""
    return [call for call in cloud.calls() if call["action"] == MODIFY]


def live(cloud: Simulator) -> set[str]:
    """Give who can use the image."""
    return set(cloud.state()["images"][0]["accounts"])


def started_engine() -> int:
    """Wait for the engine that a command of this test starts for its operation; return its process id."""
    folder = Path(os.environ["HOME"])
    engines: list[int] = []

    def is_there() -> bool:
        engines.extend(pid for pid, _ in processes_of(folder, " --client="))
        return bool(engines)

    assert until(is_there, seconds=LIMIT), "no engine was started"
    return engines[0]


def end_providers(folder: Path) -> None:
    """End the provider processes that were started with this folder in their environment."""
    for pid, command in processes_of(folder):
        if "pulumi.dynamic" in command or "pulumi-resource" in command:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def processes_of(folder: Path, words: str = "") -> Iterator[tuple[int, str]]:
    """Yield number and command line of each process that was started with this folder in its environment.

    `words` are in the command line. What is forked is seen as its client, which ends with it.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or belongs to somebody else
            command = (process / "cmdline").read_text().replace("\0", " ")
            if words in command and os.fsencode(folder) in (process / "environ").read_bytes():
                yield int(process.name), command


def left_running(folder: Path) -> list[str]:
    """Give the command lines of all processes that were started with this folder in their environment."""
    return [command for _, command in processes_of(folder)]
