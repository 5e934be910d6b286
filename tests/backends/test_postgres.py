"""Two runners of one stack, with state in a real PostgreSQL: the second is refused, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from alicloud_image_simulator import Simulator
from tests.backends.conftest import Runner
from tests.crash.stack import MODIFY, ended, live, started_engine, until, writes

MINE = [str(1_550_000_000_000_000 + n) for n in range(25)]
YOURS = [*MINE[10:], *(str(1_660_000_000_000_000 + n) for n in range(25))]
HELD = "Another run holds stack dev. If there is none, run `pulumi cancel --stack dev`."

pytestmark = pytest.mark.engine


def up_that_is_held(runner: Runner, cloud: Simulator) -> subprocess.Popen[str]:
    """Start an up; return after its first write, which the cloud refuses for as long as this fault stays."""
    cloud.put_faults([{"kind": "throttle", "action": MODIFY, "every": 1, "retry_after_ms": 500}])
    before = len(writes(cloud))
    process = runner.start("up", "--yes")
    assert until(lambda: len(writes(cloud)) > before), "it wrote nothing"
    return process


def assert_nothing_is_lost(runner: Runner, cloud: Simulator, asked: list[str]) -> None:
    """State is what is live and what is asked, and a further up of it has nothing to do."""
    assert live(cloud) == set(asked)
    assert runner.stored()["owned_accounts"].keys() == set(asked)
    assert runner.unfinished() == []
    written = writes(cloud)
    runner.up()
    assert writes(cloud) == written


def test_second_runner_is_refused_until_the_first_has_ended(runners: tuple[Runner, Runner], cloud: Simulator):
    first, second = runners
    first.ask(MINE[:5])
    first.up()
    first.ask(MINE)
    second.ask(YOURS)
    process = up_that_is_held(first, cloud)

    assert HELD in second.fail("up", "--yes")
    assert process.poll() is None
    assert live(cloud) == set(MINE[:5])

    cloud.put_faults([])
    status, output = ended(process)
    assert status == 0, output
    assert_nothing_is_lost(first, cloud, MINE)
    second.up()
    assert_nothing_is_lost(second, cloud, YOURS)


def test_two_runners_that_start_a_new_stack_at_once_lose_nothing(
    runners: tuple[Runner, Runner], cloud: Simulator
):
    asked = dict(zip(runners, (MINE, YOURS), strict=True))
    for runner, accounts in asked.items():
        runner.ask(accounts)
    listing = "DescribeImageSharePermission"
    cloud.put_faults([{"kind": "delay", "action": listing, "nth": [1, 2], "delay_ms": 1500}])
    processes = [runner.start("up", "--yes") for runner in runners]

    # Each looks for locks, sets its own and looks again: both may find the other's, and be refused. And what
    # the engine lists while the other one writes may be gone when it reads it.
    for status, output in map(ended, processes):
        refused = HELD in output or "could not create stack" in output
        assert status == 0 or (status == 1 and refused), output

    for runner, accounts in asked.items():
        runner.up()
        assert_nothing_is_lost(runner, cloud, accounts)


def test_lock_of_a_killed_run_holds_until_it_is_cancelled(runners: tuple[Runner, Runner], cloud: Simulator):
    first, second = runners
    first.ask(MINE[:5])
    first.up()
    first.ask(MINE)
    second.ask(YOURS)
    process = up_that_is_held(first, cloud)
    os.kill(started_engine(), signal.SIGKILL)
    status, output = ended(process)
    assert (status, "`pulumi cancel --stack dev`" in output) == (1, True), output

    cloud.put_faults([])
    assert HELD in second.fail("up", "--yes")
    second.free()
    second.up()
    assert_nothing_is_lost(second, cloud, YOURS)
