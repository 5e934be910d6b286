from alibabacloud_ecs20140526.client import Client
from calling import Caller, accounts, ids, image, refusal
from ecs_calls import REGION, modify, put

from alicloud_image_simulator import Simulator


def test_modify_adds_and_removes_in_one_call(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111", "222"])

    modify(ecs, add=["333", "444"], remove=["111"])()

    assert accounts(cloud) == ["222", "333", "444"]


def test_modify_with_nothing_to_change_is_accepted(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111"])

    modify(ecs)()

    assert accounts(cloud) == ["111"]


def test_modify_that_adds_a_member_again_keeps_its_place(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111", "222"])

    modify(ecs, add=["111"])()

    assert accounts(cloud) == ["111", "222"]


def test_modify_that_adds_and_removes_the_same_account_leaves_it_a_member(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111"])

    modify(ecs, add=["111"], remove=["111"])()

    assert accounts(cloud) == ["111"]


def test_modify_that_adds_a_member_again_under_the_other_reading_is_refused(ecs: Client, cloud: Simulator):
    put(cloud, {"add_again": "error"}, accounts=["111"])

    assert refusal(modify(ecs, add=["222", "111"])) == (400, "InvalidParameter")
    assert accounts(cloud) == ["111"]


def test_modify_that_removes_a_stranger_is_accepted(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111"])

    modify(ecs, remove=["999"])()

    assert accounts(cloud) == ["111"]


def test_modify_that_removes_a_stranger_under_the_other_reading_is_refused(ecs: Client, cloud: Simulator):
    put(cloud, {"remove_absent": "error"}, accounts=["111"])

    assert refusal(modify(ecs, remove=["111", "999"])) == (404, "InvalidAccount.NotFound")
    assert accounts(cloud) == ["111"]


def test_modify_with_ten_accounts_each_way_takes_all(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(10))

    modify(ecs, add=ids(10, first=20001), remove=ids(10))()

    assert accounts(cloud) == ids(10, first=20001)


def test_modify_with_eleven_accounts_takes_the_first_ten(ecs: Client, cloud: Simulator):
    put(cloud)

    modify(ecs, add=ids(11))()

    assert accounts(cloud) == ids(10)


def test_modify_with_eleven_accounts_under_the_older_reading_ignores_that_parameter(
    ecs: Client, cloud: Simulator
):
    put(cloud, {"over_ten": "ignored"}, accounts=["111"])

    modify(ecs, add=ids(11), remove=["111"])()

    assert accounts(cloud) == []


def test_modify_numbers_above_nine_come_after_nine(raw: Caller, cloud: Simulator):
    put(cloud)
    numbered = {f"AddAccount.{number}": str(10000 + number) for number in reversed(range(1, 11))}

    raw("ModifyImageSharePermission", "2014-05-26", query={"RegionId": REGION, "ImageId": "m-1"} | numbered)

    assert accounts(cloud) == ids(10)


def test_modify_up_to_fifty_accounts_is_accepted(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(49))

    modify(ecs, add=["999"])()

    assert len(accounts(cloud)) == 50


def test_modify_beyond_fifty_accounts_is_refused_as_a_whole(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(49))

    assert refusal(modify(ecs, add=["998", "999"])) == (403, "QuotaExceed.ShareImageUser")
    assert accounts(cloud) == ids(49)


def test_modify_of_an_image_with_a_raised_quota_goes_up_to_that(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(50), quota=51)

    modify(ecs, add=["998"])()

    assert refusal(modify(ecs, add=["999"])) == (403, "QuotaExceed.ShareImageUser")


def test_modify_counts_the_quota_after_its_own_removals(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(50))

    modify(ecs, add=["999"], remove=["10001"])()

    assert accounts(cloud) == [*ids(49, first=10002), "999"]


def test_modify_under_the_other_reading_counts_the_quota_before_its_removals(ecs: Client, cloud: Simulator):
    put(cloud, {"quota_counted": "before_removals"}, accounts=ids(50))

    assert refusal(modify(ecs, add=["999"], remove=["10001"])) == (403, "QuotaExceed.ShareImageUser")
    assert accounts(cloud) == ids(50)


def test_modify_of_an_image_over_its_quota_still_removes(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(60))

    modify(ecs, remove=["10001"])()

    assert accounts(cloud) == ids(59, first=10002)


def test_modify_of_a_full_image_may_add_its_members_again(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(50))

    modify(ecs, add=["10001"])()

    assert sorted(accounts(cloud)) == ids(50)


def test_publishing_makes_an_image_public(ecs: Client, cloud: Simulator):
    put(cloud)

    modify(ecs, is_public=True)()

    assert image(cloud)["is_public"] is True


def test_publishing_beside_accounts_is_refused(ecs: Client, cloud: Simulator):
    put(cloud)

    assert refusal(modify(ecs, add=["111"], is_public=True)) == (403, "InvalidParameter.IsPublic")
    assert (image(cloud)["is_public"], accounts(cloud)) == (False, [])


def test_unpublishing_takes_a_public_image_back(ecs: Client, cloud: Simulator):
    put(cloud, is_public=True)

    modify(ecs, is_public=False)()

    assert image(cloud)["is_public"] is False


def test_unpublishing_a_regular_image_changes_nothing(ecs: Client, cloud: Simulator):
    put(cloud)

    modify(ecs, is_public=False)()

    assert [call["status"] for call in cloud.calls()] == [200]
    assert image(cloud)["is_public"] is False


def test_unpublishing_a_regular_image_under_the_other_reading_is_refused(ecs: Client, cloud: Simulator):
    put(cloud, {"ecs_is_public_false": "error"})

    assert refusal(modify(ecs, is_public=False)) == (403, "Image.NotPublic")


def test_publishing_with_something_that_is_no_boolean_is_refused(raw: Caller, cloud: Simulator):
    put(cloud)
    query = {"RegionId": REGION, "ImageId": "m-1", "IsPublic": "maybe"}

    assert raw("ModifyImageSharePermission", "2014-05-26", query=query).refusal == (400, "InvalidParameter")
