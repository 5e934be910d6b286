"""The life of one share on the real engine: what it calls, what it shows, what it leaves alone."""

import re

import pulumi
import pytest

from alicloud_image_share import ImageShare
from alicloud_image_simulator import OTHER, OWNER, Simulator
from tests.support.cloud_state import (
    actions,
    live,
    put_images,
    reads,
    share_in_console,
    unshare_in_console,
    writes,
)

from .project import Project

pytestmark = pytest.mark.engine

ACCOUNTS = [str(1550809237710000 + number) for number in range(1, 61)]
A, B, C, D = ACCOUNTS[:4]
STRANGER = "1999999999999999"


@pytest.fixture(autouse=True)
def image(cloud: Simulator):
    put_images(cloud, "m-1", "m-2")


def declare(accounts, *, name: str = "golden", image_id: str = "m-1", opts=None, **inputs):
    def program() -> None:
        asked = accounts() if callable(accounts) else accounts
        ImageShare(name, service="ecs", image_id=image_id, accounts=asked, opts=opts, **inputs)

    return program


def test_create_with_23_accounts_writes_thrice_and_reads_thrice(project: Project, cloud: Simulator):
    project.program = declare(ACCOUNTS[:23])

    result = project.up()

    assert result.succeeded, result.output
    assert set(ACCOUNTS[:23]) == live(cloud)
    assert (len(writes(cloud)), len(reads(cloud))) == (3, 3)


def test_up_with_the_same_accounts_in_another_form_changes_and_calls_nothing(
    project: Project, cloud: Simulator
):
    project.program = declare({A: "", B: "", C: ""})
    project.up()
    cloud.clear_calls()

    for accounts in ([C, A, B], (int(B), int(A), C), {C: None, B: "", A: ""}):
        project.program = declare(accounts)
        assert project.up().steps.get("golden", "same") == "same"

    assert actions(cloud) == []


def test_update_of_12_out_and_12_in_writes_twice(project: Project, cloud: Simulator):
    project.program = declare(ACCOUNTS[:23])
    project.up()
    cloud.clear_calls()
    project.program = declare(ACCOUNTS[12:35])

    result = project.up()

    assert result.succeeded, result.output
    assert set(ACCOUNTS[12:35]) == live(cloud)
    assert len(writes(cloud)) == 2


def test_create_with_200_accounts_and_a_raised_quota_writes_20_times_and_reads_4_times(
    project: Project, cloud: Simulator
):
    put_images(cloud, "m-1", quota=200)
    project.configure(accountsPerImage={"ecs": 200})
    accounts = [str(1700000000000000 + number) for number in range(200)]
    project.program = declare(accounts)

    result = project.up()

    assert result.succeeded, result.output
    assert set(accounts) == live(cloud)
    assert (len(writes(cloud)), len(reads(cloud))) == (20, 4)


def test_preview_of_a_change_names_each_account_and_writes_nothing(project: Project, cloud: Simulator):
    project.program = declare({A: "web", B: "shop"})
    project.up()
    cloud.clear_calls()
    project.program = declare({A: "web team", C: ""})

    result = project.preview(diff=True)

    assert {f"accounts.{A}": "update", f"accounts.{B}": "delete", f"accounts.{C}": "add"} == result.details[
        "golden"
    ]
    assert f"- {B}" in result.output
    assert f"+ {C}" in result.output
    assert actions(cloud) == []


def test_update_of_a_note_calls_nothing_and_keeps_the_note(project: Project, cloud: Simulator):
    project.program = declare({A: "web"})
    project.up()
    cloud.clear_calls()
    project.program = declare({A: "web team"})

    result = project.up()

    assert result.steps["golden"] == "update"
    assert actions(cloud) == []
    assert project.outputs("golden")["owned_accounts"] == {A: "web team"}


def test_create_of_what_is_shared_already_adopts_without_a_write(project: Project, cloud: Simulator):
    share_in_console(cloud, A)
    share_in_console(cloud, STRANGER)
    project.program = declare([A])

    result = project.up()

    assert result.succeeded, result.output
    assert writes(cloud) == []
    assert project.outputs("golden")["foreign_accounts"] == [STRANGER]
    assert OWNER.id == project.outputs("golden")["owner_id"]


def test_refresh_after_a_console_removal_shows_it_and_up_restores_it(project: Project, cloud: Simulator):
    project.program = declare({A: "web", B: "shop"})
    project.up()
    unshare_in_console(cloud, B)

    preview = project.preview(refresh=True, diff=True)
    project.up(refresh=True)

    assert re.search(rf"- {B}: +\"shop\"", preview.output)
    assert re.search(rf"\+ {B}: +\"shop\"", preview.output)
    assert {A, B} == live(cloud)


def test_refresh_twice_gives_the_same_state(project: Project, cloud: Simulator):
    project.program = declare({A: "web", B: "shop"}, exclusive=True)
    project.up()
    share_in_console(cloud, STRANGER)
    unshare_in_console(cloud, B)

    project.refresh()
    first = project.state()["golden"]
    project.refresh()

    assert first["inputs"] == project.state()["golden"]["inputs"]
    assert first["outputs"] == project.state()["golden"]["outputs"]
    assert first["outputs"]["accounts"] == {A: "web", STRANGER: "(no note)"}


def test_destroy_of_an_account_that_was_removed_refreshed_and_shared_again_removes_it(
    project: Project, cloud: Simulator
):
    project.program = declare([A, B])
    project.up()
    unshare_in_console(cloud, B)
    project.refresh()
    share_in_console(cloud, B)

    project.destroy()

    assert set() == live(cloud)


