import pytest
from alibabacloud_ecs20140526.client import Client
from ecs_calls import describe, modify, put

from alicloud_image_simulator import (
    BEHAVIOURS,
    OTHER,
    OWNER,
    MalformedDocumentError,
    Simulator,
)

IMAGE = {"service": "ecs", "image_id": "m-1"}


def test_state_of_a_new_cloud_is_empty(cloud: Simulator):
    assert cloud.state() == {
        "images": [],
        "behaviour": {switch: readings[0] for switch, readings in BEHAVIOURS.items()},
        "closed_accounts": [],
        "resource_shares": [],
        "folders": [],
    }


def test_image_that_says_only_what_it_must_has_defaults(cloud: Simulator):
    cloud.put_state({"images": [IMAGE]})

    assert cloud.state()["images"] == [
        {
            "service": "ecs",
            "region_id": "cn-hangzhou",
            "image_id": "m-1",
            "owner_id": OWNER.id,
            "name": "",
            "family": "",
            "created": "2026-01-01T00:00:00Z",
            "tags": {},
            "status": "Available",
            "encrypted": False,
            "is_public": False,
            "accounts": [],
            "shared_times": {},
            "in_share": False,
            "quota": None,
        }
    ]


def test_image_of_a_service_without_regions_has_none(cloud: Simulator):
    cloud.put_state({"images": [{"service": "ens", "image_id": "m-1"}]})

    assert cloud.state()["images"][0]["region_id"] is None


def test_image_that_names_no_owner_belongs_to_the_first_account():
    with Simulator(accounts=[OTHER, OWNER]) as cloud:
        cloud.put_state({"images": [IMAGE]})

        assert cloud.state()["images"][0]["owner_id"] == OTHER.id


def test_state_put_again_restores_it(ecs: Client, cloud: Simulator):
    second = {"service": "ens", "image_id": "m-2", "tags": {"a": "b"}, "quota": 3, "in_share": True}
    document = {"images": [IMAGE, second], "behaviour": {"stale_reads": 2}, "closed_accounts": ["999"]}
    cloud.put_state(document)
    modify(ecs, add=["333", "111"])()
    before = cloud.state()
    cloud.put_state({})

    cloud.put_state(before)

    assert cloud.state() == before


def test_state_that_is_put_replaces_everything(cloud: Simulator):
    put(cloud, {"stale_reads": 2})

    cloud.put_state({})

    assert (cloud.state()["images"], cloud.state()["behaviour"]["stale_reads"]) == ([], 0)


def test_state_that_is_put_is_seen_by_the_next_read(ecs: Client, cloud: Simulator):
    put(cloud, {"stale_reads": 3}, accounts=["111"])
    modify(ecs, add=["222"])()

    put(cloud, accounts=["333"])

    assert [each.aliyun_id for each in describe(ecs).accounts.account] == ["333"]


def test_state_whose_accounts_were_edited_drops_the_times_of_those_that_left(cloud: Simulator):
    put(cloud, accounts=["222"], shared_times={"111": "2026-01-02T00:00:00Z", "222": "2026-01-03T00:00:00Z"})

    assert cloud.state()["images"][0]["shared_times"] == {"222": "2026-01-03T00:00:00Z"}


def test_images_with_one_id_in_two_regions_are_two(cloud: Simulator):
    cloud.put_state({"images": [IMAGE, IMAGE | {"region_id": "cn-shanghai"}]})

    assert len(cloud.state()["images"]) == 2


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "state is not an object"),
        ({"image": []}, "state has the unknown field 'image'"),
        ({"images": {}}, "state.images is not an array"),
        ({"images": [IMAGE, IMAGE]}, "state.images[1] is there already: ecs cn-hangzhou m-1"),
        ({"images": [{"service": "ecs"}]}, "state.images[0].image_id is missing"),
        ({"images": [{"image_id": "m-1"}]}, "state.images[0].service is missing"),
        ({"images": [IMAGE | {"service": "oss"}]}, "state.images[0].service must be one of"),
        ({"images": [IMAGE | {"service": "sts"}]}, "state.images[0].service must be one of"),
        ({"images": [IMAGE | {"image_id": ""}]}, "state.images[0].image_id is empty"),
        ({"images": [IMAGE | {"colour": "red"}]}, "state.images[0] has the unknown field 'colour'"),
        ({"images": [{"service": "ens", "image_id": "m-1", "region_id": "x"}]}, "region_id is given"),
        ({"images": [IMAGE | {"status": "Fine"}]}, "state.images[0].status must be one of"),
        ({"images": [IMAGE | {"encrypted": 1}]}, "state.images[0].encrypted is neither true nor false"),
        ({"images": [IMAGE | {"name": 1}]}, "state.images[0].name is not a string"),
        ({"images": [IMAGE | {"tags": {"a": 1}}]}, "state.images[0].tags.a is not a string"),
        ({"images": [IMAGE | {"tags": []}]}, "state.images[0].tags is not an object"),
        ({"images": [IMAGE | {"accounts": ["x"]}]}, "state.images[0].accounts[0] is not an account id"),
        ({"images": [IMAGE | {"accounts": [111]}]}, "state.images[0].accounts[0] is not a string"),
        (
            {"images": [IMAGE | {"accounts": ["111", "111"]}]},
            "state.images[0].accounts names an account twice",
        ),
        ({"images": [IMAGE | {"quota": -1}]}, "state.images[0].quota is not a whole number"),
        ({"images": [IMAGE | {"quota": True}]}, "state.images[0].quota is not a whole number"),
        ({"images": [IMAGE | {"owner_id": "me"}]}, "state.images[0].owner_id is not an account id"),
        ({"behaviour": {"mood": "bad"}}, "state.behaviour has the unknown field 'mood'"),
        (
            {"behaviour": {"over_ten": "twenty"}},
            "state.behaviour.over_ten must be one of 'first_ten', 'ignored'",
        ),
        ({"behaviour": {"stale_reads": True}}, "state.behaviour.stale_reads must be one of 0, 1, 2, 3"),
        ({"closed_accounts": ["x"]}, "state.closed_accounts[0] is not an account id"),
    ],
)
def test_state_that_is_malformed_is_refused_with_its_place(cloud: Simulator, document: object, sentence: str):
    with pytest.raises(MalformedDocumentError) as refused:
        cloud.put_state(document)

    assert sentence in str(refused.value)


def test_state_that_is_refused_changes_nothing(cloud: Simulator):
    cloud.put_state({"images": [IMAGE]})
    before = cloud.state()

    with pytest.raises(MalformedDocumentError):
        cloud.put_state({"images": [], "behaviour": {"mood": "bad"}})

    assert cloud.state() == before


@pytest.mark.parametrize(
    ("switch", "reading"), [(switch, each) for switch in BEHAVIOURS for each in BEHAVIOURS[switch]]
)
def test_behaviour_takes_every_reading(cloud: Simulator, switch: str, reading: str | int):
    cloud.put_state({"behaviour": {switch: reading}})

    assert cloud.state()["behaviour"][switch] == reading


def test_behaviours_cannot_be_changed():
    with pytest.raises(TypeError):
        BEHAVIOURS["over_ten"] = ()


@pytest.mark.parametrize("switch", BEHAVIOURS)
def test_behaviour_has_more_than_one_reading(switch: str):
    assert len(set(BEHAVIOURS[switch])) > 1
