"""The accounts of a folder of a resource directory, by the official SDK."""

import pytest
from calling import config, refusal

from alicloud_image_simulator import OTHER, OWNER, Simulator

pytest.importorskip("alibabacloud_resourcemanager20200331")
from alibabacloud_resourcemanager20200331.client import Client
from alibabacloud_resourcemanager20200331.models import ListAccountsForParentRequest
from test_simulator_models import missing

ACCOUNTS = {str(1_550_000_000_000_000 + n): f"team {n}" for n in range(25)}


@pytest.fixture
def owner(cloud: Simulator) -> Client:
    cloud.put_state({"folders": [{"folder_id": "fd-1", "accounts": ACCOUNTS}]})
    return Client(config(cloud, OWNER))


def test_accounts_of_a_folder_come_in_pages(owner: Client):
    def page(number: int):
        request = ListAccountsForParentRequest(parent_folder_id="fd-1", page_number=number, page_size=20)
        return owner.list_accounts_for_parent(request).body

    first, second = page(1), page(2)

    entries = [*first.accounts.account, *second.accounts.account]
    assert {entry.account_id: entry.display_name for entry in entries} == ACCOUNTS
    assert (first.total_count, len(second.accounts.account)) == (25, 5)
    assert set(missing(first)) == set()


@pytest.mark.parametrize("folder", ["fd-1", "fd-2"])
def test_folder_is_seen_by_its_management_account_only(owner: Client, cloud: Simulator, folder: str):
    client = Client(config(cloud, OTHER)) if folder == "fd-1" else owner
    request = ListAccountsForParentRequest(parent_folder_id=folder)

    assert refusal(lambda: client.list_accounts_for_parent(request)) == (404, "EntityNotExists.Folder")
