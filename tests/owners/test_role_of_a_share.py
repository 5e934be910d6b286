"""A share names the role of its image's owner: two owners in one run, and what a changed role does."""

from __future__ import annotations

import dataclasses

import pytest

from alicloud_image_share.errors import ConfigurationError, PreconditionFailed
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_simulator import OTHER, OWNER
from tests.owners.conftest import A, B, C, Properties, World, keys, role, share


def made(run: Run, inputs: Properties) -> Properties:
    """Create a share; give what state then holds."""
    checked = Preview(run).check({}, inputs)
    assert checked.failures == ()
    return state.outputs_of(Lifecycle(run).create(checked.inputs))


def updated(run: Run, outputs: Properties, news: Properties) -> Properties:
    checked = Preview(run).check(state.stored(outputs), news)
    assert checked.failures == ()
    assert Preview(run).diff(outputs, checked.inputs).replaces == ()
    return state.outputs_of(Lifecycle(run).update(outputs, checked.inputs))


def test_shares_of_one_run_have_two_owners(world: World):
    run = world.run(**keys())

    mine = made(run, share(OWNER, A))
    theirs = made(run, share(OTHER, B, role_arn=role(OTHER)))

    assert (mine["owner_id"], theirs["owner_id"]) == (OWNER.id, OTHER.id)
    assert (world.live(OWNER), world.live(OTHER)) == ({A}, {B})
    assert "role_arn" not in mine
    assert theirs["role_arn"] == role(OTHER)


def test_role_is_assumed_once_and_its_caller_asked_once_in_a_run(world: World):
    run = world.run(**keys())

    outputs = made(run, share(OTHER, A, role_arn=role(OTHER)))
    outputs = updated(run, outputs, share(OTHER, B, role_arn=role(OTHER)))
    Lifecycle(run).read(outputs)
    for _ in range(2):
        assert run.session(role(OTHER)).account_id == OTHER.id

    assert world.actions().count(("AssumeRole", OWNER.id)) == 1
    assert world.actions().count(("GetCallerIdentity", OTHER.id)) == 1
    assert {caller for action, caller in world.actions() if action != "AssumeRole"} == {OTHER.id}


def test_role_of_a_share_is_assumed_on_top_of_the_configured_one(world: World):
    run = world.run(**keys(OWNER), assumeRole={"roleArn": role(OTHER)})

    made(run, share(OWNER, A, role_arn=role(OWNER)))

    assert world.live(OWNER) == {A}
    assert world.actions()[:2] == [("AssumeRole", OWNER.id), ("AssumeRole", OTHER.id)]


def test_configured_account_is_compared_with_the_configured_credentials_alone(world: World):
    run = world.run(**keys(), accountId=OWNER.id)

    assert made(run, share(OTHER, A, role_arn=role(OTHER)))["owner_id"] == OTHER.id
    assert run.session().account_id == OWNER.id
    with pytest.raises(ConfigurationError, match=f"alicloud:accountId is {OTHER.id}"):
        _ = world.run(**keys(), accountId=OTHER.id).session().account_id


def test_exclusive_share_is_read_with_its_role_in_check(world: World):
    run = world.run(**keys())
    outputs = made(run, share(OTHER, A, B, role_arn=role(OTHER)))

    checked = Preview(run).check(state.stored(outputs), share(OTHER, A, role_arn=role(OTHER), exclusive=True))

    assert checked.failures == ()
    assert world.actions()[-1] == ("DescribeImageSharePermission", OTHER.id)


def test_preview_that_reads_refuses_a_role_of_another_account(world: World):
    run = world.run(**keys())
    live = dataclasses.replace(run.settings, preflight_in_preview=True)
    run = Run(live, run.engine, run.clock)

    checked = Preview(run).check({}, share(OWNER, A, role_arn=role(OTHER)))

    assert checked.failures[0].startswith(f"image_id: Account {OTHER.id} sees no such image")


