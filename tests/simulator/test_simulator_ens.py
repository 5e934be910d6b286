from collections.abc import Callable

import pytest
from alibabacloud_ens20171110 import models
from alibabacloud_ens20171110.client import Client
from calling import Caller, accounts, ids, refusal

from alicloud_image_simulator import OTHER, OWNER, Simulator


def put(cloud: Simulator, behaviour: dict | None = None, **fields: object) -> None:
    cloud.put_state(
        {"images": [{"service": "ens", "image_id": "m-1"} | fields], "behaviour": behaviour or {}}
    )


def modify(
    ens: Client, add: str | None = None, remove: str | None = None, image_id: str = "m-1"
) -> Callable[[], object]:
    request = models.ModifyImageSharePermissionRequest(
        image_id=image_id, add_accounts=add, remove_accounts=remove
    )
    return lambda: ens.modify_image_share_permission(request)


def describe(ens: Client, **fields: object) -> models.DescribeImageSharePermissionResponseBody:
    request = models.DescribeImageSharePermissionRequest(**({"image_id": "m-1"} | fields))
    return ens.describe_image_share_permission(request).body


def members(ens: Client, **fields: object) -> list[str]:
    return [each.aliyun_uid for each in describe(ens, **fields).accounts.account]


def images(ens: Client, **fields: object) -> models.DescribeSelfImagesResponseBody:
    return ens.describe_self_images(models.DescribeSelfImagesRequest(**fields)).body


def test_modify_adds_a_list_and_removes_one(ens: Client, cloud: Simulator):
    put(cloud, accounts=["111", "222"])

    modify(ens, add="333, 444,", remove="111")()

    assert accounts(cloud) == ["222", "333", "444"]


def test_modify_takes_a_list_of_any_length(ens: Client, cloud: Simulator):
    put(cloud)

    modify(ens, add=",".join(ids(120)))()

    assert accounts(cloud) == ids(120)


@pytest.mark.parametrize(("over_ten", "taken"), [("first_ten", 10), ("ignored", 0)])
def test_modify_under_the_reading_of_ten_takes_no_more(
    ens: Client, cloud: Simulator, over_ten: str, taken: int
):
    put(cloud, {"ens_per_call": 10, "over_ten": over_ten})

    modify(ens, add=",".join(ids(11)))()

    assert accounts(cloud) == ids(taken)


@pytest.mark.parametrize(("reading", "left"), [("first", ["222"]), ("ignored", ["111", "222"])])
def test_modify_that_removes_several_does_what_the_reading_says(
    ens: Client, cloud: Simulator, reading: str, left: list[str]
):
    put(cloud, {"ens_remove_several": reading}, accounts=["111", "222"])

    modify(ens, remove="111,222")()

    assert accounts(cloud) == left


def test_modify_that_removes_several_is_refused_as_a_whole(ens: Client, cloud: Simulator):
    put(cloud, accounts=["111", "222"])

    assert refusal(modify(ens, add="333", remove="111,222")) == (400, "InvalidParameter")
    assert accounts(cloud) == ["111", "222"]


def test_modify_under_the_reading_of_fifty_refuses_the_next(ens: Client, cloud: Simulator):
    put(cloud, {"ens_quota": 50}, accounts=ids(50))

    assert refusal(modify(ens, add="999")) == (400, "ens.interface.error")
    assert accounts(cloud) == ids(50)


@pytest.mark.parametrize("add", [OWNER.id, "user", "111,user"])
def test_modify_that_adds_what_may_not_be_added_is_refused(ens: Client, cloud: Simulator, add: str):
    put(cloud)

    assert refusal(modify(ens, add=add)) == (400, "InvalidParameter")
    assert accounts(cloud) == []


def test_modify_that_shares_with_the_owner_under_the_other_reading_is_accepted(ens: Client, cloud: Simulator):
    put(cloud, {"self_share": "ok"})

    modify(ens, add=OWNER.id)()

    assert accounts(cloud) == [OWNER.id]


@pytest.mark.parametrize(
    ("switch", "add", "remove"), [("add_again", "111", None), ("remove_absent", None, "222")]
)
def test_modify_under_the_strict_readings_is_refused(
    ens: Client, cloud: Simulator, switch: str, add: str | None, remove: str | None
):
    put(cloud, accounts=["111"])
    modify(ens, add=add, remove=remove)()
    put(cloud, {switch: "error"}, accounts=["111"])

    assert refusal(modify(ens, add=add, remove=remove)) == (400, "InvalidParameter")


def test_modify_of_a_public_image_is_accepted(ens: Client, cloud: Simulator):
    put(cloud, is_public=True)

    modify(ens, add="111")()

    assert accounts(cloud) == ["111"]


