"""Nobody loses access by the order in which the engine works: it creates first and deletes last.

An account that must never be without access is watched in the log of calls: no write may remove it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pulumi
import pytest

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import live, put_images

from .native_share import native_configuration, native_share
from .project import Project

pytestmark = pytest.mark.engine

A, B, C, D = (str(1550809237710000 + number) for number in range(1, 5))


Share = Callable[..., pulumi.Resource]


@pytest.fixture(autouse=True)
def images(cloud: Simulator):
    put_images(cloud, "m-1", "m-2", "m-3", "m-4")


@pytest.fixture(params=[ImageShare, native_share], ids=["dynamic", "native"])
def share(request: pytest.FixtureRequest, project: Project, cloud: Simulator) -> Share:
    """What declares a share, of each of the two providers."""
    project.configure(**native_configuration(cloud))
    declares: Share = request.param
    return declares


@pytest.fixture
def program(share: Share) -> Callable[..., Callable[[], None]]:
    return partial(program_of, share)


def program_of(share: Share, *shares: tuple[str, str, list[str]], **options: object) -> Callable[[], None]:
    """A program that declares shares (name, image, accounts) in this order."""

    def declare() -> None:
        before: list[pulumi.Resource] = []
        for name, image, accounts in shares:
            opts = pulumi.ResourceOptions(depends_on=list(before), **options)
            before.append(share(name, service="ecs", image_id=image, accounts=accounts, opts=opts))

    return declare


def removed(cloud: Simulator) -> set[tuple[str, str]]:
    """Every (image, account) that a call took off since the log was cleared."""
    return {
        (call["parameters"]["ImageId"], value)
        for call in cloud.calls()
        for key, value in call["parameters"].items()
        if key.startswith("RemoveAccount.")
    }


def test_rename_without_alias_removes_nobody(project: Project, cloud: Simulator, program):
    project.program = program(("old", "m-1", [A, B]))
    project.up()
    cloud.clear_calls()
    project.program = program(("new", "m-1", [A, B]))

    result = project.up()

    assert result.succeeded, result.output
    assert set() == removed(cloud)
    assert {A, B} == live(cloud)
    assert "another share of this run requests it" in result.messages


def test_replace_on_changes_removes_only_who_left_the_list(project: Project, cloud: Simulator, program):
    project.program = program(("golden", "m-1", [A, B]), replace_on_changes=["accounts"])
    project.up()
    cloud.clear_calls()
    project.program = program(("golden", "m-1", [A, C]), replace_on_changes=["accounts"])

    result = project.up()

    assert result.succeeded, result.output
    assert {("m-1", B)} == removed(cloud)
    assert {A, C} == live(cloud)
    assert f": {A} keeps access: this share or another share of this run requests it" in result.messages


def test_target_replace_removes_nobody_and_names_every_account(project: Project, cloud: Simulator, program):
    project.program = program(("golden", "m-1", [A, B]))
    project.up()
    cloud.clear_calls()
    urn = project.state()["golden"]["urn"]

    result = project.up(replace=[urn])

    assert result.succeeded, result.output
    assert set() == removed(cloud)
    assert {A, B} == live(cloud)
    assert f"requests access for {A}, {B}; " in result.messages
    assert f"{A}, {B} keep access: this share or another share of this run requests it" in result.messages


def test_delete_before_replace_removes_only_who_left_the_list(project: Project, cloud: Simulator, program):
    options = {"replace_on_changes": ["accounts"], "delete_before_replace": True}
    project.program = program(("golden", "m-1", [A, B]), **options)
    project.up()
    cloud.clear_calls()
    project.program = program(("golden", "m-1", [A, C]), **options)

    result = project.up()

    assert result.succeeded, result.output
    assert {("m-1", B)} == removed(cloud)
    assert {A, C} == live(cloud)


def test_rotation_by_index_unshares_only_the_image_that_leaves(project: Project, cloud: Simulator, program):
    project.program = program(*((f"golden-{n}", f"m-{n + 1}", [A]) for n in range(3)))
    project.up()
    cloud.clear_calls()
    project.program = program(*((f"golden-{n}", f"m-{n + 2}", [A]) for n in range(3)))

    result = project.up()

    assert result.succeeded, result.output
    assert {("m-1", A)} == removed(cloud)
    assert [set(), {A}, {A}, {A}] == [live(cloud, f"m-{n}") for n in range(1, 5)]


def test_two_shares_merged_into_one_remove_nobody(project: Project, cloud: Simulator, program):
    project.program = program(("one", "m-1", [A]), ("two", "m-1", [B]))
    project.up()
    cloud.clear_calls()
    project.program = program(("one", "m-1", [A, B]))

    result = project.up()

    assert result.succeeded, result.output
    assert set() == removed(cloud)
    assert {A, B} == live(cloud)


def test_account_that_moves_to_a_share_registered_before_is_never_removed(
    project: Project, cloud: Simulator, program
):
    project.program = program(("receiver", "m-1", [A]), ("giver", "m-1", [B, C]))
    project.up()
    cloud.clear_calls()
    project.program = program(("receiver", "m-1", [A, B]), ("giver", "m-1", [C]))

    result = project.up()

    assert result.succeeded, result.output
    assert set() == removed(cloud)
    assert {A, B, C} == live(cloud)
    assert project.outputs("receiver")["owned_accounts"] == {A: "(no note)", B: "(no note)"}
    assert project.outputs("giver")["owned_accounts"] == {C: "(no note)"}


def test_account_that_moves_to_a_share_registered_later_has_access_at_the_end(
    project: Project, cloud: Simulator, program
):
    project.program = program(("giver", "m-1", [A, B]), ("receiver", "m-1", [C]))
    project.up()
    project.program = program(("giver", "m-1", [A]), ("receiver", "m-1", [B, C]))

    result = project.up()

    assert result.succeeded, result.output
    assert {A, B, C} == live(cloud)


def test_destroy_removes_everything_that_is_owned(project: Project, cloud: Simulator, program):
    project.program = program(("one", "m-1", [A, B]), ("two", "m-2", [A]))
    project.up()

    result = project.destroy()

    assert result.succeeded, result.output
    assert [set(), set()] == [live(cloud), live(cloud, "m-2")]


def test_replacement_of_the_same_image_adds_nobody_who_was_taken_off_outside(
    project: Project, cloud: Simulator, program
):
    project.program = program(("golden", "m-1", [A, B]), replace_on_changes=["accounts"])
    project.up()
    state = cloud.state()
    state["images"][0]["accounts"] = [A]
    cloud.put_state(state)
    project.program = program(("golden", "m-1", [A, B, C]), replace_on_changes=["accounts"])

    result = project.up()

    assert not result.succeeded
    assert B in result.output
    assert {A} == live(cloud)


def test_share_that_moves_to_another_image_leaves_the_old_one_unshared(
    project: Project, cloud: Simulator, program
):
    project.program = program(("golden", "m-1", [A]))
    project.up()
    project.program = program(("golden", "m-2", [A]))

    result = project.up()

    assert "replace" in result.steps["golden"]
    assert [set(), {A}] == [live(cloud), live(cloud, "m-2")]


def test_share_whose_region_is_no_longer_configured_keeps_it_through_a_replacement(
    project: Project, cloud: Simulator, program
):
    project.program = program(("golden", "m-1", [A]), replace_on_changes=["accounts"])
    project.up()
    for key in ("alicloud:region", "image-shares:region"):
        project.stack.remove_config(key)
    project.program = program(("golden", "m-1", [A, B]), replace_on_changes=["accounts"])

    result = project.up()

    assert result.succeeded, result.output
    assert project.outputs("golden")["region_id"] == "cn-hangzhou"
    assert {A, B} == live(cloud)


def test_account_that_a_replacement_drops_is_foreign_to_nobody(
    share: Share, project: Project, cloud: Simulator
):
    project.program = program_of(share, ("golden", "m-1", [A, B]))
    assert project.up().succeeded
    project.program = program_of(share, ("golden", "m-1", [A]), replace_on_changes=["accounts"])
    up = project.up()

    assert (up.succeeded, live(cloud)) == (True, {A})
    assert project.outputs("golden")["foreign_accounts"] == []


def test_account_that_the_replacement_of_a_retained_share_drops_is_foreign(
    project: Project, cloud: Simulator
):
    project.program = program_of(ImageShare, ("golden", "m-1", [A, B]), retain_on_delete=True)
    assert project.up().succeeded
    options = {"replace_on_changes": ["accounts"], "retain_on_delete": True}
    project.program = program_of(ImageShare, ("golden", "m-1", [A]), **options)
    up = project.up()

    assert (up.succeeded, live(cloud)) == (True, {A, B})
    assert project.outputs("golden")["foreign_accounts"] == [B]
