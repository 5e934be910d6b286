"""An answer that may belong to a second copy of a request, and tokens while an outcome is unknown."""

from __future__ import annotations

import pytest

from alicloud_image_share.errors import NotConverged
from tests.contract.stage import FOREIGN, SetUp, Stage, accounts

NONCE_USED = {"code": "SignatureNonceUsed", "status": 400}
COPIES = ["error_after", "error"]
"""Whether the copy that arrived first was carried out."""


# -- SignatureNonceUsed ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", COPIES)
@pytest.mark.parametrize("nth", [(1,), (2,), (1, 2, 3)])
def test_create_whose_writes_arrive_twice_ends_in_what_was_asked(
    stage: Stage, kind: str, nth: tuple[int, ...]
):
    stage.put_image([FOREIGN])
    stage.fail(stage.facts.add, kind, nth=nth, **NONCE_USED)

    stage.deployment().up(accounts(25))

    assert stage.live() == {FOREIGN, *accounts(25)}


@pytest.mark.parametrize("kind", COPIES)
@pytest.mark.parametrize("nth", [1, 2])
def test_update_whose_writes_arrive_twice_ends_in_what_was_asked(stage: Stage, kind: str, nth: int):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    stage.fail(stage.facts.add, kind, nth=(nth,), **NONCE_USED)

    deployment.up(accounts(24, first=7))

    assert stage.live() == set(accounts(24, first=7))


@pytest.mark.parametrize("kind", COPIES)
@pytest.mark.parametrize("nth", [1, 2])
def test_delete_whose_removals_arrive_twice_leaves_nobody(stage: Stage, kind: str, nth: int):
    stage.put_image([FOREIGN])
    deployment = stage.deployment()
    deployment.up(accounts(12))
    stage.fail(stage.facts.remove, kind, nth=(nth,), **NONCE_USED)

    deployment.destroy()

    assert stage.live() == {FOREIGN}


def test_write_whose_first_copy_was_carried_out_is_not_repeated(plain: Stage):
    plain.fail(plain.facts.add, "error_after", **NONCE_USED)

    plain.deployment().up(accounts(12))

    assert [account for batch in plain.sent_to_add() for account in batch] == accounts(12)


@pytest.mark.parametrize("which", ["list", "describe"])
def test_read_that_arrives_twice_is_sent_again(plain: Stage, which: str):
    plain.fail(getattr(plain.facts, which), "error", nth=(1, 2), **NONCE_USED)

    plain.deployment().up(accounts(3))

    assert plain.live() == set(accounts(3))


@pytest.mark.parametrize("kind", COPIES)
def test_switch_that_arrives_twice_ends_in_what_was_asked(set_up: SetUp, kind: str):
    stage = set_up("swas", {})
    stage.fail("ModifyImageShareStatus", kind, **NONCE_USED)

    stage.deployment().up(accounts(1), share_to_ecs=True)

    assert stage.image()["in_share"] is True


@pytest.mark.parametrize("kind", COPIES)
def test_taking_back_that_arrives_twice_leaves_nobody(plain: Stage, kind: str):
    together = plain.facts.add == plain.facts.remove
    refused = {"kind": "error", "code": "Forbidden.RAM", "status": 403}
    twice = {"kind": kind, **NONCE_USED}
    plain.cloud.put_faults(
        [
            {"service": plain.service, "action": plain.facts.add, "nth": [2], **refused},
            {
                "service": plain.service,
                "action": plain.facts.remove,
                "nth": [3 if together else 1],
                **twice,
            },
        ]
    )

    with pytest.raises(NotConverged) as failure:
        plain.deployment().up(accounts(12))

    assert plain.live() == set()
    assert "may have access" not in str(failure.value)


def test_identity_that_is_asked_for_twice_is_asked_for_again(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(1))
    plain.remove_image()
    plain.cloud.put_faults(
        [{"service": "sts", "action": "GetCallerIdentity", "kind": "error", "nth": [1], **NONCE_USED}]
    )

    plain.cloud.clear_calls()

    deployment.refresh()

    assert [call["action"] for call in plain.cloud.calls()].count("GetCallerIdentity") == 2
    assert deployment.outputs == {}


# -- ClientToken -----------------------------------------------------------------------------------


UNKNOWN = [
    {"kind": "error", "code": "InternalError", "status": 500},
    {"kind": "error", "code": "ServiceUnavailable", "status": 503},
    {"kind": "drop_before"},
    {"kind": "throttle"},
    {"kind": "error", **NONCE_USED},
    {"kind": "error", "code": "IdempotentProcessing", "status": 403},
    {"kind": "error", "code": "LastTokenProcessing", "status": 403},
]
"""What leaves it unknown whether an attempt was carried out; it was not."""


def swas_stage(set_up: SetUp) -> Stage:
    return set_up("swas", {"swas_calls_a_minute": "none"})


