"""Where operations are measured: a cloud, a backend and a project folder for each contender."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from alicloud_image_simulator import OWNER, Simulator
from bench.programs import Size
from tools.demo import user_environment

ROOT = Path(__file__).parents[1]
LIMIT = 1800
"""Seconds that one operation may take."""
SAMPLED_EVERY = 0.1
"""Seconds between two looks at the memory of the processes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one operation took."""

    seconds: float
    reads: int
    writes: int
    program_bytes: int
    """Peak memory of the process that runs the program."""
    provider_bytes: int
    """Peak memory of the provider process, as far as samples showed it; 0 where there was none."""
    state_bytes: int


class Stand:
    """One contender's cloud and stacks."""

    def __init__(self, cloud: Simulator, folder: Path) -> None:
        self.cloud = cloud
        self.folder = folder
        self._state = folder / "state"
        self.project = folder / "project"
        for made in (self._state, self.project):
            made.mkdir()
        self.environment = {
            **user_environment(cloud, folder),
            "ALICLOUD_REGION": "cn-hangzhou",
            "PULUMI_BACKEND_URL": self._state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_PYTHON_CMD": sys.executable,
            # Contenders are found by the provider process, too.
            "PYTHONPATH": str(ROOT),
        }

    def put_images(self, size: Size, latency_ms: int, slow_writes_ms: int = 0) -> None:
        """Have images that are shared with nobody, behind a latency, where writes may take longer."""
        images = [{"service": "ecs", "image_id": image} for image in size.image_ids()]
        self.cloud.put_state({"images": images})
        write = "ModifyImageSharePermission"
        delays = [{"kind": "delay", "every": 1, "delay_ms": latency_ms}] if latency_ms else []
        if slow_writes_ms:
            delays.append({"kind": "delay", "every": 1, "delay_ms": slow_writes_ms, "action": write})
        self.cloud.put_faults(delays)

    def write_stack_file(self, stack: str, **values: Any) -> None:
        """Write the configuration of a stack."""
        config = {
            "bench:endpoint": self.cloud.address,
            "bench:key": OWNER.key,
            "bench:secret": OWNER.secret,
            **values,
        }
        # JSON is YAML with every text in quotes.
        (self.project / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": config}))

    def operate(
        self,
        stack: str,
        operation: str,
        contender: str,
        size: Size,
        parallel: int | None = None,
        *,
        listens: bool = False,
    ) -> Figures:
        """Carry out an operation on a stack of a contender; `listens` follows the engine's events besides."""
        command = [
            *("bench.operate", str(self.project), stack, operation, contender),
            *map(str, (size.images, size.accounts, size.first, parallel or "")),
            *(["--listens"] if listens else []),
        ]
        return self.measured([sys.executable, "-m", *command])

    def measured(self, command: Sequence[str]) -> Figures:
        """Run a command, and measure it with all that it starts."""
        self.cloud.clear_calls()
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - a command of this folder
            command,
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with _memory_of(process) as peaks:
            printed, _ = process.communicate(timeout=LIMIT)
        seconds = time.perf_counter() - began
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{printed}")
        actions = [str(call["action"]) for call in self.cloud.calls()]
        return Figures(
            seconds=seconds,
            reads=sum(action.startswith("Describe") for action in actions),
            writes=sum(action.startswith("Modify") for action in actions),
            program_bytes=peaks.get("program", 0),
            provider_bytes=peaks.get("provider", 0),
            state_bytes=sum(file.stat().st_size for file in self._state.glob(".pulumi/stacks/*/*.json")),
        )


@contextmanager
def stand() -> Iterator[Stand]:
    """Give a new one."""
    with Simulator() as cloud, tempfile.TemporaryDirectory(prefix="image-share-bench-") as folder:
        yield Stand(cloud, Path(folder))


@contextmanager
def _memory_of(process: subprocess.Popen[str]) -> Iterator[Mapping[str, int]]:
    peaks: dict[str, int] = {}
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, done))
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def _watch(pid: int, peaks: dict[str, int], done: threading.Event) -> None:
    """Note the most that the program and one provider process were seen to hold."""
    top = psutil.Process(pid)
    known = {"program": top}
    while not done.wait(SAMPLED_EVERY):
        with suppress(psutil.Error):  # it has just ended
            _look(top, known, peaks)


def _look(top: psutil.Process, known: dict[str, psutil.Process], peaks: dict[str, int]) -> None:
    """Look at both; searching for the provider process takes long enough to disturb what is measured."""
    if "provider" not in known or not known["provider"].is_running():
        started = top.children(recursive=True)
        known.update(("provider", one) for one in started if _is_provider(one.cmdline()))
    for kind, process in known.items():
        peaks[kind] = max(peaks.get(kind, 0), process.memory_info().rss)


def _is_provider(command: Sequence[str]) -> bool:
    dynamic = "pulumi.dynamic" in command and "python" in command[0]
    return dynamic or any(part.endswith("/pulumi-resource-image-shares") for part in command)
