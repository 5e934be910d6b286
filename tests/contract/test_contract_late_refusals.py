"""Writes that are refused although they were carried out: a batch that was sent may have been carried out."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import NotConverged
from tests.contract.conftest import PROFILES
from tests.contract.stage import FOREIGN, Behaviour, SetUp, Stage, accounts

KEPT = accounts(5, first=901)
TERMINAL = [
    ("Forbidden.RiskControl", 403),
    ("Forbidden.RAM", 403),
    ("InvalidParameter", 400),
    ("QuotaExceed.ShareImageUser", 403),
    ("SomethingThatNoPageLists", 400),
]
RISK = {"code": "Forbidden.RiskControl", "status": 403}
LATE: list[dict[str, Any]] = [
    {"kind": "error_after"},
    {"kind": "partial"},
    {"kind": "partial", "count": 1},
    {"kind": "partial", "count": 9},
]
_BACK = re.compile(r"Now: the (\d+) accounts? that this run added (?:are|is) taken back")


def fail(stage: Stage, action: str, fault: dict[str, Any], nth: int = 1, **refusal: Any) -> None:
    """Let a write be refused late."""
    stage.fail(action, nth=(nth,), **{**RISK, **fault, **refusal})


def failed(command: Callable[[], object]) -> str:
    """Run a command that fails, and give what it says holds now."""
    with pytest.raises(NotConverged) as failure:
        command()
    return str(failure.value).splitlines()[2]


def what_a_failure_says(command: Callable[[], object]) -> str:
    """Run a command that may find out that all is done, and give what it says holds now if it fails."""
    try:
        command()
    except NotConverged as failure:
        return str(failure).splitlines()[2]
    return ""


def named(words: str, of: list[str]) -> set[str]:
    """The accounts that stand in a sentence."""
    return {account for account in of if account in words}


# -- create ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [*((fault, *TERMINAL[0]) for fault in LATE), *((LATE[0], *refusal) for refusal in TERMINAL[1:])],
    ids=str,
)
def test_create_whose_first_write_is_refused_late_leaves_nobody_added(
    plain: Stage, fault: dict[str, Any], code: str, status: int
):
    plain.put_image(KEPT)
    fail(plain, plain.facts.add, fault, code=code, status=status)

    failed(lambda: plain.deployment().up(accounts(6)))

    assert plain.live() == set(KEPT)


@pytest.mark.parametrize("nth", [2, 3])
@pytest.mark.parametrize("fault", LATE, ids=str)
def test_create_that_is_refused_late_in_the_middle_leaves_nobody_added(
    plain: Stage, fault: dict[str, Any], nth: int
):
    plain.put_image(KEPT)
    fail(plain, plain.facts.add, fault, nth)

    failed(lambda: plain.deployment().up(accounts(25)))

    assert plain.live() == set(KEPT)


@pytest.mark.parametrize(("fault", "carried_out"), [(LATE[0], 6), (LATE[1], 3), (LATE[2], 1)], ids=str)
def test_create_that_is_refused_late_counts_who_is_taken_back(
    plain: Stage, fault: dict[str, Any], carried_out: int
):
    fail(plain, plain.facts.add, fault)

    now = failed(lambda: plain.deployment().up(accounts(6)))

    match = _BACK.match(now)
    assert match, now
    assert int(match[1]) == carried_out


def test_accounts_that_no_read_shows_are_not_said_to_be_taken_back(plain: Stage):
    plain.put_image(KEPT)
    plain.fail(plain.facts.add, "error", **RISK)

    now = failed(lambda: plain.deployment().up(accounts(6)))

    assert plain.live() == set(KEPT)
    assert not _BACK.match(now)
    assert not named(now, accounts(6))


@pytest.mark.parametrize("fault", LATE, ids=str)
def test_adopted_accounts_of_a_batch_that_is_refused_late_keep_access(plain: Stage, fault: dict[str, Any]):
    plain.put_image(KEPT)
    fail(plain, plain.facts.add, fault)

    failed(lambda: plain.deployment().up([*KEPT, *accounts(6)]))

    assert plain.live() == set(KEPT)


def test_accounts_that_were_carried_out_late_and_cannot_be_taken_back_are_named(plain: Stage):
    plain.put_image(KEPT)
    refusal = {"service": plain.service, "kind": "error", **RISK}
    together = plain.facts.add == plain.facts.remove
    late = {**refusal, "kind": "error_after", "action": plain.facts.add, "nth": [1]}
    later = {**refusal, "action": plain.facts.remove, "nth": list(range(2 if together else 1, 99))}
    plain.cloud.put_faults([late, later])

    now = failed(lambda: plain.deployment().up(accounts(6)))

    assert plain.live() == {*KEPT, *accounts(6)}
    assert "may have access that should not" in now
    assert named(now, accounts(6)) == set(accounts(6))


def test_accounts_whose_batch_was_refused_are_named_where_nothing_can_be_read_any_more(plain: Stage):
    refusal = {"service": plain.service, **RISK}
    plain.cloud.put_faults(
        [
            {**refusal, "kind": "error_after", "action": plain.facts.add, "nth": [1]},
            {**refusal, "kind": "error", "action": plain.facts.list, "nth": list(range(2, 200))},
        ]
    )

    now = failed(lambda: plain.deployment().up(accounts(6)))

    gained = plain.live()
    assert named(now, accounts(6)) == set(accounts(6))
    assert gained <= named(now, accounts(6))


def test_taking_back_that_is_refused_late_names_nobody_who_has_no_access(plain: Stage):
    together = plain.facts.add == plain.facts.remove
    late = {"service": plain.service, "kind": "error_after", **RISK}
    plain.cloud.put_faults(
        [
            {**late, "kind": "error", "action": plain.facts.add, "nth": [2]},
            {**late, "action": plain.facts.remove, "nth": [3 if together else 1]},
        ]
    )

    now = failed(lambda: plain.deployment().up(accounts(12)))

    assert named(now, accounts(12)) == plain.live()


# -- update ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("fault", LATE, ids=str)
def test_update_that_is_refused_late_leaves_nobody_added_and_lets_removals_stand(
    plain: Stage, fault: dict[str, Any], nth: int
):
    plain.put_image([FOREIGN])
    deployment = plain.deployment()
    deployment.up(KEPT)
    fail(plain, plain.facts.add, fault, nth)

    failed(lambda: deployment.up([*KEPT[2:], *accounts(25)]))

    assert {FOREIGN, *KEPT[2:]} <= plain.live() <= {FOREIGN, *KEPT}


@pytest.mark.parametrize("fault", LATE[:2], ids=str)
def test_update_after_one_that_was_refused_late_ends_in_what_was_asked(stage: Stage, fault: dict[str, Any]):
    deployment = stage.deployment()
    deployment.up(KEPT)
    fail(stage, stage.facts.add, fault)
    with pytest.raises(NotConverged):
        deployment.up([*KEPT[1:], *accounts(6)])

    deployment.up([*KEPT[1:], *accounts(6)])

    assert stage.live() == {*KEPT[1:], *accounts(6)}


@pytest.mark.parametrize("fault", LATE, ids=str)
def test_update_after_one_whose_removal_was_refused_late_ends_in_what_was_asked(
    plain: Stage, fault: dict[str, Any]
):
    deployment = plain.deployment()
    deployment.up([*KEPT, *accounts(4)])
    fail(plain, plain.facts.remove, fault)

    with suppress(NotConverged):
        deployment.up(KEPT)

    deployment.up(KEPT)
    assert plain.live() == set(KEPT)


@pytest.mark.parametrize("fault", LATE, ids=str)
def test_failed_removal_names_exactly_who_still_has_access(plain: Stage, fault: dict[str, Any]):
    deployment = plain.deployment()
    deployment.up([*KEPT, *accounts(4)])
    refusals = [
        {"service": plain.service, "action": plain.facts.remove, **RISK, **fault, "nth": [1]},
        {
            "service": plain.service,
            "action": plain.facts.remove,
            **RISK,
            "kind": "error",
            "nth": [*range(2, 9)],
        },
    ]
    plain.cloud.put_faults(refusals)

    now = what_a_failure_says(lambda: deployment.up(KEPT))

    assert named(now, accounts(4)) == plain.live() - set(KEPT)


# -- delete ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", LATE, ids=str)
def test_delete_that_is_refused_late_says_who_is_left(plain: Stage, fault: dict[str, Any]):
    plain.put_image([FOREIGN])
    deployment = plain.deployment()
    deployment.up(accounts(12))
    fail(plain, plain.facts.remove, fault, nth=2)

    now = what_a_failure_says(deployment.destroy)

    assert named(now, accounts(12)) == plain.live() - {FOREIGN}


@pytest.mark.parametrize("fault", LATE[:2], ids=str)
def test_delete_after_one_that_was_refused_late_leaves_nobody(stage: Stage, fault: dict[str, Any]):
    stage.put_image([FOREIGN])
    deployment = stage.deployment()
    deployment.up(accounts(12))
    fail(stage, stage.facts.remove, fault)
    with suppress(NotConverged):
        deployment.destroy()

    if deployment.outputs:
        deployment.destroy()

    assert stage.live() == {FOREIGN}


# -- the share to the owner's ECS ------------------------------------------------------------------


@pytest.mark.parametrize("was_shared", [False, True])
def test_switch_that_is_refused_late_is_what_it_was(set_up: SetUp, was_shared: bool):
    stage = set_up("swas", {})
    stage.put_image(in_share=was_shared)
    deployment = stage.deployment()
    if was_shared:
        deployment.up(accounts(1), share_to_ecs=True)
    fail(stage, "ModifyImageShareStatus", LATE[0])

    failed(lambda: deployment.up(accounts(1), share_to_ecs=not was_shared))

    assert stage.image()["in_share"] is was_shared


def test_accounts_before_a_switch_that_is_refused_late_are_taken_back(set_up: SetUp):
    stage = set_up("swas", {})
    fail(stage, "ModifyImageShareStatus", LATE[0])

    failed(lambda: stage.deployment().up(accounts(3), share_to_ecs=True))

    assert {account for batch in stage.sent_to_add() for account in batch} == set(accounts(3))
    assert stage.live() == set()
    assert stage.image()["in_share"] is False


# -- under every reading ---------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", PROFILES)
def test_no_reading_lets_a_write_that_is_refused_late_leave_anybody(
    subtests: pytest.Subtests, set_up: SetUp, behaviour: tuple[str, Behaviour]
):
    for fault in LATE:
        for nth in (1, 2):
            with subtests.test(f"{fault} {nth}"):
                stage = set_up(*behaviour)
                stage.cloud.put_faults([])
                stage.put_image([FOREIGN])
                deployment = stage.deployment()
                deployment.up(KEPT)
                fail(stage, stage.facts.add, fault, nth)
                with pytest.raises(NotConverged):
                    deployment.up([*KEPT[1:], *accounts(25)])

                assert {FOREIGN, *KEPT[1:]} <= stage.live() <= {FOREIGN, *KEPT}


# -- refused for now, although carried out ---------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status"),
    [("InternalError", 500), ("ServiceUnavailable", 503), ("Throttling.User", 400)],
)
@pytest.mark.parametrize("fault", LATE[:2], ids=str)
def test_write_that_is_refused_late_for_now_ends_in_what_was_asked(
    stage: Stage, fault: dict[str, Any], code: str, status: int
):
    deployment = stage.deployment()
    deployment.up(KEPT)
    fail(stage, stage.facts.add, fault, code=code, status=status)

    deployment.up([*KEPT[1:], *accounts(12)])

    assert stage.live() == {*KEPT[1:], *accounts(12)}


@pytest.mark.parametrize(("code", "status"), [("InternalError", 500), ("Throttling.User", 400)])
@pytest.mark.parametrize("fault", LATE[:2], ids=str)
def test_removal_that_is_refused_late_for_now_ends_in_what_was_asked(
    stage: Stage, fault: dict[str, Any], code: str, status: int
):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    assert stage.live() == set(accounts(12))
    fail(stage, stage.facts.remove, fault, code=code, status=status)

    deployment.destroy()

    assert stage.live() == set()


# -- taking back, where nothing can be read first ----------------------------------------------------


@pytest.mark.parametrize("service", services.names())
@pytest.mark.parametrize("stale_reads", [1, 2, 3])
def test_taking_back_that_is_accepted_and_not_carried_out_is_not_believed_by_a_late_read(
    set_up: SetUp, service: str, stale_reads: int
):
    stage = set_up(service, {"swas_calls_a_minute": "none", "stale_reads": stale_reads})
    every = {"service": service, "every": 1}
    blind = {**every, "action": stage.facts.list, "kind": "error", "code": "InternalError", "status": 500}
    ignored = {**every, "action": stage.facts.remove, "kind": "truncate"}
    late = {"service": service, "action": stage.facts.add, "kind": "partial", "nth": [1], **RISK}
    stage.cloud.put_faults([late])
    began = stage.time.now
    states: list[list[dict[str, Any]]] = [[ignored], [blind, ignored]]

    def on_sleep() -> None:
        is_time = stage.writes() if len(states) == 2 else stage.time.now - began > 11
        if states and is_time:
            stage.cloud.put_faults(states.pop())

    stage.time.on_sleep = on_sleep
    with pytest.raises(NotConverged) as failure:
        stage.deployment(callsPerMinute={"swas": 9999}).up(accounts(6))

    assert stage.live() <= named(str(failure.value), accounts(6))
