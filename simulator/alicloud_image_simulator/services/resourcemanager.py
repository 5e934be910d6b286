"""Resource Management: the accounts of a folder of a resource directory.

https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcemanager-2020-03-31-listaccountsforparent

Which code a folder has that is not there, and a caller that is not the management account, no page says: both
are guesses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alicloud_image_simulator.image import BEGINNING
from alicloud_image_simulator.parameters import Page, paging
from alicloud_image_simulator.refusal import RefusalError
from alicloud_image_simulator.service import Service

if TYPE_CHECKING:
    from alicloud_image_simulator.folder import Folder
    from alicloud_image_simulator.service import Body, Call


def list_accounts_for_parent(call: Call) -> Body:
    """List a page of the accounts of a folder, not those of folders in it."""
    folder = _folder(call)
    page = paging(call.parameters, largest=100)
    keyword = call.parameters.text("QueryKeyword")
    accounts = [
        {
            "AccountId": account,
            "DisplayName": name,
            "FolderId": folder.folder_id,
            "JoinMethod": "created",
            "JoinTime": BEGINNING,
            "ModifyTime": BEGINNING,
            "ResourceDirectoryId": f"rd-{folder.owner_id}",
            "Status": "CreateSuccess",
            "Tags": {"Tag": []},
            "Type": "ResourceAccount",
        }
        for account, name in folder.accounts.items()
        if keyword in name
    ]
    return {"Accounts": {"Account": list(page.of(accounts))}, **page.counts(len(accounts))}


def _folder(call: Call) -> Folder:
    folder_id = call.parameters.text("ParentFolderId")
    for folder in call.cloud.folders:
        if folder.folder_id == folder_id and folder.owner_id == call.caller.id:
            return folder
    raise RefusalError(404, "EntityNotExists.Folder", "The folder does not exist in the resource directory.")


SERVICE = Service(
    name="resourcemanager",
    version="2020-03-31",
    ram="resourcemanager",
    actions={"ListAccountsForParent": list_accounts_for_parent},
    parameters={
        "ListAccountsForParent": Page(
            (),
            (
                *("ParentFolderId", "PageNumber", "PageSize", "QueryKeyword", "IncludeTags"),
                *("Tag.N.Key", "Tag.N.Value"),
            ),
        ),
    },
    denied=lambda _: (403, "NoPermission"),
    has_images=False,
    has_regions=False,
)
