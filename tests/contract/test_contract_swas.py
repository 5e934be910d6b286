"""What SWAS alone has: the share to the owner's ECS, ClientTokens, ten accounts and ten calls a minute."""

import pytest

from alicloud_image_share.errors import NotConverged
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.sharing.notices import Kind
from tests.contract.behaviours import profiles
from tests.contract.stage import SetUp, Stage, accounts

A, B = accounts(2)


@pytest.fixture(params=[pytest.param(profile, id=str(n)) for n, profile in enumerate(profiles("swas"))])
def swas(request: pytest.FixtureRequest, set_up: SetUp) -> Stage:
    return set_up("swas", request.param)


def in_ecs(stage: Stage) -> bool:
    return bool(stage.image()["in_share"])


def switches(stage: Stage) -> list[str]:
    return [call["parameters"]["Operation"] for call in stage.calls() if call["action"] == stage.facts.switch]


def switch_outside(stage: Stage, on: bool) -> None:
    stage.put_image(sorted(stage.live()), in_share=on)


# -- the share to the owner's ECS ------------------------------------------------------------------


def test_share_to_ecs_is_switched_on_and_off_again_by_destroy(swas: Stage):
    deployment = swas.deployment()

    deployment.up([], share_to_ecs=True)
    created = in_ecs(swas)
    deployment.destroy()

    assert created
    assert not in_ecs(swas)
    assert switches(swas) == ["Share", "UnShare"]


def test_share_to_ecs_beside_accounts_is_switched_by_update(swas: Stage):
    deployment = swas.deployment()

    deployment.up([A], share_to_ecs=True)
    deployment.up([A, B], share_to_ecs=False)

    assert not in_ecs(swas)
    assert swas.live() == {A, B}


@pytest.mark.parametrize(("before", "after"), [(True, True), (True, False), (False, False), (False, True)])
def test_update_says_that_the_image_leaves_ecs_where_it_does(swas: Stage, *, before: bool, after: bool):
    deployment = swas.deployment()
    deployment.up([A], share_to_ecs=before)
    swas.said()

    deployment.up([A, B], share_to_ecs=after)

    assert (Kind.LEAVES_ECS in swas.said()) is (before and not after)


@pytest.mark.parametrize("on", [True, False])
def test_share_to_ecs_that_a_replacement_has_switched_is_not_switched_back_for_a_late_read(
    set_up: SetUp, on: bool
):
    swas = set_up("swas", {"remove_absent": "error", "add_again": "error"})
    deployment = swas.deployment()
    deployment.up([A], share_to_ecs=not on)
    run = swas.run()
    checked = Preview(run).check({}, swas.inputs([A], share_to_ecs=on))
    Lifecycle(run).create(checked.inputs)
    swas.fail(swas.facts.describe, "stale", reads=1)

    if on:
        Lifecycle(run).update(deployment.outputs, checked.inputs)
    else:
        Lifecycle(run).delete(deployment.outputs)

    assert in_ecs(swas) is on
    assert switches(swas) == (["Share"] if on else ["Share", "UnShare"])


@pytest.mark.parametrize("on", [True, False])
def test_share_to_ecs_that_is_not_asked_for_is_left_alone(swas: Stage, on: bool):
    switch_outside(swas, on)
    deployment = swas.deployment()

    deployment.up([A])
    deployment.up([B])
    deployment.destroy()

    assert in_ecs(swas) == on
    assert switches(swas) == []


def test_share_to_ecs_that_is_there_already_is_adopted_without_a_write(swas: Stage):
    switch_outside(swas, True)

    swas.deployment().up([], share_to_ecs=True)

    assert swas.reads()
    assert switches(swas) == []


def test_share_to_ecs_asked_to_be_off_is_not_switched_by_destroy(swas: Stage):
    deployment = swas.deployment()
    deployment.up([A], share_to_ecs=False)
    switch_outside(swas, True)

    deployment.destroy()

    assert in_ecs(swas)


def test_share_to_ecs_switched_outside_is_found_by_refresh_and_repaired(swas: Stage):
    deployment = swas.deployment()
    deployment.up([A], share_to_ecs=True)
    switch_outside(swas, False)

    deployment.refresh()
    found = deployment.inputs["share_to_ecs"]
    deployment.up([A], share_to_ecs=True)

    assert found is False
    assert in_ecs(swas)


def test_share_to_ecs_switched_outside_stops_an_update_that_did_not_show_it(swas: Stage):
    deployment = swas.deployment()
    deployment.up([A], share_to_ecs=True)
    switch_outside(swas, False)

    with pytest.raises(NotConverged):
        deployment.up([A, B], share_to_ecs=True)

    assert not in_ecs(swas)
    assert swas.live() == {A}


def test_share_to_ecs_that_another_share_of_the_run_asks_for_survives_a_delete(swas: Stage):
    deployment = swas.deployment()
    deployment.up([A], share_to_ecs=True)
    run = swas.run()
    checked = Preview(run).check({}, swas.inputs([B], share_to_ecs=True))
    Lifecycle(run).create(checked.inputs)

    Lifecycle(run).delete(deployment.outputs)

    assert in_ecs(swas)
    assert swas.live() == {B}


