import pytest
from alibabacloud_swas_open20200601.client import Client
from calling import accounts, ids, refusal
from swas_calls import add, describe, members, put, remove

from alicloud_image_simulator import OWNER, Simulator


def test_add_and_remove_change_the_accounts(swas: Client, cloud: Simulator):
    put(cloud, accounts=["111"])

    add(swas, ["222", "333"])()
    remove(swas, ["111"])()

    assert accounts(cloud) == ["222", "333"]


def test_add_up_to_ten_accounts_is_accepted(swas: Client, cloud: Simulator):
    put(cloud)

    add(swas, ids(10))()

    assert accounts(cloud) == ids(10)


@pytest.mark.parametrize(("code", "status"), [("QuotaExceeded", 400), ("QuotaExceed.ShareImageUser", 403)])
@pytest.mark.parametrize("there", [0, 10])
def test_add_of_an_eleventh_account_is_refused_as_a_whole(
    swas: Client, cloud: Simulator, code: str, status: int, there: int
):
    put(cloud, {"swas_quota_code": code}, accounts=ids(there))

    assert refusal(add(swas, ids(11 - there, first=20001))) == (status, code)
    assert accounts(cloud) == ids(there)


@pytest.mark.parametrize(("over_ten", "taken"), [("first_ten", 5), ("ignored", 0)])
def test_add_under_the_reading_of_five_a_call_takes_no_more(
    swas: Client, cloud: Simulator, over_ten: str, taken: int
):
    put(cloud, {"swas_per_call": 5, "over_ten": over_ten})

    add(swas, ids(6))()

    assert accounts(cloud) == ids(taken)


@pytest.mark.parametrize("account_id", [OWNER.id, "0", "-5"])
def test_add_of_what_may_not_be_added_changes_nothing(swas: Client, cloud: Simulator, account_id: str):
    put(cloud)

    assert refusal(add(swas, ["111", account_id])) == (400, "InvalidParameter")
    assert accounts(cloud) == []


def test_add_of_the_owner_under_the_other_reading_is_accepted(swas: Client, cloud: Simulator):
    put(cloud, {"self_share": "ok"})

    add(swas, [OWNER.id])()

    assert accounts(cloud) == [OWNER.id]


def test_add_to_an_image_that_is_not_available_is_refused(swas: Client, cloud: Simulator):
    put(cloud, status="Creating")

    assert refusal(add(swas, ["111"])) == (400, "IncorrectStatus")


def test_remove_from_an_image_that_is_not_available_is_accepted(swas: Client, cloud: Simulator):
    put(cloud, status="UnAvailable", accounts=["111"])

    remove(swas, ["111"])()

    assert accounts(cloud) == []


def test_add_again_and_remove_of_a_stranger_are_accepted(swas: Client, cloud: Simulator):
    put(cloud, accounts=["111"])

    add(swas, ["111"])()
    remove(swas, ["222"])()

    assert accounts(cloud) == ["111"]


def test_add_again_and_remove_of_a_stranger_under_the_other_readings_are_refused(
    swas: Client, cloud: Simulator
):
    put(cloud, {"add_again": "error", "remove_absent": "error"}, accounts=["111"])

    assert refusal(add(swas, ["111"])) == (400, "InvalidParameter")
    assert refusal(remove(swas, ["222"])) == (400, "InvalidParameter")


def test_accounts_are_listed_in_pages_of_at_most_fifty(swas: Client, cloud: Simulator):
    put(cloud, accounts=ids(60), quota=60, created="2026-02-03T04:05:06Z")

    first, second = (describe(swas, page_number=number, page_size=50) for number in (1, 2))

    assert [each.user_id for page in (first, second) for each in page.image_share_users] == [
        int(i) for i in ids(60)
    ]
    assert (first.total_count, second.page_number, second.page_size) == (60, 2, 50)
    assert first.image_share_users[0].shared_time == "2026-02-03 04:05:06.0"
    assert refusal(lambda: describe(swas, page_size=51)) == (400, "InvalidParameter")


def test_accounts_after_a_write_are_the_old_ones_as_often_as_the_reading_says(swas: Client, cloud: Simulator):
    put(cloud, {"stale_reads": 1}, accounts=["111"])
    add(swas, ["222"])()

    assert [members(swas), members(swas)] == [[111], [111, 222]]
