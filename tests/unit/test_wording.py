"""Messages: accounts by name, and failures in four parts."""

import pytest

from alicloud_image_share.errors import ConfigurationError, Refused, ResponseLost
from alicloud_image_share.sharing.failures import AccountNaming, failure
from alicloud_image_share.sharing.model import NO_ACCOUNTS, ImageKey
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.plan import Plan

IMAGE = ImageKey("ecs", "cn-hangzhou", "m-bp1")
ACCOUNT = "1234567890123456"
OTHER = "1550809237710001"


def test_names_of_accounts_are_full_sorted_and_have_their_notes():
    names = AccountNaming(IMAGE, {ACCOUNT: "team web", OTHER: ""})

    assert names.list_accounts({OTHER, ACCOUNT}) == f'{ACCOUNT} "team web", {OTHER}'


def test_names_of_accounts_with_a_hostile_note_cannot_steer_a_terminal():
    names = AccountNaming(IMAGE, {ACCOUNT: "\x1b[2J\u202e\n"})

    assert names.list_accounts({ACCOUNT}) == rf'{ACCOUNT} "\u001b[2J\u202e\n"'


def test_names_of_secret_accounts_are_only_counted():
    names = AccountNaming(IMAGE, {ACCOUNT: "team web"}, secret=True)

    assert names.list_accounts({ACCOUNT, OTHER}) == "2 accounts (secret)"


@pytest.mark.parametrize(("number", "text"), [(0, "0 accounts"), (1, "1 account"), (12, "12 accounts")])
def test_count_of_accounts_agrees_with_its_noun(number, text):
    assert count(range(number)) == text


@pytest.mark.parametrize(
    ("adding", "removing", "text"),
    [
        (12, 0, "adding 12 accounts to ecs:cn-hangzhou:m-bp1"),
        (0, 1, "removing 1 account from ecs:cn-hangzhou:m-bp1"),
        (1, 2, "adding 1 account to ecs:cn-hangzhou:m-bp1 and removing 2"),
        (0, 0, "switching the share to ECS of ecs:cn-hangzhou:m-bp1"),
    ],
)
def test_doing_names_the_image_and_the_numbers(adding, removing, text):
    add, remove = (frozenset(map(str, range(number))) for number in (adding, removing))

    assert AccountNaming(IMAGE).describe_change(Plan(add, remove, NO_ACCOUNTS, NO_ACCOUNTS)) == text


def test_failure_has_four_parts_in_one_order():
    text = failure("adding 12 accounts to m-bp1", "was not started", "45 hold.", "45 have access", "wait")

    assert text.splitlines() == [
        "adding 12 accounts to m-bp1 was not started.",
        "45 hold.",
        "Now: 45 have access.",
        "Next: wait.",
    ]


def test_said_of_a_refusal_gives_code_status_request_and_words():
    error = Refused(
        "ModifyImageSharePermission",
        "The specified Account does not exist.",
        code="InvalidAccount.NotFound",
        status=404,
        request_id="473469C7",
    )

    assert AccountNaming(IMAGE).error_text(error) == (
        "The cloud said InvalidAccount.NotFound (404, request 473469C7) to ModifyImageSharePermission:"
        " The specified Account does not exist."
    )


def test_said_of_a_lost_answer_says_that_there_was_nothing_usable():
    error = ResponseLost("DescribeImages", "the connection was cut")

    assert (
        AccountNaming(IMAGE).error_text(error)
        == "The cloud gave no usable answer to DescribeImages: the connection was cut"
    )


def test_said_of_our_own_error_is_its_text():
    assert AccountNaming(IMAGE).error_text(ConfigurationError("no credentials.")) == "no credentials."


def test_said_about_secret_accounts_shows_no_id_that_the_cloud_has_named():
    words = f"account {ACCOUNT} is closed"
    error = Refused("ModifyImageSharePermission", words, code="InvalidAccount", request_id="473469C7-AA6F")

    assert ACCOUNT not in AccountNaming(IMAGE, secret=True).error_text(error)
    assert "473469C7-AA6F" in AccountNaming(IMAGE, secret=True).error_text(error)