def test_share_to_ecs_that_is_refused_has_the_accounts_taken_back(swas: Stage):
    assert swas.facts.switch
    swas.fail(swas.facts.switch, "error", code="Forbidden.RAM", status=403)

    with pytest.raises(NotConverged):
        swas.deployment().up([A], share_to_ecs=True)

    assert swas.live() == set()
    assert not in_ecs(swas)


def test_share_to_ecs_that_is_never_shown_is_taken_back(swas: Stage):
    assert swas.facts.switch
    swas.fail(swas.facts.switch, "stale", reads=10_000)

    with pytest.raises(NotConverged):
        swas.deployment().up([A], share_to_ecs=True, timeout=60)

    assert swas.live() == set()
    assert not in_ecs(swas)


@pytest.mark.parametrize("on", [True, False])
def test_switch_that_still_shows_after_it_was_taken_back_is_named(set_up: SetUp, on: bool):
    stage = set_up("swas", {"swas_calls_a_minute": "none"})
    deployment = stage.deployment()
    deployment.up([], share_to_ecs=not on)
    switch = {"action": stage.facts.switch}
    stage.cloud.put_faults(
        [
            {**switch, "kind": "error_after", "nth": [1], "code": "Forbidden", "status": 403},
            {**switch, "kind": "stale", "nth": [2], "reads": 10_000},
        ]
    )

    with pytest.raises(NotConverged) as caught:
        deployment.up([], share_to_ecs=on)

    gained, lost = "the ECS of the owner may have access", "the share to the owner's ECS may be off"
    assert f"Now: {gained if on else lost}" in str(caught.value)


@pytest.mark.parametrize("on", [True, False])
def test_switch_that_was_taken_back_and_no_longer_shows_is_not_named(set_up: SetUp, on: bool):
    stage = set_up("swas", {"swas_calls_a_minute": "none"})
    deployment = stage.deployment()
    deployment.up([], share_to_ecs=not on)
    stage.fail(stage.facts.switch, "error_after", code="Forbidden", status=403)

    with pytest.raises(NotConverged) as caught:
        deployment.up([], share_to_ecs=on)

    assert in_ecs(stage) is not on
    assert "Now: the share to ECS is what it was" in str(caught.value)


def test_switch_that_was_taken_back_is_not_named_beside_an_account_that_was_not(swas: Stage):
    deployment = swas.deployment()
    deployment.up([A], share_to_ecs=True)
    refused = {"service": "swas", "code": "Forbidden", "status": 403}
    swas.cloud.put_faults(
        [
            {**refused, "action": swas.facts.switch, "kind": "error_after", "nth": [1]},
            {**refused, "action": swas.facts.remove, "kind": "error", "every": 1},
        ]
    )

    with pytest.raises(NotConverged) as caught:
        deployment.up([A, B], share_to_ecs=False)

    assert in_ecs(swas)
    assert f"{B} may have access that should not" in str(caught.value)
    assert "may be off" not in str(caught.value)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_share_to_ecs_whose_answer_is_lost_ends_in_what_was_asked(swas: Stage, kind: str):
    assert swas.facts.switch
    swas.fail(swas.facts.switch, kind)

    swas.deployment().up([A], share_to_ecs=True)

    assert in_ecs(swas)
    assert swas.live() == {A}


# -- tokens, limits, pace --------------------------------------------------------------------------


def tokens(stage: Stage) -> list[str]:
    return [call["parameters"]["ClientToken"] for call in stage.writes()]


def test_token_is_kept_when_a_throttled_call_is_sent_again(swas: Stage):
    swas.fail(swas.facts.add, "throttle", nth=(1, 2))

    swas.deployment().up([A])

    first, second, third = tokens(swas)
    assert first == second == third


def test_token_is_another_one_for_every_other_call(swas: Stage):
    deployment = swas.deployment()

    deployment.up([A], share_to_ecs=True)
    deployment.up([B], share_to_ecs=False)

    found = [
        call["parameters"]["ClientToken"] for call in swas.calls() if "ClientToken" in call["parameters"]
    ]
    assert len(found) == len(set(found))
    assert all(token.isascii() and len(token) <= 64 for token in found)


def test_check_of_more_than_ten_accounts_fails(swas: Stage):
    run = swas.run(accountsPerImage={})

    (reason,) = Preview(run).check({}, swas.inputs(accounts(11))).failures

    assert reason.startswith("accounts: 11 listed, but an swas image can be shared with 10. Remove 1, or set")


def test_pace_of_ten_calls_a_minute_is_kept_without_being_throttled(swas: Stage):
    run = swas.run()
    before = swas.time.now
    swas.put_image(accounts(10))
    checked = Preview(run).check({}, swas.inputs(accounts(10)))
    created = Lifecycle(run).create(checked.inputs)
    assert created.share.account_ids

    for _ in range(25):
        Lifecycle(run).read(checked.inputs)

    assert {call["status"] for call in swas.calls()} == {200}
    assert swas.time.now - before >= 120