def test_create_with_a_role_of_another_account_is_refused_and_names_both(world: World):
    run = world.run(**keys())
    images = world.cloud.state()["images"]
    images[0]["accounts"] = [OTHER.id]  # so that the other account is shown the image
    world.cloud.put_state({"images": images})

    with pytest.raises(PreconditionFailed, match=f"belongs to account {OWNER.id}, the caller is {OTHER.id}"):
        Lifecycle(run).create(share(OWNER, A, role_arn=role(OTHER)))


def test_role_that_is_not_known_yet_is_left_to_the_run(world: World):
    checked = Preview(world.run(**keys())).check({}, share(OTHER, A, role_arn=state.UNKNOWN))

    assert checked.failures == ()


# -- a changed role ----------------------------------------------------------------------------------------


def test_changed_role_of_the_owner_keeps_the_image_and_reads_with_it(world: World):
    outputs = made(world.run(**keys()), share(OTHER, A, role_arn=role(OTHER)))
    run = world.run(**keys())
    world.cloud.clear_calls()

    outputs = updated(run, outputs, share(OTHER, A, role_arn=role(OTHER, "another")))

    assert outputs["role_arn"] == role(OTHER, "another")
    assert world.live(OTHER) == {A}
    assert ("DescribeImageSharePermission", OTHER.id) in world.actions()
    assert not any(action.startswith("Modify") for action, _ in world.actions())


def test_role_that_is_taken_away_by_its_owner_keeps_the_image(world: World):
    outputs = made(world.run(**keys()), share(OTHER, A, role_arn=role(OTHER)))

    outputs = updated(world.run(**keys(OTHER)), outputs, share(OTHER, A, B))

    assert "role_arn" not in outputs
    assert world.live(OTHER) == {A, B}


@pytest.mark.parametrize("new", [role(OWNER), None], ids=["another account's", "taken away"])
def test_changed_role_of_another_account_is_refused_before_anything_is_written(world: World, new: str | None):
    outputs = made(world.run(**keys()), share(OTHER, A, role_arn=role(OTHER)))
    news = share(OTHER, A, C) if new is None else share(OTHER, A, C, role_arn=new)

    with pytest.raises(PreconditionFailed) as refused:
        updated(world.run(**keys()), outputs, news)

    words = str(refused.value)
    assert f"the caller is then account {OWNER.id}" in words
    assert f"The image belongs to account {OTHER.id}" in words
    assert world.live(OTHER) == {A}


# -- gone is believed only from the owner ------------------------------------------------------------------


def test_image_that_its_owner_does_not_see_is_gone(world: World):
    outputs = made(world.run(**keys()), share(OTHER, A, role_arn=role(OTHER)))
    world.remove_images()

    assert Lifecycle(world.run(**keys())).read(outputs) is None
    Lifecycle(world.run(**keys())).delete(outputs)


def test_image_that_another_role_does_not_see_is_not_gone(world: World):
    outputs = made(world.run(**keys(OTHER)), share(OTHER, A))
    outputs = {**outputs, "role_arn": role(OWNER)}

    for does in (Lifecycle(world.run(**keys(OTHER))).read, Lifecycle(world.run(**keys(OTHER))).delete):
        with pytest.raises(
            ConfigurationError, match=f"belongs to account {OTHER.id}, the caller is {OWNER.id}"
        ):
            does(outputs)

    assert world.live(OTHER) == {A}


def test_role_that_can_not_be_assumed_proves_nothing(world: World):
    outputs = made(world.run(**keys()), share(OTHER, A, role_arn=role(OTHER)))
    world.remove_images()
    world.cloud.put_policies({OWNER.key: {"Version": "1", "Statement": []}})

    for does in (Lifecycle(world.run(**keys())).read, Lifecycle(world.run(**keys())).delete):
        with pytest.raises(ConfigurationError, match="could not be assumed"):
            does(outputs)