def test_modify_of_a_public_image_under_the_other_reading_refuses_to_add_only(ens: Client, cloud: Simulator):
    put(cloud, {"ens_public_image": "refused"}, is_public=True, accounts=["111"])

    assert refusal(modify(ens, add="222")) == (400, "InvalidImageType.NotSupported")
    modify(ens, remove="111")()
    assert accounts(cloud) == []


def test_image_of_another_account_is_a_matter_of_permission(ens_of_other: Client, cloud: Simulator):
    put(cloud, accounts=[OTHER.id])

    assert refusal(modify(ens_of_other, add="111")) == (400, "NoPermission")
    assert refusal(lambda: describe(ens_of_other)) == (400, "NoPermission")


@pytest.mark.parametrize("code", ["NoPermission", "InvalidParameter", "CallInterface"])
def test_image_that_is_not_there_is_refused_as_the_reading_says(ens: Client, cloud: Simulator, code: str):
    put(cloud, {"ens_absent_image": code})

    assert refusal(modify(ens, image_id="m-2")) == (400, code)
    assert refusal(lambda: describe(ens, image_id="m-2")) == (400, code)


@pytest.mark.parametrize("action", ["ModifyImageSharePermission", "DescribeImageSharePermission"])
def test_call_without_an_image_is_refused(raw: Caller, action: str):
    assert raw(action, "2017-11-10").refusal == (400, "MissingParameter")


def test_description_gives_pages_of_at_most_a_hundred(ens: Client, cloud: Simulator):
    put(cloud, accounts=ids(120))

    pages = [members(ens, page_number=number, page_size="100") for number in ("1", "2")]

    assert [account for page in pages for account in page] == ids(120)
    assert describe(ens).total_count == 120
    assert len(members(ens)) == 10


def test_description_of_a_page_that_is_too_large_is_refused(ens: Client, cloud: Simulator):
    put(cloud)

    assert refusal(lambda: members(ens, page_size="101")) == (400, "InvalidParameter")


@pytest.mark.parametrize(("asked", "found"), [(222, ["222"]), (22, [])])
def test_description_of_one_account_tells_whether_it_is_there(
    ens: Client, cloud: Simulator, asked: int, found: list[str]
):
    put(cloud, accounts=["111", "222"])

    assert members(ens, aliyun_id=asked) == found


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("AliyunUid", {"AliyunUid": "111"}), ("AliyunId", {"AliyunId": 111}), ("plain", "111")],
)
def test_description_spells_an_account_as_the_reading_says(
    raw: Caller, cloud: Simulator, reading: str, expected: object
):
    put(cloud, {"account_field": reading}, accounts=["111"])

    reply = raw("DescribeImageSharePermission", "2017-11-10", query={"ImageId": "m-1"})

    assert reply.document["Accounts"]["Account"] == [expected]


def test_description_after_a_write_shows_the_old_list_as_often_as_the_reading_says(
    ens: Client, cloud: Simulator
):
    put(cloud, {"stale_reads": 1}, accounts=["111"])
    modify(ens, add="222")()

    assert [members(ens), members(ens)] == [["111"], ["111", "222"]]


def test_image_is_listed_with_what_a_caller_asks_about(ens: Client, cloud: Simulator):
    put(cloud, name="edge")

    found = images(ens)

    assert [
        (each.image_id, each.image_name, each.image_owner_alias, each.status) for each in found.images.image
    ] == [("m-1", "edge", "self", "Available")]
    assert (found.code, found.total_count, found.page_number, found.page_size) == (0, "1", "1", "10")


def test_image_shared_with_the_caller_is_listed_as_of_others(ens_of_other: Client, cloud: Simulator):
    shared = {"service": "ens", "image_id": "m-shared", "accounts": [OTHER.id]}
    cloud.put_state({"images": [{"service": "ens", "image_id": "m-hidden"}, shared]})

    found = images(ens_of_other).images.image

    assert [(each.image_id, each.image_owner_alias) for each in found] == [("m-shared", "others")]


def test_images_are_found_by_a_part_of_their_id_or_name(ens: Client, cloud: Simulator):
    documents = [{"image_id": "m-10"}, {"image_id": "m-1"}, {"image_id": "m-2", "name": "my web"}]
    cloud.put_state({"images": [{"service": "ens"} | each for each in documents]})

    assert [each.image_id for each in images(ens, image_id="m-1").images.image] == ["m-10", "m-1"]
    assert [each.image_id for each in images(ens, image_name="web").images.image] == ["m-2"]


def test_images_are_listed_in_pages_of_at_most_fifty(ens: Client, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ens", "image_id": f"m-{number}"} for number in range(60)]})

    assert [len(images(ens, page_number=number, page_size=50).images.image) for number in (1, 2)] == [50, 10]
    assert refusal(lambda: images(ens, page_size=51)) == (400, "InvalidParameter")
