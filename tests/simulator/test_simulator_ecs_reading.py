import pytest
from alibabacloud_ecs20140526.client import Client
from calling import Caller, ids, image, refusal
from ecs_calls import REGION, describe, listed, modify, put

from alicloud_image_simulator import OTHER, OWNER, Simulator


@pytest.mark.parametrize("fields", [{"image_id": "m-2"}, {"region_id": "cn-shanghai"}])
def test_image_that_is_not_there_is_not_found(ecs: Client, cloud: Simulator, fields: dict):
    put(cloud)

    assert refusal(modify(ecs, **fields)) == (404, "InvalidImageId.NotFound")
    assert refusal(lambda: describe(ecs, **fields)) == (404, "InvalidImageId.NotFound")


def test_image_of_another_account_is_not_found_even_if_shared(ecs_of_other: Client, cloud: Simulator):
    put(cloud, accounts=[OTHER.id])

    assert refusal(modify(ecs_of_other, add=["111"])) == (404, "InvalidImageId.NotFound")
    assert refusal(lambda: describe(ecs_of_other)) == (404, "InvalidImageId.NotFound")


def test_image_that_is_not_there_under_the_older_reading_is_403(ecs: Client, cloud: Simulator):
    put(cloud, {"ecs_not_found_status": 403})

    assert refusal(lambda: describe(ecs, image_id="m-2")) == (403, "InvalidImageId.NotFound")


def test_images_of_another_account_are_listed_only_if_shared(ecs_of_other: Client, cloud: Simulator):
    shared = {"service": "ecs", "image_id": "m-shared", "accounts": [OTHER.id]}
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-hidden"}, shared]})

    assert listed(ecs_of_other) == ["m-shared"]


def test_public_images_of_another_account_are_listed_only_when_asked_for(
    ecs_of_other: Client, cloud: Simulator
):
    put(cloud, is_public=True)

    assert (listed(ecs_of_other), listed(ecs_of_other, is_public=True)) == ([], ["m-1"])


def test_image_that_is_public_can_still_be_modified_by_its_owner_only(ecs_of_other: Client, cloud: Simulator):
    put(cloud, is_public=True)

    assert refusal(modify(ecs_of_other, remove=["111"])) == (404, "InvalidImageId.NotFound")


def test_description_lists_the_accounts_in_their_order(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["222", "111"], created="2026-02-03T04:05:06Z")

    found = describe(ecs)

    assert [(each.aliyun_id, each.shared_time) for each in found.accounts.account] == [
        ("222", "2026-02-03T04:05:06Z"),
        ("111", "2026-02-03T04:05:06Z"),
    ]
    assert (found.image_id, found.region_id, found.share_groups.share_group) == ("m-1", REGION, [])
    assert (found.total_count, found.page_number, found.page_size) == (2, 1, 10)


def test_description_gives_pages_of_at_most_a_hundred(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(250), quota=250)

    pages = [describe(ecs, page_number=number, page_size=100) for number in (1, 2, 3, 4)]

    assert [len(page.accounts.account) for page in pages] == [100, 100, 50, 0]
    assert [each.aliyun_id for page in pages for each in page.accounts.account] == ids(250)
    assert {page.total_count for page in pages} == {250}


@pytest.mark.parametrize(
    "fields", [{"page_size": 101}, {"page_size": 0}, {"page_number": 0}, {"page_number": -1}]
)
def test_description_of_a_page_that_cannot_be_is_refused(ecs: Client, cloud: Simulator, fields: dict):
    put(cloud)

    assert refusal(lambda: describe(ecs, **fields)) == (400, "InvalidParameter")


@pytest.mark.parametrize(("reading", "expected"), [("string", "111"), ("number", 111)])
def test_description_gives_ids_as_the_reading_says(
    raw: Caller, cloud: Simulator, reading: str, expected: object
):
    put(cloud, {"ecs_account_type": reading}, accounts=["111"])

    reply = raw("DescribeImageSharePermission", "2014-05-26", query={"RegionId": REGION, "ImageId": "m-1"})

    assert reply.document["Accounts"]["Account"][0]["AliyunId"] == expected


def test_description_of_a_public_image_names_the_group_of_all(ecs: Client, cloud: Simulator):
    put(cloud, is_public=True)

    assert [each.group for each in describe(ecs).share_groups.share_group] == ["all"]


def test_description_says_since_when_an_account_has_access():
    with Simulator(clock=lambda: 1_700_000_000.0) as past:
        put(past, accounts=["111"])
        caller = Caller(past.port, OWNER)
        signed = {"x-acs-date": "2023-11-14T22:13:20Z"}
        query = {"RegionId": REGION, "ImageId": "m-1"}
        caller(
            "ModifyImageSharePermission", "2014-05-26", query=query | {"AddAccount.1": "222"}, signed=signed
        )

        assert image(past)["shared_times"] == {"111": "2026-01-01T00:00:00Z", "222": "2023-11-14T22:13:20Z"}


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_description_after_a_write_shows_the_old_list_as_often_as_the_reading_says(
    ecs: Client, cloud: Simulator, reads: int
):
    put(cloud, {"stale_reads": reads}, accounts=["111"])
    modify(ecs, add=["222"])()
    modify(ecs, add=["333"])()

    seen = [[each.aliyun_id for each in describe(ecs).accounts.account] for _ in range(reads + 1)]

    assert seen == [["111"]] * reads + [["111", "222", "333"]]
