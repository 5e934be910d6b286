"""Reports list the accounts of a folder as the program does, and name a stack whose folder is not listed."""

from __future__ import annotations

from tests.support.stack_files import share

from .conftest import Command, StackWriter
from .world import image, put

WEB, SHOP = "1234567890123456", "1550809237710001"
GROUPS = {"web": {"folder": "fd-1"}}


def put_folder(cloud, *accounts: str) -> None:
    folder = {"folder_id": "fd-1", "accounts": {account: f"team {account}" for account in accounts}}
    cloud.put_state({**cloud.state(), "folders": [folder]})


def test_audit_compares_with_the_accounts_that_the_folder_has_now(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB]))
    put_folder(cloud, WEB, SHOP)
    stack({"golden": share(groups=["web"])}, GROUPS)

    said = image_share("audit", "--service", "ecs")

    assert said.status == 2
    assert f"missing {SHOP} team {SHOP}" in said.output


def test_stack_whose_folder_cannot_be_listed_is_not_read(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB]))
    stack({"golden": share(groups=["web"])}, GROUPS)

    said = image_share("audit", "--service", "ecs")

    assert said.status == 1
    assert "NOT read: stack dev (the accounts of the folder fd-1 are not known" in said.output
