"""Nobody gains access unnamed: who was taken off outside is not added by a run that did not show it."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from alicloud_image_share.errors import NotConverged
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from tests.contract.stage import Stage, accounts

A, B, C = accounts(3)


def test_update_after_a_removal_outside_adds_nobody_does_its_removals_and_fails(stage: Stage):
    deployment = stage.deployment()
    deployment.up({A: "web", B: "shop"})
    stage.unshare_outside(A)

    with pytest.raises(NotConverged) as failure:
        deployment.up({A: "web", C: ""})

    doing, found, now, next_step = str(failure.value).splitlines()
    assert stage.live() == set()
    assert doing.startswith("updating ")
    assert f'{A} "web"' in found
    assert "nobody was added" in now
    assert "up --refresh" in next_step


def test_update_after_a_removal_outside_that_is_taken_off_the_list_succeeds(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.unshare_outside(A)

    deployment.up([B, C])

    assert stage.live() == {B, C}


@pytest.mark.parametrize("late", [1, 2])
def test_update_whose_first_reads_are_late_looks_again_and_adds(stage: Stage, late: int):
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.fail(stage.facts.list, "stale", reads=late)

    deployment.up([A, B, C])

    assert stage.live() == {A, B, C}


@pytest.mark.parametrize("order", [list, reversed])
def test_create_for_a_replacement_adds_nobody_who_was_removed_outside(
    stage: Stage, order: Callable[[Iterable[Any]], Iterable[Any]]
):
    deployment = stage.deployment()
    deployment.up([A, B])
    stage.unshare_outside(A)
    run = stage.run()
    Preview(run).check(deployment.inputs, stage.inputs([A, B, C]))
    checked = Preview(run).check({}, stage.inputs([A, B, C]))

    with pytest.raises(NotConverged, match=A):
        Lifecycle(run).create(dict(order(checked.inputs.items())))

    assert stage.live() == {B}
