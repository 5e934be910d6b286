"""What the state machine has found, each as small as it could be made; the oracle judges here, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from alicloud_image_simulator import OWNER
from tests.machine.command import Command
from tests.machine.machine import Stage
from tests.machine.oracle import Claim
from tests.machine.program import Program
from tests.machine.providers import Failed, InProcess
from tests.machine.stack import Stack
from tests.machine.weather import Weather
from tests.machine.world import STRANGERS, World, pool

SHARE, READ = "ModifyImageSharePermission", "DescribeImageSharePermission"
FORBIDDEN = {"kind": "error", "code": "Forbidden.RAM", "status": 403}
LATER = list(range(2, 100))
AT_EASE = (("stale_reads", 0), ("add_again", "ok"), ("remove_absent", "ok"))
Run = Callable[..., str]


@pytest.fixture
def world(machine_stage: Stage, request: pytest.FixtureRequest) -> World:
    """A cloud with one image that somebody else has shared with a stranger."""
    world = World(machine_stage.cloud, machine_stage.time)
    world.reset([getattr(request, "param", "ecs")], {})
    world.settle()
    return world


@pytest.fixture
def words_of_failed_up(world: World) -> Run:
    """Share with these accounts alone while the faults last; give the words of the failure."""

    def up(accounts: Iterable[str], *faults: dict[str, Any], before: Iterable[str] = ()) -> str:
        stack = Stack(world, pool(0))
        if before:
            stack.program = Program(0, frozenset(before))
            stack.up(Command(world, InProcess(world.cloud, world.time, OWNER), Weather((), AT_EASE)))
        world.settle()
        world.cloud.put_faults(list(faults))
        stack.program = Program(0, frozenset(accounts))
        with pytest.raises(Failed) as failure:
            stack.up(Command(world, InProcess(world.cloud, world.time, OWNER), Weather(faults, AT_EASE)))
        return str(failure.value)

    return up


def live(world: World) -> set[str]:
    truth = world.truth(0)
    assert truth
    return set(truth.accounts)


@pytest.mark.parametrize("lost", ["drop_before", "drop_after"])
def test_taking_back_whose_answer_is_lost_continues_until_all_is_off(
    world: World, words_of_failed_up: Run, lost: str
):
    refused = {**FORBIDDEN, "action": SHARE, "nth": [2]}

    words = words_of_failed_up(pool(0)[:12], refused, {"kind": lost, "action": SHARE, "nth": [3]})

    assert live(world) == {STRANGERS[0]}
    assert "the 10 accounts that this run added are taken back; 1 have access" in words


def test_account_never_shown_whose_removal_is_forbidden_is_named(world: World, words_of_failed_up: Run):
    never_shown = {"kind": "stale", "reads": 10_000, "action": SHARE, "nth": [1]}

    words = words_of_failed_up(pool(0)[:2], never_shown, {**FORBIDDEN, "action": SHARE, "nth": LATER})

    assert Claim.of(words).gained == live(world) - {STRANGERS[0]} == set(pool(0)[:2])


def test_account_never_shown_whose_removal_is_throttled_is_named(world: World, words_of_failed_up: Run):
    never_shown = {"kind": "stale", "reads": 10_000, "action": SHARE, "nth": [1]}

    words = words_of_failed_up(pool(0)[:2], never_shown, {"kind": "throttle", "action": SHARE, "nth": LATER})

    assert Claim.of(words).gained == live(world) - {STRANGERS[0]} == set(pool(0)[:2])


def test_image_that_can_no_longer_be_read_is_unshared_all_the_same(world: World, words_of_failed_up: Run):
    words = words_of_failed_up(pool(0)[:2], {**FORBIDDEN, "action": READ, "nth": LATER})

    assert live(world) == {STRANGERS[0]}
    assert Claim.of(words).gained == set(pool(0)[:2])


def test_account_whose_removal_is_lost_is_named_though_late_reads_do_not_show_it(
    world: World, words_of_failed_up: Run
):
    refused = {**FORBIDDEN, "action": SHARE, "nth": [2]}
    lost = {"kind": "drop_before", "action": SHARE, "nth": list(range(3, 100))}
    late = {"kind": "stale", "reads": 10_000, "action": READ, "nth": [4]}

    words = words_of_failed_up(pool(0)[:12], refused, lost, late)

    assert Claim.of(words).gained == live(world) - {STRANGERS[0]} == set(pool(0)[:10])


def test_account_never_shown_whose_removal_finds_no_image_is_named(world: World, words_of_failed_up: Run):
    never_shown = {"kind": "stale", "reads": 10_000, "action": SHARE, "nth": [1]}
    no_image = {"kind": "error", "code": "InvalidImageId.NotFound", "status": 404}

    words = words_of_failed_up(pool(0)[:2], never_shown, {**no_image, "action": SHARE, "nth": LATER})

    assert Claim.of(words).gained == live(world) - {STRANGERS[0]} == set(pool(0)[:2])


def test_write_without_an_answer_is_not_said_to_be_accepted(words_of_failed_up: Run):
    words = words_of_failed_up(pool(0)[:1], {"kind": "drop_before", "action": SHARE, "every": 1})

    assert "accepted" not in words
    assert f"{pool(0)[0]} still had no access" in words


@pytest.mark.parametrize("world", ["swas"], indirect=True)
def test_swas_account_added_before_a_removal_is_refused_is_taken_back(world: World, words_of_failed_up: Run):
    a, b, c = pool(0)[:3]
    refused = {**FORBIDDEN, "action": "RemoveCustomImageShareAccount", "nth": [1]}

    words = words_of_failed_up([a, c], refused, before=[a, b])

    assert live(world) == {STRANGERS[0], a, b}
    assert "the 1 account that this run added is taken back" in words


@pytest.mark.parametrize("unread", [[2, 3], [3, 4], [4, 5]])
@pytest.mark.parametrize("world", ["swas"], indirect=True)
def test_account_that_stays_though_its_removal_was_accepted_is_not_hidden_by_a_late_read(
    world: World, words_of_failed_up: Run, unread: list[int]
):
    world.reset(["swas"], {"swas_per_call": 5, "stale_reads": 3, "swas_calls_a_minute": "none"})
    world.settle()
    refused = {**FORBIDDEN, "action": "ListCustomImageShareAccounts", "nth": unread}
    left, came = pool(0)[:8], pool(0)[8:15]

    words = words_of_failed_up(came, refused, before=left)

    assert set(came) & live(world) <= Claim.of(words).gained
    assert "as before" not in words or live(world) == {STRANGERS[0], *left}
