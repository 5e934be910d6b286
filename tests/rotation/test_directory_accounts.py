"""The accounts of a folder of a resource directory, listed whole or not at all."""

from __future__ import annotations

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.directory_accounts import AccountsNotListed, directory_accounts
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.sharing.access_end import end_of
from alicloud_image_share.stack_file import Place, StackValues, definitions, value_problems
from alicloud_image_share.stack_file.directory_group import with_directory_accounts
from alicloud_image_share.stack_file.place import FolderGroup
from alicloud_image_share.stack_file.referenced_files import with_referenced_files
from alicloud_image_simulator import OTHER, Simulator
from tests.support.clock import Time

ACTION = {"service": "resourcemanager", "action": "ListAccountsForParent"}
WEB = "1234567890123456"
PLACE = Place("Pulumi.prod.yaml", "image-shares:groups")


def put(cloud: Simulator, count: int, **fields: object) -> dict[str, str]:
    accounts = {str(1_550_000_000_000_000 + n): f"team {n}" for n in range(count)}
    cloud.put_state({"folders": [{"folder_id": "fd-1", "accounts": accounts, **fields}]})
    return accounts


def listed(cloud: Simulator, folder: str = "fd-1", role_arn: str | None = None) -> dict[str, str]:
    settings = read_settings(lambda _key: None, cloud.environment, services.names())
    time = Time()
    clock = Clock(lambda: time.now, time.sleep, lambda: time.now)
    sessions = Sessions(settings, clock, lambda _words: None)
    return directory_accounts(sessions, folder, role_arn)


@pytest.mark.parametrize("count", [1, 100, 101, 250])
def test_accounts_of_every_page_are_listed(cloud: Simulator, count: int):
    accounts = put(cloud, count)

    assert listed(cloud) == accounts


def test_role_of_the_management_account_lists(cloud: Simulator):
    accounts = put(cloud, 2, owner_id=OTHER.id)

    assert listed(cloud, role_arn=f"acs:ram::{OTHER.id}:role/directory") == accounts
    with pytest.raises(AccountsNotListed, match="so nothing is unshared"):
        listed(cloud)


@pytest.mark.parametrize("nth", [1, 2])
def test_page_that_is_refused_ends_the_list(cloud: Simulator, nth: int):
    put(cloud, 150)
    cloud.put_faults([{**ACTION, "nth": [nth], "kind": "error", "code": "NoPermission", "status": 403}])

    with pytest.raises(AccountsNotListed, match=r"accounts of the folder fd-1 are not known.*NoPermission"):
        listed(cloud)


@pytest.mark.parametrize("kind", ["throttle", "drop_before", "drop_after"])
def test_passing_fault_is_tried_again(cloud: Simulator, kind: str):
    accounts = put(cloud, 150)
    cloud.put_faults([{**ACTION, "nth": [1, 3], "kind": kind}])

    assert listed(cloud) == accounts


@pytest.mark.parametrize("kind", ["throttle", "drop_before", "drop_after"])
@pytest.mark.parametrize("first", [1, 2])
def test_fault_that_lasts_leaves_no_list(cloud: Simulator, kind: str, first: int):
    put(cloud, 150)
    cloud.put_faults([{**ACTION, "nth": list(range(first, 200)), "kind": kind}])

    with pytest.raises(AccountsNotListed, match="so nothing is unshared"):
        listed(cloud)


@pytest.mark.parametrize("folder", ["fd-1", "fd-2"])
def test_folder_that_is_empty_or_not_there_is_no_list(cloud: Simulator, folder: str):
    put(cloud, 0)

    with pytest.raises(AccountsNotListed, match=rf"folder {folder} .*so nothing is unshared"):
        listed(cloud, folder)


def values(tmp_path, members: object) -> StackValues:
    shares = {"golden": {"service": "ecs", "image_id": "m-1", "groups": ["web"]}}
    return with_referenced_files(StackValues(PLACE, PLACE, {"web": members}, shares), tmp_path)


def test_group_of_a_folder_has_its_accounts_with_their_names_as_notes(tmp_path):
    read = values(tmp_path, {"folder": "fd-1", "role_arn": f"acs:ram::{OTHER.id}:role/directory"})
    asked: list[FolderGroup] = []

    def accounts_in(group: FolderGroup) -> dict[str, str]:
        asked.append(group)
        return {WEB: "t" * 300}

    assert list(value_problems(read)) == []
    (share,) = definitions(with_directory_accounts(read, accounts_in))
    assert share.notes == {WEB: "t" * 200}
    assert asked == [FolderGroup("fd-1", f"acs:ram::{OTHER.id}:role/directory")]
    (unknown,) = definitions(read)
    assert unknown.notes == {}


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("team [until 2020-01-01]", "team (until 2020-01-01)"),
        ("team [UNTIL: soon] ", "team (UNTIL: soon) "),
        ("x" * 183 + " [until 2020-01-01] and more", "x" * 183 + " [until 2020-01-0"),
        ("x" * 181 + " [until 2020-01-01] and more", "x" * 181 + " (until 2020-01-01)"),
        ("team [web]", "team [web]"),
        ("[until 2097-01-01] team", "(until 2097-01-01) team"),
    ],
)
def test_name_of_an_account_of_a_folder_ends_no_access(tmp_path, name, note):
    read = values(tmp_path, {"folder": "fd-1"})

    (share,) = definitions(with_directory_accounts(read, lambda _: {WEB: name}))

    assert share.notes == {WEB: note}
    assert end_of(share.notes[WEB]) is None


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"folder": "web"}, "web.folder: 'web' is not the id of a folder"),
        ({"folder": None}, "web.folder: None is not the id of a folder"),
        ({"folder": "fd-1", "rolearn": "x"}, "web.rolearn: unknown key; did you mean role_arn?"),
        ({"folder": "fd-1", "role_arn": "x"}, "web.role_arn: 'x' "),
    ],
)
def test_group_of_a_folder_that_is_malformed_is_named_with_its_place(tmp_path, members, expected):
    (problem,) = value_problems(values(tmp_path, members))

    assert str(problem).startswith(f"{PLACE}.{expected}")
