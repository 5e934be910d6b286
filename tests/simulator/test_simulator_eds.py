import pytest
from alibabacloud_ecd20200930.client import Client
from calling import Caller, accounts, ids, refusal
from eds_calls import REGION, images, listed, members, modify, put

from alicloud_image_simulator import OTHER, OWNER, Simulator


def test_modify_adds_and_removes_in_one_call(eds: Client, cloud: Simulator):
    put(cloud, accounts=["111", "222"])

    modify(eds, add=["333"], remove=["111"])()

    assert accounts(cloud) == ["222", "333"]


@pytest.mark.parametrize("limit", [10, 20, 50, 1])
def test_modify_with_too_many_accounts_takes_as_many_as_the_reading_says(
    eds: Client, cloud: Simulator, limit: int
):
    put(cloud, {"eds_per_call": limit})

    modify(eds, add=ids(limit + 1))()

    assert accounts(cloud) == ids(limit)


def test_modify_with_eleven_accounts_under_the_older_reading_ignores_them(eds: Client, cloud: Simulator):
    put(cloud, {"over_ten": "ignored"})

    modify(eds, add=ids(11))()

    assert [call["status"] for call in cloud.calls()] == [200]
    assert accounts(cloud) == []


def test_modify_has_no_quota_that_a_page_names(eds: Client, cloud: Simulator):
    put(cloud, accounts=ids(200))

    modify(eds, add=["999"])()

    assert len(accounts(cloud)) == 201


@pytest.mark.parametrize(
    ("codes", "expected"),
    [("like_ecs", (403, "QuotaExceed.ShareImageUser")), ("plain", (400, "QuotaExceeded"))],
)
def test_modify_under_the_reading_of_fifty_refuses_the_next(
    eds: Client, cloud: Simulator, codes: str, expected: tuple[int, str]
):
    put(cloud, {"eds_quota": 50, "eds_codes": codes}, accounts=ids(50))

    assert refusal(modify(eds, add=["999"])) == expected
    assert accounts(cloud) == ids(50)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [("like_ecs", (403, "OperationDenied.EncryptedImage")), ("plain", (400, "InvalidParameter"))],
)
def test_modify_of_an_encrypted_image_refuses_to_add(
    eds: Client, cloud: Simulator, codes: str, expected: tuple[int, str]
):
    put(cloud, {"eds_codes": codes}, encrypted=True, accounts=["111"])

    assert refusal(modify(eds, add=["222"], remove=["111"])) == expected
    assert accounts(cloud) == ["111"]


def test_modify_of_an_encrypted_image_removes(eds: Client, cloud: Simulator):
    put(cloud, encrypted=True, accounts=["111"])

    modify(eds, remove=["111"])()

    assert accounts(cloud) == []


@pytest.mark.parametrize(
    ("codes", "expected"),
    [("like_ecs", (404, "InvalidAccount.Forbidden")), ("plain", (400, "InvalidParameter"))],
)
def test_modify_that_shares_with_the_owner_is_refused(
    eds: Client, cloud: Simulator, codes: str, expected: tuple[int, str]
):
    put(cloud, {"eds_codes": codes})

    assert refusal(modify(eds, add=[OWNER.id])) == expected


def test_modify_that_shares_with_the_owner_under_the_other_reading_is_accepted(eds: Client, cloud: Simulator):
    put(cloud, {"self_share": "ok"})

    modify(eds, add=[OWNER.id])()

    assert accounts(cloud) == [OWNER.id]


@pytest.mark.parametrize(
    ("switch", "add", "remove"), [("add_again", ["111"], []), ("remove_absent", [], ["222"])]
)
@pytest.mark.parametrize("codes", ["like_ecs", "plain"])
def test_modify_under_the_strict_readings_is_refused(
    eds: Client, cloud: Simulator, switch: str, add: list[str], remove: list[str], codes: str
):
    put(cloud, {"eds_codes": codes}, accounts=["111"])
    modify(eds, add=add, remove=remove)()
    put(cloud, {"eds_codes": codes, switch: "error"}, accounts=["111"])

    assert refusal(modify(eds, add=add, remove=remove))[0] in {400, 404}


def test_modify_with_something_that_is_no_account_is_refused(raw: Caller, cloud: Simulator):
    put(cloud)
    query = {"RegionId": REGION, "ImageId": "m-1", "AddAccount.1": "user"}

    assert raw("ModifyImagePermission", "2020-09-30", query=query).refusal == (404, "InvalidAccount.NotFound")


