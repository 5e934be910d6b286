"""The policy that `image-share policy` prints is enough for the life of a share, and all of it is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_simulator import OWNER
from tests.contract.stage import Stage, accounts, policy

DENIED = ("Forbidden.RAM", "NoPermission")
FIRST, SECOND, THIRD = accounts(3)


def actions(document: dict[str, Any]) -> list[str]:
    return [action for statement in document["Statement"] for action in statement["Action"]]


def without(document: dict[str, Any], missing: str) -> dict[str, Any]:
    left = [
        {**statement, "Action": [action for action in statement["Action"] if action != missing]}
        for statement in document["Statement"]
    ]
    return {**document, "Statement": [statement for statement in left if statement["Action"]]}


def refused(stage: Stage, document: dict[str, Any], do: Callable[[Stage], None]) -> set[str]:
    """Do something under a policy; give the actions that it refused."""
    stage.cloud.clear_calls()
    stage.cloud.put_policies({OWNER.key: document})
    try:
        do(stage)
    except ShareError:
        assert any(call["code"] for call in stage.calls())
    finally:
        stage.cloud.put_policies({})
    prefix = stage.facts.ram_prefix
    return {f"{prefix}:{call['action']}" for call in stage.calls() if call["code"] in DENIED}


def life(stage: Stage) -> None:
    """Create, update, refresh, destroy."""
    switch = {"share_to_ecs": True} if stage.facts.switch else {}
    share = stage.deployment()
    share.up([FIRST, SECOND], **switch)
    share.up([FIRST, THIRD], **switch)
    share.refresh()
    share.destroy()


def reviewed(stage: Stage) -> Callable[[Stage], None]:
    """Make a share; give what refreshes it, and previews another list with a look at what is live."""
    share = stage.deployment()
    share.up([FIRST])
    stage.said()

    def review(stage: Stage) -> None:
        share.refresh()
        checked = Preview(stage.run(preflight="preview")).check({}, stage.inputs([FIRST, SECOND]))
        assert checked.failures == ()

    return review


def test_life_of_a_share_passes_under_its_policy(plain: Stage):
    assert refused(plain, policy(plain), life) == set()
    assert {account for batch in plain.sent_to_remove() for account in batch} == {FIRST, SECOND, THIRD}
    assert plain.live() == set()


def test_life_of_a_share_is_refused_exactly_what_its_policy_lacks(plain: Stage):
    document = policy(plain)
    found = {missing: refused(plain, without(document, missing), life) for missing in actions(document)}

    assert found == {missing: {missing} for missing in actions(document)}


def test_review_passes_under_the_policy_for_reading(plain: Stage):
    review = reviewed(plain)

    assert refused(plain, policy(plain, read_only=True), review) == set()
    assert plain.reads() != []
    assert Kind.SKIPPED not in plain.said()


def test_review_is_refused_exactly_what_the_policy_for_reading_lacks(plain: Stage):
    review = reviewed(plain)
    document = policy(plain, read_only=True)
    found = {missing: refused(plain, without(document, missing), review) for missing in actions(document)}

    assert found == {missing: {missing} for missing in actions(document)}


def test_policy_for_reading_writes_nothing(plain: Stage):
    reads = set(actions(policy(plain, read_only=True)))

    assert refused(plain, policy(plain, read_only=True), life).isdisjoint(reads)
    assert plain.live() == set()
    assert {call["code"] in DENIED for call in plain.writes()} == {True}


def test_policy_of_one_image_holds_for_no_other(plain: Stage):
    held = {
        f"{plain.facts.ram_prefix}:{action.name}"
        for action in services.service(plain.service).API.ram_actions
        if action.resource != "*"
    }
    found = refused(plain, policy(plain, image="m-other"), life)

    # EDS takes no resource, so its policy is the same for every image.
    assert bool(found) == bool(held)
    assert found <= held
    assert plain.live() == set()
