"""Where check is not called, the loop holds rules between its first read and its first write."""

import pytest

from alicloud_image_share.errors import ConfigurationError, PreconditionFailed
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from tests.contract.stage import FOREIGN, Deployment, Stage, accounts

A, B, C = accounts(3)
IMAGE = "ecs:cn-hangzhou:m-1"


def shared(stage: Stage, listed: object, **fields: object) -> Deployment:
    """Give a share that was made without rules."""
    deployment = stage.deployment()
    deployment.up(listed, **fields)
    stage.cloud.clear_calls()
    return deployment


def an_up(stage: Stage, asked: object = (FOREIGN,), **rules: object) -> Run:
    """Start a run that has checked another share, of an image of its own where nothing is asked here."""
    run = stage.run(**rules)
    Preview(run).check({}, {**stage.inputs(list(asked)), "image_id": "m-2"})
    return run


@pytest.mark.parametrize(
    "rules", [{"neverLose": {B: "bank"}}, {"maxRemoved": 1}], ids=["neverLose", "maxRemoved"]
)
def test_share_that_left_the_program_is_held_to_the_rules_and_nothing_is_written(stage: Stage, rules: dict):
    deployment = shared(stage, [A, B])

    with pytest.raises(PreconditionFailed) as failure:
        Lifecycle(an_up(stage, **rules)).delete(deployment.outputs)

    doing, found, now, next_step = str(failure.value).splitlines()
    assert doing == f"removing 2 accounts from {IMAGE} was not started."
    assert found.startswith(f"image-shares:{next(iter(rules))}: ")
    assert now == "Now: nothing was written; 2 have access, as before."
    assert f"name {IMAGE} in image-shares:allowRemoval" in next_step
    assert stage.writes() == []


def test_share_that_left_the_program_goes_where_its_image_is_exempt(stage: Stage):
    deployment = shared(stage, [A, B])
    run = an_up(stage, neverLose=[A], maxRemoved=0, allowRemoval=[IMAGE])

    Lifecycle(run).delete(deployment.outputs)

    assert stage.live() == set()


def test_share_that_left_the_program_goes_within_the_rules(stage: Stage):
    deployment = shared(stage, [A, B])

    Lifecycle(an_up(stage, neverLose=[C], maxRemoved=2)).delete(deployment.outputs)

    assert stage.live() == set()


def test_account_that_lost_access_outside_is_not_counted(stage: Stage):
    deployment = shared(stage, [A, B])
    stage.unshare_outside(B)

    Lifecycle(an_up(stage, neverLose=[B], maxRemoved=1)).delete(deployment.outputs)

    assert stage.live() == set()


def test_account_that_another_share_asks_for_is_not_counted(stage: Stage):
    deployment = shared(stage, [A, B])
    run = stage.run(neverLose=[B], maxRemoved=1)
    Preview(run).check({}, stage.inputs([B]))

    Lifecycle(run).delete(deployment.outputs)

    assert stage.live() == {B}


def test_removals_of_an_update_and_a_delete_of_one_run_count_together(stage: Stage):
    one, two = shared(stage, [A, B]), shared(stage, [C])
    run = stage.run(maxRemoved=1)
    checked = Preview(run).check(one.inputs, stage.inputs([A]))
    Lifecycle(run).update(one.outputs, checked.inputs)

    with pytest.raises(PreconditionFailed, match="2 accounts"):
        Lifecycle(run).delete(two.outputs)

    assert stage.live() == {A, C}


def test_share_that_is_no_longer_exclusive_is_held_to_the_rules_by_its_update(stage: Stage):
    deployment = shared(stage, [A, B], exclusive=True)
    run = stage.run(neverLose=[B])
    checked = Preview(run).check(deployment.inputs, stage.inputs([A]))

    with pytest.raises(PreconditionFailed, match="neverLose"):
        Lifecycle(run).update(deployment.outputs, checked.inputs)

    assert stage.writes() == []


def test_share_that_is_no_longer_exclusive_keeps_a_protected_account_that_it_never_owned(stage: Stage):
    deployment = shared(stage, [A], exclusive=True)
    stage.share_outside(FOREIGN)
    deployment.refresh()
    run = stage.run(neverLose=[FOREIGN])

    checked = Preview(run).check(deployment.inputs, stage.inputs([A]))

    assert checked.failures == ()


def test_destroy_is_not_held_to_a_number(stage: Stage):
    deployment = shared(stage, [A, B])

    Lifecycle(stage.run(maxRemoved=0)).delete(deployment.outputs)

    assert stage.live() == set()


def test_destroy_that_takes_off_a_protected_account_is_not_started_and_names_the_way_out(stage: Stage):
    deployment = shared(stage, {A: "", B: "bank"})

    with pytest.raises(PreconditionFailed) as failure:
        Lifecycle(stage.run(neverLose=[B])).delete(deployment.outputs)

    _, found, _, next_step = str(failure.value).splitlines()
    assert f'{B} "bank" would lose access' in found
    assert "image-shares:allowRemoval" in next_step
    assert "`pulumi destroy --run-program`" in next_step
    assert stage.writes() == []


def test_secret_accounts_are_not_shown_by_a_delete_that_is_not_started(stage: Stage):
    deployment = shared(stage, {A: "", B: ""}, accounts_secret=True)

    with pytest.raises(PreconditionFailed) as failure:
        Lifecycle(stage.run(neverLose=[B])).delete(deployment.outputs)

    assert "1 account (secret) would lose access" in str(failure.value)
    assert B not in str(failure.value)


def test_destroy_under_a_malformed_rule_is_not_started(stage: Stage):
    deployment = shared(stage, [A, B])

    with pytest.raises(ConfigurationError, match="image-shares:neverLose: 'all' is neither"):
        Lifecycle(stage.run(neverLose="all")).delete(deployment.outputs)

    assert stage.writes() == []