@pytest.mark.parametrize(
    ("codes", "expected"), [("like_ecs", (404, "InvalidImageId.NotFound")), ("plain", (400, "ImageNotFound"))]
)
def test_image_that_is_not_there_is_not_found(
    eds: Client, cloud: Simulator, codes: str, expected: tuple[int, str]
):
    put(cloud, {"eds_codes": codes})

    assert refusal(modify(eds, image_id="m-2")) == expected
    assert refusal(lambda: members(eds, image_id="m-2")) == expected


def test_image_that_is_not_there_under_the_other_reading_has_no_accounts(eds: Client, cloud: Simulator):
    put(cloud, {"eds_absent_image": "empty"})

    assert members(eds, image_id="m-2") == []


def test_image_shared_with_the_caller_cannot_be_shared_on(eds_of_other: Client, cloud: Simulator):
    put(cloud, accounts=[OTHER.id])

    assert refusal(modify(eds_of_other, add=["111"])) == (404, "InvalidImageId.NotFound")


@pytest.mark.parametrize("missing", ["RegionId", "ImageId"])
@pytest.mark.parametrize("action", ["ModifyImagePermission", "DescribeImagePermission"])
def test_call_without_a_parameter_that_it_needs_is_refused(raw: Caller, action: str, missing: str):
    query = {"RegionId": REGION, "ImageId": "m-1"}
    del query[missing]

    assert raw(action, "2020-09-30", query=query).refusal == (400, "MissingParameter")


def test_description_lists_all_accounts_at_once_as_strings(eds: Client, cloud: Simulator):
    put(cloud, accounts=ids(150))

    assert members(eds) == ids(150)


def test_description_after_a_write_shows_the_old_list_as_often_as_the_reading_says(
    eds: Client, cloud: Simulator
):
    put(cloud, {"stale_reads": 1}, accounts=["111"])
    modify(eds, add=["222"])()

    assert [members(eds), members(eds)] == [["111"], ["111", "222"]]


def test_image_is_listed_with_what_a_caller_asks_about(eds: Client, cloud: Simulator):
    put(cloud, name="desk", encrypted=True, accounts=["111", "222"])

    found = images(eds).images[0]

    assert (found.image_id, found.name, found.image_type, found.status) == (
        "m-1",
        "desk",
        "CUSTOM",
        "Available",
    )
    assert (found.shared_count, found.volume_encryption_enabled) == (2, True)


def test_image_shared_with_the_caller_is_listed_as_shared(eds_of_other: Client, cloud: Simulator):
    put(cloud, accounts=[OTHER.id])

    assert [(each.image_type, each.shared_count) for each in images(eds_of_other).images] == [("SHARED", 0)]


def test_image_of_another_account_is_not_listed(eds_of_other: Client, cloud: Simulator):
    put(cloud)

    assert cloud.state()["images"][0]["owner_id"] == OWNER.id
    assert listed(eds_of_other) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["m-1", "m-2", "m-3"]),
        ({"image_id": ["m-2", "m-9"]}, ["m-2"]),
        ({"image_type": "CUSTOM"}, ["m-1", "m-2"]),
        ({"image_type": "SHARED"}, ["m-3"]),
        ({"image_type": "SYSTEM"}, []),
        ({"image_status": "Creating"}, ["m-2"]),
        ({"region_id": "cn-shanghai"}, []),
    ],
)
def test_images_are_listed_as_the_filters_ask(
    eds: Client, cloud: Simulator, fields: dict, expected: list[str]
):
    documents = [
        {"image_id": "m-1"},
        {"image_id": "m-2", "status": "Creating"},
        {"image_id": "m-3", "owner_id": OTHER.id, "accounts": [OWNER.id]},
    ]
    cloud.put_state({"images": [{"service": "eds"} | each for each in documents]})

    assert listed(eds, **fields) == expected


def test_images_are_listed_from_token_to_token(eds: Client, cloud: Simulator):
    cloud.put_state({"images": [{"service": "eds", "image_id": f"m-{number}"} for number in range(12)]})

    first = images(eds)
    second = images(eds, next_token=first.next_token)

    assert [each.image_id for each in (*first.images, *second.images)] == [
        f"m-{number}" for number in range(12)
    ]
    assert (len(first.images), second.next_token) == (10, None)


def test_images_from_a_token_that_was_never_given_are_refused(eds: Client):
    assert refusal(lambda: images(eds, next_token="x")) == (400, "InvalidParameter")
