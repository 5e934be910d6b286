"""Lists of Resource Sharing and of a directory whose fields are of another kind are no shorter lists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.request import Reads, Request
from alicloud_image_share.cloud.resource_directory import (
    API,
    NAME,
    AccountsPage,
    accounts_call,
    parse_accounts,
)
from alicloud_image_share.cloud.resource_shares import read_resource_shares
from alicloud_image_share.errors import ShareError
from tests.hostile import tricks
from tests.hostile.test_hostile_answers import Answers
from tests.support.clock import Time

WEB, SHOP = "1234567890123456", "1550809237710001"
SHARE = {"ResourceShareId": "rs-1"}
ANSWERS: dict[str, Any] = {
    "ListSharedResources": {"SharedResources": [{**SHARE, "ResourceId": "m-1", "ResourceType": "Image"}]},
    "ListResourceShares": {"ResourceShares": [{**SHARE, "ResourceShareName": "web"}]},
    "ListSharedTargets": {"SharedTargets": [{**SHARE, "TargetId": SHOP}]},
    "ListResourceShareAssociations": {
        "ResourceShareAssociations": [{**SHARE, "EntityId": WEB, "AssociationStatus": "Pending"}]
    },
}
FOLDER = {
    "Accounts": {"Account": [{"AccountId": account, "DisplayName": "team"} for account in (WEB, SHOP)]},
    "TotalCount": 2,
}


def deadline() -> Deadline:
    time = Time()
    return Deadline.after(Clock(lambda: time.now, time.sleep), 60)


def principals(reads: Reads) -> list[str]:
    """Give who can use the image by a resource share."""
    shares = read_resource_shares(reads, "cn-hangzhou", frozenset({"m-1"}), deadline(), lambda _: None)
    return [principal.id for share in shares for principal in share.principals]


@pytest.mark.parametrize("action", ANSWERS)
def test_list_of_resource_sharing_with_a_field_of_another_kind_hides_nobody(action: str):
    honest = {call: json.dumps(answer).encode() for call, answer in ANSWERS.items()}
    assert principals(Answers(honest)) == [WEB, SHOP]

    for place, value, spoiled in tricks.spoiled(honest[action]):
        try:
            read = principals(Answers({**honest, action: spoiled}))
        except ShareError:
            continue
        # An empty list is a list, and another name is a name: nothing tells them from what is true.
        is_true_elsewhere = (len(place) == 1 and value == "[]") or (len(value) > 2 and value[0] == '"')
        assert len(read) == 2 or is_true_elsewhere, (place, value, read)


def test_page_of_a_folder_with_a_field_of_another_kind_is_no_shorter_list():
    for place, value, spoiled in tricks.spoiled(json.dumps(FOLDER).encode()):
        request = Request(NAME, API, None, accounts_call("fd-1", 1), deadline(), lambda _: None)
        try:
            page: AccountsPage = Answers({request.call.action: spoiled}).read(request, parse_accounts)
        except ShareError:
            continue
        assert page.accounts.keys() == {WEB, SHOP} or page.total != len(page.accounts), (place, value)