def test_update_after_a_console_removal_adds_nobody_names_it_and_still_removes(
    project: Project, cloud: Simulator
):
    project.program = declare({A: "web", B: "shop", C: ""})
    project.up()
    unshare_in_console(cloud, B)
    project.program = declare({A: "web", B: "shop", D: ""})

    result = project.up()

    assert not result.succeeded
    assert f'{B} "shop"' in result.output
    assert "up --refresh" in result.output
    assert "Traceback" not in result.output
    assert {A} == live(cloud)


def test_account_taken_off_after_drift_and_shared_by_others_keeps_access(project: Project, cloud: Simulator):
    project.program = declare([A, B])
    project.up()
    unshare_in_console(cloud, B)
    project.refresh()
    project.program = declare([A])
    cloud.clear_calls()

    result = project.up()

    assert result.steps["golden"] == "update"
    assert actions(cloud) == []
    share_in_console(cloud, B)
    project.program = declare([A, C])
    project.up()
    assert {A, B, C} == live(cloud)
    project.destroy()
    assert {B} == live(cloud)


def test_exclusive_share_removes_accounts_that_the_preview_named_and_no_others(
    project: Project, cloud: Simulator
):
    project.program = declare([A])
    project.up()
    share_in_console(cloud, STRANGER)
    project.program = declare([A], exclusive=True)

    preview = project.preview()
    project.up()

    assert f"warning: ecs:cn-hangzhou:m-1: up removes the access of {STRANGER}" in preview.output
    assert {A} == live(cloud)


def test_exclusive_share_that_is_unchanged_names_who_else_has_access_and_up_refresh_removes_it(
    project: Project, cloud: Simulator
):
    project.program = declare([A], exclusive=True)
    project.up()
    share_in_console(cloud, STRANGER)
    cloud.clear_calls()

    result = project.up()

    assert f"{STRANGER} has access but is not listed" in result.messages
    assert writes(cloud) == []
    project.up(refresh=True)
    assert {A} == live(cloud)


def test_exclusive_turned_off_removes_nobody_that_was_never_owned(project: Project, cloud: Simulator):
    project.program = declare([A, B], exclusive=True)
    project.up()
    share_in_console(cloud, STRANGER)
    project.refresh()
    project.program = declare([A])

    preview = project.preview()
    project.up()

    assert f"{STRANGER} keeps access: this share did not grant it" in preview.messages
    assert {A, STRANGER} == live(cloud)


@pytest.mark.parametrize("case", ["deprecated", "over quota"])
def test_image_that_takes_no_new_account_can_still_be_unshared(project: Project, cloud: Simulator, case: str):
    project.program = declare([A, B, C])
    project.up()
    state = cloud.state()
    state["images"][0] |= {"status": "Deprecated"} if case == "deprecated" else {"quota": 1}
    cloud.put_state(state)
    project.program = declare([A, B])

    updated = project.up()
    destroyed = project.destroy()

    assert updated.succeeded, updated.output
    assert destroyed.succeeded, destroyed.output
    assert set() == live(cloud)


def test_refresh_with_credentials_of_another_account_drops_nothing_and_destroy_fails_naming_both(
    project: Project, cloud: Simulator
):
    project.program = declare([A])
    project.up()
    project.configure(OTHER)

    refreshed = project.refresh()
    destroyed = project.destroy()

    assert not refreshed.succeeded
    assert "golden" in project.state()
    assert not destroyed.succeeded
    for result in (refreshed, destroyed):
        assert OWNER.id in result.output
        assert OTHER.id in result.output
        assert "Traceback" not in result.output
    assert {A} == live(cloud)


def test_refresh_of_an_image_that_is_gone_drops_the_share(project: Project, cloud: Simulator):
    project.program = declare([A])
    project.up()
    put_images(cloud, "m-2")

    result = project.refresh()

    assert result.succeeded, result.output
    assert project.state() == {}


def test_destroy_of_an_image_that_is_gone_succeeds(project: Project, cloud: Simulator):
    project.program = declare([A])
    project.up()
    put_images(cloud, "m-2")

    assert project.destroy().succeeded
    assert project.state() == {}


def test_secret_accounts_are_hidden_in_state_and_in_every_line(project: Project, cloud: Simulator):
    project.program = declare(lambda: pulumi.Output.secret([A, B]), exclusive=True)
    share_in_console(cloud, STRANGER)

    previewed = project.preview(diff=True)
    result = project.up()

    assert result.succeeded, result.output
    assert {A, B} == live(cloud)
    for account in (A, B, STRANGER):
        assert account not in previewed.output
        assert account not in result.output
        assert account not in project.stored_text()
    assert "up removes the access of 1 account (secret)" in result.messages


def test_state_of_ten_accounts_takes_less_than_1500_bytes(project: Project):
    project.program = declare(dict.fromkeys(ACCOUNTS[:10], "team web"))
    project.up()

    resource = project.state()["golden"]
    size = len(str(resource["inputs"])) + len(str(resource["outputs"]))

    assert size < 1500


def test_everyone_is_warned_of_where_the_image_is_public(project: Project, cloud: Simulator):
    put_images(cloud, "m-1", is_public=True, accounts=[A])
    project.program = declare([A])

    assert "everyone can use this image" in project.up().messages


def test_refresh_that_finds_drift_names_nobody_as_losing_by_it(project: Project, cloud: Simulator):
    project.program = declare([A], exclusive=True)
    project.up()
    share_in_console(cloud, STRANGER)
    project.program = declare([A])

    result = project.preview(refresh=True)

    assert "loses access" not in result.messages
    assert f"{STRANGER} keeps access: this share did not grant it" in result.messages


def test_update_names_who_loses_access_and_what_follows(project: Project):
    project.program = declare([A, B])
    project.up()
    project.program = declare([A])

    result = project.preview()

    assert f"{B} loses access; existing instances can no longer" in result.messages
