"""What every service must do, clause by clause, under every reading of what no API page says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import cycle

import pytest

from alicloud_image_share.errors import NotConverged, ShareError
from alicloud_image_simulator import OTHER
from tests.contract.conftest import PROFILES, SINGLE_READINGS
from tests.contract.stage import FOREIGN, Behaviour, SetUp, Stage, accounts

A, B, C = accounts(3)


def empty(stage: Stage) -> None:
    """An exclusive share of nobody unshares the image."""
    stage.put_image([A, FOREIGN])
    stage.deployment().up([], exclusive=True)
    assert stage.live() == set()


def two_pages(stage: Stage) -> None:
    """Whoever is listed on the second page is known, and removed when that is asked."""
    many = accounts(stage.more_than_a_page)
    stage.put_image(many)
    deployment = stage.deployment()
    deployment.up(many[-2:])
    deployment.destroy()
    assert stage.live() == set(many[:-2])


def one_full_batch(stage: Stage) -> None:
    """As many accounts as one call takes."""
    full = accounts(stage.facts.add_per_call)
    stage.deployment().up(full)
    assert stage.live() == set(full)


def one_more_than_a_batch(stage: Stage) -> None:
    """One account more than one call takes, in and out again."""
    more = accounts(stage.facts.add_per_call + 1)
    deployment = stage.deployment()
    deployment.up(more)
    assert stage.live() == set(more)
    deployment.destroy()
    assert stage.live() == set()


def other_order(stage: Stage) -> None:
    """The same accounts in another order are no change, and no call."""
    deployment = stage.deployment()
    deployment.up([A, B, C])
    stage.cloud.clear_calls()
    deployment.up([C, A, B])
    assert stage.cloud.calls() == []
    assert stage.live() == {A, B, C}


def repeated(stage: Stage) -> None:
    """A second stack that asks for the same adopts it without a write."""
    stage.deployment().up([A, B])
    stage.cloud.clear_calls()
    stage.deployment().up([A, B])
    assert stage.reads()
    assert stage.writes() == []
    assert stage.live() == {A, B}


def unknown_image_on_read(stage: Stage) -> None:
    """An image that its owner no longer sees is dropped from state."""
    deployment = stage.deployment()
    deployment.up([A])
    stage.remove_image()
    deployment.refresh()
    assert deployment.outputs == {}


def unknown_image_on_delete(stage: Stage) -> None:
    """An image that its owner no longer sees needs no unsharing."""
    deployment = stage.deployment()
    deployment.up([A])
    stage.remove_image()
    stage.cloud.clear_calls()
    deployment.destroy()
    assert stage.writes() == []


def refused_in_the_middle(stage: Stage) -> None:
    """What was added is taken back, removals stand, and nobody else is touched."""
    stage.put_image([FOREIGN])
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.fail(stage.facts.add, "error", nth=(2,), code="Forbidden.RAM", status=403)
    with pytest.raises(NotConverged):
        deployment.up([B, *accounts(25, first=101)])
    assert {B, FOREIGN} <= stage.live() <= {A, B, FOREIGN}


def additive(stage: Stage) -> None:
    """Who is not listed keeps access, from create to destroy."""
    stage.put_image([A, FOREIGN])
    deployment = stage.deployment()
    deployment.up([A, B])
    assert stage.live() == {A, B, FOREIGN}
    deployment.up([B])
    deployment.destroy()
    assert stage.live() == {FOREIGN}


def exclusive(stage: Stage) -> None:
    """Who is not listed loses access."""
    stage.put_image([C, FOREIGN])
    stage.deployment().up([A, B], exclusive=True)
    assert stage.live() == {A, B}


def foreign_left_alone(stage: Stage) -> None:
    """Whoever somebody else shares with in between keeps access."""
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.share_outside(FOREIGN)
    deployment.up([A, C])
    deployment.refresh()
    assert deployment.outputs["foreign_accounts"] == [FOREIGN]
    deployment.destroy()
    assert stage.live() == {FOREIGN}


def wrong_account(stage: Stage) -> None:
    """Credentials of another account drop nothing and unshare nobody, whoever that is."""
    deployment = stage.deployment()
    deployment.up([A, OTHER.id])
    kept = dict(deployment.outputs)
    deployment.account = OTHER
    for command in (deployment.refresh, deployment.destroy):
        with pytest.raises(ShareError):
            command()
    assert deployment.outputs == kept
    assert stage.live() == {A, OTHER.id}


LATE = ({"kind": "error_after"}, {"kind": "partial", "count": 1})
UNKNOWN = (("InternalError", 500), ("SignatureNonceUsed", 400), ("Throttling", 400))
REFUSAL = {"code": "Forbidden.RiskControl", "status": 403}


def create_refused_although_carried_out(stage: Stage) -> None:
    """A batch that was sent counts as possibly added, whatever came back; so does a part of it."""
    for nth, fault in enumerate(LATE, 1):
        stage.put_image([FOREIGN])
        stage.fail(stage.facts.add, nth=(nth,), **fault, **REFUSAL)
        with pytest.raises(NotConverged):
            stage.deployment().up(accounts(12))
        assert stage.live() == {FOREIGN}


def update_refused_although_carried_out(stage: Stage) -> None:
    """What the update added is taken back, and its removals stand."""
    for fault in LATE:
        stage.put_image([FOREIGN])
        deployment = stage.deployment()
        deployment.up([A, B])
        stage.fail(stage.facts.add, **fault, **REFUSAL)
        with pytest.raises(NotConverged):
            deployment.up([B, C])
        assert {B, FOREIGN} <= stage.live() <= {A, B, FOREIGN}
        deployment.up([B, C])
        assert stage.live() == {B, C, FOREIGN}


def delete_refused_although_carried_out(stage: Stage) -> None:
    """Deleting again does what is left to do."""
    for fault in LATE:
        stage.put_image([FOREIGN])
        deployment = stage.deployment()
        deployment.up([A, B, C])
        stage.fail(stage.facts.remove, **fault, **REFUSAL)
        with suppress(NotConverged):
            deployment.destroy()
        if deployment.outputs:
            deployment.destroy()
        assert stage.live() == {FOREIGN}


def failed_although_carried_out(stage: Stage) -> None:
    """An answer that says nothing of the outcome is followed by a read, and by what is missing."""
    for fault, (code, status) in zip(cycle(LATE), UNKNOWN, strict=False):
        stage.put_image([FOREIGN])
        deployment = stage.deployment()
        stage.fail(stage.facts.add, **fault, code=code, status=status)
        deployment.up(accounts(3))
        assert stage.live() == {FOREIGN, *accounts(3)}
        stage.fail(stage.facts.remove, **fault, code=code, status=status)
        deployment.destroy()
        assert stage.live() == {FOREIGN}


CLAUSES: tuple[Callable[[Stage], None], ...] = (
    empty,
    two_pages,
    one_full_batch,
    one_more_than_a_batch,
    other_order,
    repeated,
    unknown_image_on_read,
    unknown_image_on_delete,
    refused_in_the_middle,
    additive,
    exclusive,
    foreign_left_alone,
    wrong_account,
    create_refused_although_carried_out,
    update_refused_although_carried_out,
    delete_refused_although_carried_out,
    failed_although_carried_out,
)


SWITCHES = frozenset(
    {
        "account_field",
        "add_again",
        "ecs_account_type",
        "ecs_not_found_status",
        "eds_absent_image",
        "eds_codes",
        "eds_per_call",
        "ens_absent_image",
        "remove_absent",
        "stale_reads",
        "swas_per_call",
    }
)
"""What the clauses meet: any other switch alone changes none of their calls and answers.

Its readings are in the profiles, and in test_contract_readings each alone.
"""
MET = [reading for reading in SINGLE_READINGS if reading.values[0][1].keys() <= SWITCHES]


@pytest.mark.parametrize("behaviour", [*PROFILES, *MET])
def test_every_clause_of_the_contract_holds(
    subtests: pytest.Subtests, set_up: SetUp, behaviour: tuple[str, Behaviour]
):
    for clause in CLAUSES:
        with subtests.test(clause.__name__):
            stage = set_up(*behaviour)
            stage.cloud.put_faults([])
            clause(stage)
