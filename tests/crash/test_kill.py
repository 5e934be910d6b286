"""kill -9 at any moment: nobody has access who should not, nothing is left running, the next up converges.

The moments are drawn from a seed: a number of calls that the cloud has answered, and a part of the delay of
the next answer. CRASHES says how many are drawn, SEED where to begin; a soak draws more of them.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.end_settings import TIME_VARIABLE
from alicloud_image_simulator import Simulator
from tests.crash.stack import (
    Stack,
    end_providers,
    ended,
    left_running,
    live,
    started_engine,
    until,
    up_until_throttled,
    writes,
)

pytestmark = pytest.mark.engine

CRASHES = int(os.environ.get("CRASHES", "6"))
SEED = int(os.environ.get("SEED", "0"))
DELAY = 0.15
"""Seconds by which the cloud holds back every answer, so that an operation has a middle."""
BEFORE_THE_FIRST_CALL = 1.5
"""Seconds that a run takes at least to start its engine and its provider, and to be through."""
CALLS_OF_A_CREATE = 5
CALLS_OF_AN_UPDATE = 3
"""One less than it makes at least: another answer is still to come. ENS removes one account a call."""
GONE_WITHIN = 60
"""Seconds after which no process may be left; a provider looks for its engine every two, where it can."""

FOREIGN = frozenset(f"19999999999999{n:02}" for n in range(3))
EVERYBODY = [str(1_550_000_000_000_000 + n) for n in range(40)]


@dataclass(frozen=True, slots=True)
class Crash:
    """One way to be killed, drawn from a seed."""

    seed: int
    service: str
    before: frozenset[str]
    """What the stack has shared when it is killed; nobody where it is killed in a create."""
    asked: frozenset[str]
    calls: int
    """How many answers the cloud has sent, or holds back, when the kill comes."""
    pause: float
    """Seconds from that answer's arrival at the gate to the kill."""
    victims: tuple[str, ...]

    @classmethod
    def drawn(cls, seed: int) -> Crash:
        """Draw from a seed; even ones are killed in a create, odd ones in an update."""
        draw = random.Random(seed)
        service = draw.choice(services.names())
        before = frozenset(draw.sample(EVERYBODY, 25)) if seed % 2 else frozenset()
        asked = frozenset(draw.sample(EVERYBODY, 25))
        calls = draw.randint(0, _calls(service, before, asked))
        return cls(
            seed=seed,
            service=service,
            before=before,
            asked=asked,
            calls=calls,
            pause=draw.uniform(0, DELAY if calls else BEFORE_THE_FIRST_CALL),
            victims=draw.choice([("engine",), ("engine",), ("command",), ("command", "engine")]),
        )

    def __str__(self) -> str:
        done = "update" if self.before else "create"
        return f"{self.seed}-{done}-{self.service}-{'+'.join(self.victims)}-at-call-{self.calls}"


def _calls(service: str, before: frozenset[str], asked: frozenset[str]) -> int:
    """Give a number of calls after which the run is not through yet."""
    if not before:
        return CALLS_OF_A_CREATE
    removals = len(before - asked) if service == "ens" else 0
    return CALLS_OF_AN_UPDATE + max(0, removals - 1)


def hold_back_every_answer(cloud: Simulator, at_call: int | None = None) -> None:
    """Hold back each answer, and the one after `at_call` for so long that the kill comes first."""
    faults: list[dict[str, object]] = [{"kind": "delay", "every": 1, "delay_ms": int(DELAY * 1000)}]
    if at_call is not None:
        faults.append({"kind": "delay", "nth": [at_call + 1], "delay_ms": 4000})
    cloud.put_faults(faults)
    cloud.clear_calls()


def kill(pids: Mapping[str, int], victims: tuple[str, ...]) -> None:
    """Kill a command, its engine, or both; each of them may have ended meanwhile."""
    for victim in victims:
        with suppress(ProcessLookupError):
            os.kill(pids[victim], signal.SIGKILL)


