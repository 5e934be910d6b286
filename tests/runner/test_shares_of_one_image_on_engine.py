"""Several shares of one image in one stack: what each of them asks for counts in every reckoning."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.sharing.field_names import python_names
from tests.review.scenarios import PARTNER, SHOP, STRANGER, WEB
from tests.support.cloud_state import live, put_images, share_in_console, unshare_in_console
from tests.support.stack_files import share
from tests.support.stacks import shares_in_state, state_file

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

IMAGE = "ecs:cn-hangzhou:m-1"


@pytest.fixture
def renamed(cloud, project, scenes):
    """A stack that has shared m-1 under a second name, in a run that failed before it deleted the first."""
    put_images(cloud, "m-1")
    project.write({"old": share({WEB: "team web"})})
    scenes.carry_out(project)
    project.write({"new": share({WEB: "team web"}), "bad": share({SHOP: ""}, image="m-absent")})
    assert project.run("up", "--yes").status == 1
    project.write({"new": share({WEB: "team web"})})
    return project


def test_share_that_is_left_over_beside_its_successor_takes_access_from_nobody(renamed, cloud):
    preview, review = renamed.run("preview"), renamed.run("review", "--format", "json")

    assert f"old = {WEB} " in preview.output
    assert "nobody gains or loses access · 1 share to delete" in preview.output
    assert json.loads(review.output)["changes"] == []
    renamed.write({"new": share({WEB: "team web"})}, **{"image-shares:neverLose": [WEB]})
    up = renamed.run("up", "--yes")
    assert (up.status, live(cloud)) == (0, {WEB})
    assert "nobody gained or lost access · 1 share deleted" in up.output
    assert f"old - {WEB}" not in up.output


@pytest.fixture
def beside(cloud, project, scenes):
    """A stack of two shares of one image with disjoint lists."""
    put_images(cloud, "m-1")
    project.write({"web": share({WEB: ""}), "shop": share({SHOP: ""})})
    scenes.carry_out(project)
    return project


def test_account_of_another_share_is_no_drift_and_is_listed_once(beside):
    check, refresh = beside.run("refresh", "--check"), beside.run("refresh", "--verbose")

    assert (check.status, "also has access" in check.output) == (0, False)
    assert "2 shares unchanged · stack dev" in check.output
    assert refresh.output.splitlines()[1:-1] == [f"{IMAGE}  {SHOP}  shop", f"{IMAGE}  {WEB}  web"]


def test_account_of_nobody_is_drift_beside_another_share(beside, cloud):
    share_in_console(cloud, STRANGER)
    check = beside.run("refresh", "--check")

    assert check.status == 2
    assert f"! {STRANGER} also has access" in check.output
    assert f"! {SHOP} also has access" not in check.output
    assert f"! {WEB} also has access" not in check.output


def test_account_that_a_rename_drops_is_not_said_to_have_access(cloud, project, scenes):
    put_images(cloud, "m-1")
    project.write({"old": share({WEB: "", SHOP: ""})})
    scenes.carry_out(project)
    project.write({"new": share({WEB: ""})})
    up = project.run("up", "--yes", "--verbose")

    assert live(cloud) == {WEB}
    table = up.output[up.output.index("Who has access") :]
    assert SHOP not in table
    assert f"{IMAGE}  {WEB}  new" in table


@pytest.fixture
def foreign():
    """Gives name → the foreign accounts of each share, as state has them."""

    def read():
        shares = shares_in_state(state_file())
        return {name: python_names(share["outputs"])["foreign_accounts"] for name, share in shares.items()}

    return read


@pytest.mark.parametrize("provider", ["dynamic", "native"])
def test_account_that_leaves_with_an_old_name_is_foreign_to_nobody(cloud, project, scenes, foreign, provider):
    put_images(cloud, "m-1")
    share_in_console(cloud, STRANGER)
    project.write({"old": share({WEB: "", SHOP: ""})})
    scenes.carry_out(project)
    project.write({"new": share({WEB: ""})}, **{"image-shares:provider": provider})
    assert project.run("up", "--yes").status == 0

    assert (live(cloud), foreign()) == ({WEB, STRANGER}, {"new": [STRANGER]})


def test_account_of_a_share_that_a_refresh_reads_later_is_foreign_to_nobody(beside, cloud, foreign):
    share_in_console(cloud, STRANGER)
    assert beside.run("refresh").status == 0

    assert foreign() == {"web": [STRANGER], "shop": [STRANGER]}


def test_account_that_a_refresh_found_gone_is_foreign_when_it_comes_back(cloud, project, scenes, foreign):
    put_images(cloud, "m-1")
    project.write({"golden": share({WEB: "", SHOP: ""})})
    scenes.carry_out(project)
    unshare_in_console(cloud, SHOP)
    assert project.run("refresh").status == 0
    share_in_console(cloud, SHOP)
    project.write({"golden": share({WEB: "", PARTNER: ""})})
    assert project.run("up", "--yes").status == 0

    assert (live(cloud), foreign()) == ({WEB, SHOP, PARTNER}, {"golden": [SHOP]})


def test_up_of_a_new_share_says_that_access_was_gained(cloud, project):
    put_images(cloud, "m-1", accounts=[WEB])
    project.write({"golden": share({WEB: "", PARTNER: ""})})
    up = project.run("up", "--yes")

    assert up.output.splitlines()[-1].startswith(
        "2 accounts gained access (or had it already) · 1 share created"
    )


def test_access_that_was_revoked_outside_and_is_given_back_is_a_gain_that_is_named(cloud, project, scenes):
    put_images(cloud, "m-1")
    project.write({"golden": share({WEB: "team web"})})
    scenes.carry_out(project)
    unshare_in_console(cloud, WEB)
    state, preview = project.run("up", "--yes", "--verbose"), project.run("preview", "--refresh")
    review = project.run("review", "--refresh", "--format", "json")
    up = project.run("up", "--yes", "--refresh", "--verbose")

    assert "according to state (use --refresh to read it from the cloud)" in state.output
    assert f'golden + {WEB} "team web"' in preview.output
    assert "\n1 account gains access · " in preview.output
    gain = {"account": WEB, "change": "gain", "count": 1, "image": IMAGE}
    assert json.loads(review.output)["changes"] == [gain]
    assert (live(cloud), "\n1 account gained access · " in up.output) == ({WEB}, True)
    assert "Who has access, as read from the cloud at 20" in up.output


def test_replaced_share_is_in_the_table_at_the_end(cloud, project, scenes):
    put_images(cloud, "m-1", "m-2")
    project.write({"golden": share({WEB: ""})})
    scenes.carry_out(project)
    project.write({"golden": share({WEB: ""}, image="m-2")})
    up = project.run("up", "--yes", "--verbose")

    assert f"ecs:cn-hangzhou:m-2  {WEB}  golden" in up.output


def test_share_to_the_owners_ecs_is_told_as_access_of_accounts_is(cloud, project, monkeypatch):
    monkeypatch.setenv("ALIBABA_CLOUD_ENDPOINT_SWAS", cloud.address)
    put_images(cloud, "m-1", service="swas")
    switched = share(image="m-1", service="swas", share_to_ecs=True)
    project.write({"old": switched})
    created = project.run("up", "--yes", "--verbose")
    project.write({"new": switched})
    renamed, moved = project.run("preview"), project.run("up", "--yes")
    project.write({})
    preview, gone = project.run("preview"), project.run("up", "--yes")

    assert "old + the owner's own ECS" in created.output
    assert "Who has access, as read from the cloud at 20" in created.output
    assert "\nthe owner's own ECS gained access · 1 share created" in created.output
    assert "old = the owner's own ECS keeps access: another share requests it" in renamed.output
    assert "old - " not in moved.output
    assert "\nnobody gained or lost access · " in moved.output
    assert "new - the owner's own ECS" in preview.output
    assert "\nthe owner's own ECS loses access · 1 share to delete" in preview.output
    assert "new - the owner's own ECS" in gone.output
    assert "\nthe owner's own ECS lost access · 1 share deleted" in gone.output
