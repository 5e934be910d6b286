import json

import pytest
from alibabacloud_swas_open20200601 import models
from alibabacloud_swas_open20200601.client import Client
from calling import accounts, image, refusal
from swas_calls import REGION, images, put, share

from alicloud_image_simulator import OTHER, OWNER, Simulator


def test_share_and_unshare_turn_sharing_with_ecs_on_and_off(swas: Client, cloud: Simulator):
    put(cloud)

    share(swas, "Share")()
    on = image(cloud)["in_share"]
    share(swas, "UnShare")()

    assert (on, image(cloud)["in_share"]) == (True, False)


def test_share_leaves_the_accounts_alone(swas: Client, cloud: Simulator):
    put(cloud, accounts=["111"])

    share(swas, "Share")()

    assert accounts(cloud) == ["111"]


@pytest.mark.parametrize("operation", ["share", "Unshare", "Both"])
def test_share_with_another_operation_is_refused(swas: Client, cloud: Simulator, operation: str):
    put(cloud)

    assert refusal(share(swas, operation)) == (400, "InvalidParam.OperationIllegal")


def test_share_of_an_image_that_is_not_available_is_refused(swas: Client, cloud: Simulator):
    put(cloud, status="Creating")

    assert refusal(share(swas, "Share")) == (400, "IncorrectStatus")


@pytest.mark.parametrize(("operation", "there"), [("Share", True), ("UnShare", False)])
def test_share_of_what_is_so_already_is_accepted(swas: Client, cloud: Simulator, operation: str, there: bool):
    put(cloud, in_share=there)

    share(swas, operation)()

    assert image(cloud)["in_share"] is there


@pytest.mark.parametrize(("operation", "there"), [("Share", True), ("UnShare", False)])
def test_share_of_what_is_so_already_under_the_other_reading_is_refused(
    swas: Client, cloud: Simulator, operation: str, there: bool
):
    put(cloud, {"add_again": "error", "remove_absent": "error"}, in_share=there)

    assert refusal(share(swas, operation)) == (400, "InvalidParam.OperationIllegal")


def test_share_is_seen_as_late_as_the_reading_says(swas: Client, cloud: Simulator):
    put(cloud, {"stale_reads": 2})
    share(swas, "Share")()

    assert [images(swas).custom_images[0].in_share for _ in range(3)] == [False, False, True]


def test_image_is_listed_with_what_a_caller_asks_about(swas: Client, cloud: Simulator):
    put(cloud, name="site", in_share=True, accounts=["111"])

    body = images(swas)
    found = body.custom_images[0]

    assert (found.image_id, found.name, found.status, found.region_id) == ("m-1", "site", "1", REGION)
    assert (found.in_share, found.in_share_user, found.user_id) == (True, True, int(OWNER.id))
    assert (body.total_count, body.page_number, body.page_size) == ("1", "1", "10")


@pytest.mark.parametrize(
    ("status", "number"),
    [("Copying", "0"), ("Available", "1"), ("UnAvailable", "2"), ("CreateFailed", "3"), ("Creating", "4")],
)
def test_status_of_an_image_is_a_number(swas: Client, cloud: Simulator, status: str, number: str):
    put(cloud, status=status)

    assert images(swas).custom_images[0].status == number


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["m-1", "m-2"]),
        ({"image_ids": json.dumps(["m-2", "m-9"])}, ["m-2"]),
        ({"image_names": json.dumps(["site"])}, ["m-1"]),
        ({"share": True}, ["m-2"]),
        ({"share": False}, ["m-1"]),
        ({"tag": [models.ListCustomImagesRequestTag(key="team", value="web")]}, ["m-1"]),
        ({"region_id": "cn-shanghai"}, []),
    ],
)
def test_images_are_listed_as_the_filters_ask(
    swas: Client, cloud: Simulator, fields: dict, expected: list[str]
):
    documents = [
        {"image_id": "m-1", "name": "site", "tags": {"team": "web"}},
        {"image_id": "m-2", "in_share": True},
        {"image_id": "m-3", "owner_id": OTHER.id, "accounts": [OWNER.id]},
    ]
    cloud.put_state({"images": [{"service": "swas"} | each for each in documents]})

    assert [each.image_id for each in images(swas, **fields).custom_images] == expected


@pytest.mark.parametrize("text", ["m-1", "{}", "[1]", json.dumps([f"m-{number}" for number in range(101)])])
def test_images_asked_for_by_anything_but_a_short_array_are_refused(swas: Client, text: str):
    assert refusal(lambda: images(swas, image_ids=text)) == (400, "InvalidParameter")
