"""Two stacks share one image: with disjoint lists they never undo each other, even at the same time."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.contract.stage import Stage
from tests.crash.stack import Stack, ended, live
from tests.support.clock import Time
from tests.wire.tables import facts

MINE = [str(1_550_000_000_000_000 + n) for n in range(25)]
YOURS = [str(1_660_000_000_000_000 + n) for n in range(25)]
FOREIGN = "1999999999999999"


@pytest.fixture
def mine(project_folder: Path) -> Stack:
    return Stack(project_folder, "mine")


@pytest.fixture
def yours(project_folder: Path) -> Stack:
    return Stack(project_folder, "yours")


@pytest.fixture(autouse=True)
def image(put_image: Callable[..., None]) -> None:
    put_image("ecs", (FOREIGN,))


def both_read_before_either_writes(cloud: Simulator) -> None:
    """Hold back the first two listings: long enough for the other run to be as far."""
    listing = "DescribeImageSharePermission"
    cloud.put_faults([{"kind": "delay", "action": listing, "nth": [1, 2], "delay_ms": 1500}])


def succeed(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        status, output = ended(process)
        assert status == 0, output


@pytest.mark.engine
def test_two_stacks_at_the_same_time_never_undo_each_other(mine: Stack, yours: Stack, cloud: Simulator):
    mine.ask(MINE[:20])
    yours.ask(YOURS[:20])
    both_read_before_either_writes(cloud)
    succeed(mine.start("up", "--yes"), yours.start("up", "--yes"))
    assert live(cloud) == {FOREIGN, *MINE[:20], *YOURS[:20]}

    mine.ask(MINE[10:])
    both_read_before_either_writes(cloud)
    succeed(mine.start("up", "--yes"), yours.start("destroy", "--yes"))
    assert live(cloud) == {FOREIGN, *MINE[10:]}


def test_account_of_two_stacks_goes_with_the_first_and_comes_back_with_the_other(
    cloud: Simulator, capsys: pytest.CaptureFixture[str]
):
    stage = Stage("ecs", facts("ecs"), cloud, Time(), printed=lambda: capsys.readouterr().out)
    mine, yours = stage.deployment(), stage.deployment()
    both = MINE[0]
    mine.up([both, MINE[1]])
    yours.up([both, YOURS[1]])

    mine.up([MINE[1]])
    assert live(cloud) == {FOREIGN, MINE[1], YOURS[1]}

    yours.refresh()
    assert yours.inputs["accounts"].keys() == {YOURS[1]}

    yours.up([both, YOURS[1]])
    assert live(cloud) == {FOREIGN, both, MINE[1], YOURS[1]}
