"""Runs of the native provider that are interrupted or killed: they end, and no process is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from alicloud_image_simulator import Simulator
from tests.plugin.conftest import live
from tests.support.stack_files import golden

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

ACCOUNTS = {str(1550809237710100 + number): "team" for number in range(45)}
WRITE = "ModifyImageSharePermission"
PLUGIN = "pulumi-resource-image-shares"
COMMAND = (
    *(sys.executable, "-c"),
    "import sys; from alicloud_image_share.commands.main import main; sys.exit(main())",
    *("up", "--stack", "dev", "--yes", "--cwd"),
)


def until(happens: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.02)


def writes(cloud: Simulator) -> int:
    return sum(call["action"] == WRITE for call in cloud.calls())


class Running:
    """An up in a process of its own, with the processes that it has started."""

    def __init__(self, folder) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def children(self, name: str) -> list[psutil.Process]:
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in children if any(part.endswith(name) for part in child.cmdline()[:2])]
        except psutil.Error:
            return []

    def ended(self) -> str:
        return self.process.communicate(timeout=60)[0]


@pytest.fixture
def running(cloud, project) -> Iterator[Running]:
    """An up that shares an image with 45 accounts, where each write takes a second."""
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    cloud.put_faults([{"service": "ecs", "action": WRITE, "kind": "delay", "delay_ms": 1000, "every": 1}])
    project.write(golden(ACCOUNTS), **{"image-shares:provider": "native"})
    started = Running(project.folder)
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.ended()


def test_interrupted_create_takes_back_what_it_added_and_ends_within_five_seconds(running, cloud):
    until(lambda: writes(cloud) >= 2)
    plugins = running.children(PLUGIN)
    began = time.monotonic()

    running.process.send_signal(signal.SIGINT)
    _, left = psutil.wait_procs(plugins, timeout=15)
    seconds = time.monotonic() - began

    assert "Traceback" not in running.ended()
    assert live(cloud) == set()
    assert left == []
    assert plugins
    assert seconds < 5, "writes take a second each"


@pytest.mark.parametrize("configured", [False, True], ids=["before it is configured", "while it writes"])
def test_killed_engine_leaves_no_process_of_the_provider(running, cloud, configured):
    until(lambda: writes(cloud) if configured else running.children(PLUGIN))
    plugins, (engine,) = running.children(PLUGIN), running.children("pulumi")

    engine.kill()
    _, left = psutil.wait_procs(plugins, timeout=10)

    assert plugins
    assert left == []
    running.ended()
    assert running.process.returncode == 1


def test_up_after_a_killed_one_ends_in_what_was_requested(running, cloud, project):
    until(lambda: writes(cloud))
    (engine,) = running.children("pulumi")
    engine.kill()
    running.ended()
    cloud.put_faults([])
    subprocess.run(
        ["pulumi", "cancel", "--yes", "--stack", "dev"], cwd=project.folder, check=True, timeout=60
    )

    said = project.run("up", "--yes")

    assert said.status == 0, said
    assert live(cloud) == ACCOUNTS.keys()
