import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from ecs_calls import REGION, listed, put

from alicloud_image_simulator import OTHER, OWNER, Simulator


def test_image_is_listed_with_what_a_caller_asks_about(ecs: Client, cloud: Simulator):
    put(cloud, name="web", family="golden", encrypted=True, accounts=["111"], tags={"team": "web"})

    found = ecs.describe_images(models.DescribeImagesRequest(region_id=REGION)).body.images.image[0]

    assert (found.image_id, found.image_name, found.image_family, found.status) == (
        "m-1",
        "web",
        "golden",
        "Available",
    )
    assert (found.image_owner_id, found.image_owner_alias) == (int(OWNER.id), "self")
    assert (found.is_public, found.is_copied, found.is_self_shared) == (False, False, "True")
    assert found.disk_device_mappings.disk_device_mapping[0].encrypted is True
    assert [(tag.tag_key, tag.tag_value) for tag in found.tags.tag] == [("team", "web")]


def test_image_shared_with_the_caller_is_listed_as_of_others(ecs_of_other: Client, cloud: Simulator):
    put(cloud, accounts=[OTHER.id])

    found = ecs_of_other.describe_images(models.DescribeImagesRequest(region_id=REGION)).body.images.image[0]

    assert (found.image_owner_alias, found.image_owner_id, found.is_self_shared) == (
        "others",
        int(OWNER.id),
        "",
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["m-1", "m-2"]),
        ({"status": "Deprecated"}, ["m-3"]),
        ({"status": "Available,Deprecated"}, ["m-1", "m-2", "m-3"]),
        ({"status": "ALL"}, ["m-1", "m-2", "m-3", "m-4"]),
        ({"image_id": "m-2"}, ["m-2"]),
        ({"image_id": "m-3"}, []),
        ({"image_id": "m-1, m-3,m-9", "status": "ALL"}, ["m-1", "m-3"]),
        ({"image_name": "web"}, ["m-1"]),
        ({"image_family": "golden"}, ["m-2"]),
        ({"image_owner_alias": "self"}, ["m-1"]),
        ({"image_owner_alias": "others"}, ["m-2"]),
        ({"image_owner_alias": "system"}, []),
        ({"image_owner_id": int(OTHER.id)}, ["m-2"]),
        ({"tag": [models.DescribeImagesRequestTag(key="team")]}, ["m-1", "m-2"]),
        ({"tag": [models.DescribeImagesRequestTag(key="team", value="shop")]}, ["m-2"]),
        ({"region_id": "cn-shanghai"}, ["m-5"]),
    ],
)
def test_images_are_listed_as_the_filters_ask(
    ecs: Client, cloud: Simulator, fields: dict, expected: list[str]
):
    images = [
        {"image_id": "m-1", "name": "web", "tags": {"team": "web"}},
        {
            "image_id": "m-2",
            "family": "golden",
            "tags": {"team": "shop"},
            "owner_id": OTHER.id,
            "accounts": [OWNER.id],
        },
        {"image_id": "m-3", "status": "Deprecated"},
        {"image_id": "m-4", "status": "Creating"},
        {"image_id": "m-5", "region_id": "cn-shanghai"},
    ]
    cloud.put_state({"images": [{"service": "ecs"} | each for each in images]})

    assert listed(ecs, **fields) == expected


def test_images_are_listed_in_pages(ecs: Client, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ecs", "image_id": f"m-{number}"} for number in range(12)]})

    first = ecs.describe_images(models.DescribeImagesRequest(region_id=REGION)).body

    assert (first.total_count, first.page_number, first.page_size, len(first.images.image)) == (12, 1, 10, 10)
    assert listed(ecs, page_number=2) == ["m-10", "m-11"]
