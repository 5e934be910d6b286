"""The map of accounts that the program makes before the wire could lose a digit or an account."""

import pytest

from alicloud_image_share.sharing.accounts import account_map

ACCOUNT = "1234567890123456"
OTHER = "1550809237710001"


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ([ACCOUNT, OTHER], {ACCOUNT: "", OTHER: ""}),
        ((ACCOUNT,), {ACCOUNT: ""}),
        ({ACCOUNT}, {ACCOUNT: ""}),
        ({ACCOUNT: "web"}.keys(), {ACCOUNT: ""}),
        ([1234567890123456], {ACCOUNT: ""}),
        ([99999999999999999999], {"99999999999999999999": ""}),
        ({ACCOUNT: "web", OTHER: None}, {ACCOUNT: "web", OTHER: ""}),
        ({1234567890123456: "web"}, {ACCOUNT: "web"}),
        ([], {}),
        ({}, {}),
    ],
    ids=repr,
)
def test_account_map_of_good_accounts_keeps_every_digit_and_every_account(accounts, expected):
    assert account_map(accounts) == expected


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ([ACCOUNT, ACCOUNT], [ACCOUNT, ACCOUNT]),
        ([ACCOUNT, 1234567890123456], [ACCOUNT, ACCOUNT]),
        ({ACCOUNT: "web", 1234567890123456: "shop"}, [ACCOUNT, ACCOUNT]),
        ({"alice": "web"}, ["alice"]),
        ([ACCOUNT, None], [ACCOUNT, None]),
        ([True], [True]),
        (ACCOUNT, ACCOUNT),
        (b"123456", b"123456"),
        (None, None),
        (7, 7),
    ],
    ids=repr,
)
def test_account_map_of_wrong_accounts_leaves_the_mistake_for_check_to_name(accounts, expected):
    assert account_map(accounts) == expected
