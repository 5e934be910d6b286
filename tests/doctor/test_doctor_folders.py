"""`image-share doctor` with groups that are folders of a resource directory."""

from __future__ import annotations

import pytest

from alicloud_image_simulator import OTHER, OWNER, Simulator
from tests.doctor.conftest import line
from tests.support.command_line import StackProject

WEB, SHOP = "1234567890123456", "1550809237710001"
ROLE = f"acs:ram::{OTHER.id}:role/directory"
FOLDER = {"folder_id": "fd-1", "accounts": {WEB: "team web", SHOP: "team shop"}}
IMAGE = {"service": "ecs", "image_id": "m-1"}


def write(project: StackProject, **group: str) -> None:
    """Write a stack whose only group is a folder."""
    project.write({"golden": {**IMAGE, "groups": ["web"]}}, {"web": {"folder": "fd-1", **group}})


def put(cloud: Simulator, *folders: object) -> None:
    """Put one image and the folders."""
    cloud.put_state({"images": [IMAGE], "folders": list(folders)})


def test_folder_that_may_be_listed_is_fine_and_says_how_many_accounts_it_has(
    reachable: Simulator, project: StackProject
):
    put(reachable, FOLDER)
    write(project)

    said = project.run("doctor")

    assert (said.status, line(said, "folder fd-1")) == (0, "ok  folder fd-1  it lists 2 accounts")
    (call,) = [call for call in reachable.calls() if call["action"] == "ListAccountsForParent"]
    assert call["parameters"]["ParentFolderId"] == "fd-1"


def test_folder_that_may_not_be_listed_fails_and_names_who_may(reachable: Simulator, project: StackProject):
    put(reachable, FOLDER)
    ecs = {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}
    reachable.put_policies({OWNER.key: {"Version": "1", "Statement": [ecs]}})
    write(project)

    said = project.run("doctor")

    assert said.status == 1
    found = line(said, "folder fd-1")
    assert found.startswith("FAIL  folder fd-1  its accounts cannot be listed, so no run begins (")
    assert "ListAccountsForParent" in found
    assert "management account" in found


@pytest.mark.parametrize(
    ("folders", "words"),
    [((), "its accounts cannot be listed"), (({**FOLDER, "accounts": {}},), "it lists no account")],
    ids=["absent", "empty"],
)
def test_folder_without_an_account_fails_as_a_run_does(
    reachable: Simulator, project: StackProject, folders: tuple[object, ...], words: str
):
    put(reachable, *folders)
    write(project)

    said = project.run("doctor")

    assert (said.status, words in line(said, "folder fd-1")) == (1, True)
    assert line(said, "folder fd-1").endswith(": check the folder and the credentials")


def test_folder_is_listed_by_the_role_that_its_group_names(reachable: Simulator, project: StackProject):
    put(reachable, {**FOLDER, "owner_id": OTHER.id})
    write(project, role_arn=ROLE)

    said = project.run("doctor")

    assert "it lists 2 accounts" in line(said, f"folder fd-1 as {ROLE}")
    calls = [call["account"] for call in reachable.calls() if call["action"] == "ListAccountsForParent"]
    assert calls == [OTHER.id]


def test_role_of_a_folder_that_cannot_be_assumed_is_said_of_the_folder(
    reachable: Simulator, project: StackProject
):
    put(reachable, FOLDER)
    reachable.put_faults(
        [
            {
                "service": "sts",
                "action": "AssumeRole",
                "every": 1,
                "kind": "error",
                "code": "NoPermission",
                "status": 403,
            }
        ]
    )
    write(project, role_arn=ROLE)

    said = project.run("doctor")

    assert said.status == 1
    assert "AssumeRole" in line(said, f"folder fd-1 as {ROLE}")


def test_folder_is_not_tried_where_the_credentials_are_wrong(
    reachable: Simulator, project: StackProject, monkeypatch: pytest.MonkeyPatch
):
    put(reachable, FOLDER)
    write(project)
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "wrong-secret")

    said = project.run("doctor")

    assert said.status == 1
    assert line(said, "folder fd-1") == "note  folder fd-1  not tried, because of the failure above"