def tokens(stage: Stage, action: str) -> list[str]:
    """The token of each attempt of an action."""
    calls = [call for call in stage.calls() if call["action"] == action]
    return [call["parameters"]["ClientToken"] for call in calls]


@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
def test_addition_of_unknown_outcome_keeps_its_token(set_up: SetUp, fault: dict):
    stage = swas_stage(set_up)
    stage.fail(stage.facts.add, nth=(1, 2), **fault)

    stage.deployment().up(accounts(3))

    assert len(tokens(stage, stage.facts.add)) == 3
    assert len(set(tokens(stage, stage.facts.add))) == 1


@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
def test_removal_of_unknown_outcome_keeps_its_token(set_up: SetUp, fault: dict):
    stage = swas_stage(set_up)
    deployment = stage.deployment()
    deployment.up(accounts(3))
    stage.fail(stage.facts.remove, nth=(1, 2), **fault)

    deployment.destroy()

    assert len(tokens(stage, stage.facts.remove)) == 3
    assert len(set(tokens(stage, stage.facts.remove))) == 1


@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
def test_switch_of_unknown_outcome_keeps_its_token(set_up: SetUp, fault: dict):
    stage = swas_stage(set_up)
    stage.fail("ModifyImageShareStatus", nth=(1, 2), **fault)

    stage.deployment().up(accounts(1), share_to_ecs=True)

    assert len(tokens(stage, "ModifyImageShareStatus")) == 3
    assert len(set(tokens(stage, "ModifyImageShareStatus"))) == 1


@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
def test_taking_back_of_unknown_outcome_keeps_its_token(set_up: SetUp, fault: dict):
    stage = swas_stage(set_up)
    stage.cloud.put_faults(
        [
            {
                "action": "AddCustomImageShareAccount",
                "nth": [2],
                "kind": "error",
                "code": "Forbidden.RAM",
                "status": 403,
            },
            {"action": "RemoveCustomImageShareAccount", "nth": [1], **fault},
        ]
    )

    with pytest.raises(NotConverged):
        stage.deployment().up(accounts(12))

    first, second, *_ = tokens(stage, stage.facts.remove)
    assert first == second
    assert stage.live() == set()


def test_write_that_was_carried_out_and_shows_late_is_not_carried_out_twice(set_up: SetUp):
    stage = set_up("swas", {"swas_calls_a_minute": "none", "stale_reads": 3, "add_again": "error"})
    stage.fail(stage.facts.add, "drop_after")

    stage.deployment().up(accounts(3))

    assert stage.live() == set(accounts(3))
    assert len(set(tokens(stage, stage.facts.add))) == 1


@pytest.mark.parametrize("code", ["IdempotentProcessing", "LastTokenProcessing"])
@pytest.mark.parametrize("kind", ["error", "error_after", "partial"])
def test_create_and_delete_whose_first_copies_are_under_way_end_in_what_was_asked(
    plain: Stage, kind: str, code: str
):
    deployment = plain.deployment()
    plain.fail(plain.facts.add, kind, code=code, status=403)
    deployment.up(accounts(7))
    assert plain.live() == set(accounts(7))

    plain.fail(plain.facts.remove, kind, code=code, status=403)
    deployment.destroy()

    assert plain.live() == set()


def test_write_of_other_parameters_has_another_token(set_up: SetUp):
    stage = swas_stage(set_up)
    stage.fail(stage.facts.add, "partial", code="InternalError", status=500)

    stage.deployment().up(accounts(4))

    first, second = tokens(stage, stage.facts.add)
    assert first != second
    assert stage.sent_to_add() == [accounts(4), accounts(4)[2:]]


def test_write_that_was_accepted_and_does_not_show_has_another_token(set_up: SetUp):
    stage = swas_stage(set_up)
    stage.fail(stage.facts.add, "stale", reads=20)

    stage.deployment().up(accounts(3))

    sent = tokens(stage, stage.facts.add)
    assert len(sent) > 1
    assert len(set(sent)) == len(sent)


def test_write_that_is_accepted_after_an_unknown_one_and_does_not_show_has_another_token(set_up: SetUp):
    stage = swas_stage(set_up)
    lost = {"action": stage.facts.add, "kind": "drop_before", "nth": [1]}
    stage.cloud.put_faults([lost, {"action": stage.facts.add, "kind": "stale", "reads": 20, "nth": [2]}])

    stage.deployment().up(accounts(3))

    first, second, third, *_ = tokens(stage, stage.facts.add)
    assert first == second
    assert third != second


def test_token_of_one_operation_is_not_that_of_the_next(set_up: SetUp):
    stage = swas_stage(set_up)
    stage.fail(stage.facts.add, "error", code="InternalError", status=500)
    deployment = stage.deployment()
    deployment.up(accounts(1))
    deployment.up(accounts(1, first=2))
    deployment.up(accounts(1))

    once, again, *others = tokens(stage, stage.facts.add)
    assert once == again
    assert len({once, *others}) == 1 + len(others)
