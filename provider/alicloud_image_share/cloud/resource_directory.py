"""Resource Directory, by ResourceManager 2020-03-31: the accounts of a folder. Nothing here writes.

Facts from the API page ListAccountsForParent: only the management account of the directory, or an account
that it delegates to, may list; a page has up to 100 accounts; members of folders below are not listed along.
The newer ResourceDirectoryMaster 2022-04-19 has the same action at another host for each site of the cloud;
this one has one host for both sites, and pulumi-alicloud has a key for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.cloud import answer_fields as field
from alicloud_image_share.cloud.other_services import RESOURCE_MANAGER
from alicloud_image_share.cloud.service import Call

NAME = "resourcemanager"
API = RESOURCE_MANAGER
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """One page of the accounts of a folder: id → display name; `total` counts all pages."""

    accounts: Mapping[str, str]
    total: int


def accounts_call(folder: str, page: int) -> Call:
    """List a page, from 1, of the accounts of a folder."""
    paging = {"PageNumber": str(page), "PageSize": str(PAGE_SIZE)}
    return Call("ListAccountsForParent", {"ParentFolderId": folder, **paging})


def parse_accounts(answer: Mapping[str, Any]) -> AccountsPage:
    """Read a page."""
    entries = field.required(answer, "Accounts", "Account")
    accounts = {field.account_id(entry["AccountId"]): field.text(entry, "DisplayName") for entry in entries}
    return AccountsPage(accounts, field.number(answer, "TotalCount"))
