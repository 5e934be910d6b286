"""The whole life of a share under each reading of each switch of the simulator, alone and where two meet."""

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import NotConverged
from tests.contract.behaviours import PEDANTIC
from tests.contract.stage import FOREIGN, SetUp, Stage, accounts


def test_share_through_its_whole_life_keeps_its_promises_under_each_reading(odd_stage: Stage):
    odd_stage.put_image([FOREIGN])
    deployment = odd_stage.deployment()

    deployment.up(accounts(12))
    created = odd_stage.live()
    deployment.up(accounts(12, first=7))
    updated = odd_stage.live()
    odd_stage.unshare_outside(accounts(12)[-1])
    with pytest.raises(NotConverged):
        deployment.up(accounts(11, first=8))
    drifted = odd_stage.live()
    deployment.refresh()
    deployment.up(accounts(12, first=7))
    restored = odd_stage.live()
    deployment.destroy()

    assert created == {FOREIGN, *accounts(12)}
    assert updated == restored == {FOREIGN, *accounts(12, first=7)}
    assert drifted == {FOREIGN, *accounts(11, first=8)} - {accounts(12)[-1]}
    assert odd_stage.live() == {FOREIGN}


@pytest.mark.parametrize("late", [1, 2, 3])
@pytest.mark.parametrize("service", services.names())
def test_share_where_reads_are_late_and_repeats_are_refused_ends_in_what_was_asked(
    set_up: SetUp, service: str, late: int
):
    stage = set_up(service, {**PEDANTIC, "stale_reads": late})
    deployment = stage.deployment()

    deployment.up(accounts(12))
    deployment.up(accounts(12, first=7))
    updated = stage.live()
    deployment.destroy()

    assert updated == set(accounts(12, first=7))
    assert stage.live() == set()


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
@pytest.mark.parametrize("service", services.names())
def test_lost_answer_where_reads_are_late_and_repeats_are_refused_ends_in_what_was_asked(
    set_up: SetUp, service: str, kind: str
):
    stage = set_up(service, {**PEDANTIC, "stale_reads": 1})
    stage.fail(stage.facts.add, kind, nth=(2,))

    stage.deployment().up(accounts(25))

    assert stage.live() == set(accounts(25))