@pytest.mark.parametrize("crash", [Crash.drawn(SEED * 1000 + n) for n in range(CRASHES)], ids=str)
def test_run_killed_at_any_moment_converges_when_run_again(
    project_folder: Path,
    put_image: Callable[..., None],
    cloud: Simulator,
    tmp_path: Path,
    crash: Crash,
    record_property: Callable[[str, object], None],
):
    stack = Stack(project_folder, service=crash.service)
    put_image(crash.service, tuple(FOREIGN))
    if crash.before:
        stack.ask(crash.before)
        stack.up()
    stack.ask(crash.asked)
    hold_back_every_answer(cloud, at_call=crash.calls)

    process = stack.start("up", "--yes")
    engine = started_engine()
    until(lambda: process.poll() is not None or len(cloud.calls()) >= crash.calls)
    with suppress(subprocess.TimeoutExpired):
        process.wait(crash.pause)
    kill({"command": process.pid, "engine": engine}, crash.victims)
    status, output = ended(process)

    assert status != 0, "it had ended before it could be killed"
    if not crash.calls:
        # Before its first operation a provider process has nothing of ours, and Pulumi's part waits for ever.
        until(lambda: not left_running(tmp_path), seconds=5)
        end_providers(tmp_path)
    assert until(lambda: not left_running(tmp_path), seconds=GONE_WITHIN), (left_running(tmp_path), output)
    assert live(cloud) <= crash.before | crash.asked | FOREIGN
    assert live(cloud) >= (crash.before & crash.asked) | FOREIGN

    cloud.put_faults([])
    stack.free()
    stack.up()

    assert live(cloud) == crash.asked | FOREIGN
    assert stack.stored()["owned_accounts"].keys() == crash.asked
    assert stack.stored()["foreign_accounts"] == sorted(FOREIGN)
    done = "update" if crash.before else "create"
    record_property("kills", {f"of an {done}" if crash.before else f"of a {done}": 1, crash.service: 1})


@pytest.mark.parametrize("provider", ["dynamic", "native"])
@pytest.mark.parametrize("victim", ["engine", "command"])
def test_run_killed_while_access_ends_takes_nobody_else_off_and_ends_it_when_run_again(
    project_folder: Path,
    put_image: Callable[..., None],
    cloud: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    victim: str,
    provider: str,
):
    stack = Stack(project_folder, provider=provider)
    ending, staying = frozenset(EVERYBODY[:25]), frozenset(EVERYBODY[25:])
    put_image(accounts=tuple(FOREIGN))
    stack.ask(dict.fromkeys(staying, "") | {account: {"until": "2027-03-31"} for account in ending})
    monkeypatch.setenv(TIME_VARIABLE, "2027-03-31T23:59:59Z")
    stack.up()
    assert live(cloud) == ending | staying | FOREIGN

    monkeypatch.setenv(TIME_VARIABLE, "2027-04-01T00:00:00Z")
    hold_back_every_answer(cloud)
    process = stack.start("up", "--yes")
    engine = started_engine()
    assert until(lambda: len(writes(cloud)) >= 1), "it took nobody off"
    kill({"command": process.pid, "engine": engine}, (victim,))
    ended(process)

    assert until(lambda: not left_running(tmp_path), seconds=GONE_WITHIN), left_running(tmp_path)
    assert staying | FOREIGN <= live(cloud) < ending | staying | FOREIGN

    cloud.put_faults([])
    stack.free()
    stack.up()
    assert live(cloud) == staying | FOREIGN
    assert stack.stored()["owned_accounts"].keys() == staying


def test_run_killed_while_it_waits_writes_nothing_more(stack: Stack, cloud: Simulator, tmp_path: Path):
    stack.ask(EVERYBODY[:3])
    process = up_until_throttled(stack, cloud, seconds=30)

    kill({"engine": started_engine()}, ("engine",))
    ended(process)

    assert until(lambda: not left_running(tmp_path), seconds=GONE_WITHIN), left_running(tmp_path)
    assert len(writes(cloud)) == 1
    assert live(cloud) == set()


def test_run_killed_after_its_last_call_leaves_no_process_and_says_how_to_go_on(
    stack: Stack, cloud: Simulator, tmp_path: Path
):
    stack.ask(EVERYBODY[:3])
    cloud.put_faults(
        [{"kind": "delay", "action": "DescribeImageSharePermission", "nth": [2], "delay_ms": 500}]
    )

    process = stack.start("up", "--yes")
    assert until(lambda: len(cloud.calls()) == 4), cloud.calls()
    kill({"engine": started_engine()}, ("engine",))
    status, output = ended(process)

    # With nothing left to write, the process has only its watch to notice by.
    assert until(lambda: not left_running(tmp_path), seconds=GONE_WITHIN), left_running(tmp_path)
    assert live(cloud) == set(EVERYBODY[:3])
    assert status == 1
    assert output.splitlines()[-1] == (
        "error: up of stack dev was killed (signal 9). Operations in progress are not recorded in state."
        " Run `pulumi cancel --stack dev`, then run the same command again; it completes what is missing."
    )


def test_refresh_after_a_killed_create_clears_its_mark(stack: Stack, cloud: Simulator):
    stack.ask(EVERYBODY[:3])
    process = up_until_throttled(stack, cloud, seconds=30)
    kill({"engine": started_engine()}, ("engine",))
    ended(process)
    stack.free()

    stack.up()
    assert len(stack.unfinished()) == 1

    ended(stack.start("refresh"))
    assert stack.unfinished() == []
    assert stack.stored()["owned_accounts"].keys() == set(EVERYBODY[:3])
