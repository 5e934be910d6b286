import pytest
from calling import Caller

from alicloud_image_simulator import OWNER, Simulator

ACTIONS = {
    "ecs": ("DescribeRegions", "2014-05-26"),
    "eds": ("DescribeRegions", "2020-09-30"),
    "swas": ("ListRegions", "2020-06-01"),
}


@pytest.mark.parametrize("service", ACTIONS)
def test_regions_of_a_service_are_those_of_its_images_and_the_default(service: str, cloud: Simulator):
    images = [{"service": name, "image_id": "m-1", "region_id": f"cn-{name}"} for name in ACTIONS]
    cloud.put_state({"images": images})

    reply = Caller(cloud.port, OWNER)(*ACTIONS[service], query={"RegionId": "cn-hangzhou"})

    listed = reply.document["Regions"]
    regions = listed["Region"] if service == "ecs" else listed
    assert [region["RegionId"] for region in regions] == sorted(["cn-hangzhou", f"cn-{service}"])


def test_regions_of_eds_need_a_region(cloud: Simulator):
    assert Caller(cloud.port, OWNER)(*ACTIONS["eds"]).refusal == (400, "MissingParameter")


def test_fault_of_a_region_falls_on_calls_in_that_region_only(cloud: Simulator):
    fault = {"region_id": "cn-beijing", "kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1}
    cloud.put_faults([fault])
    call = Caller(cloud.port, OWNER)

    refused = call("DescribeImages", "2014-05-26", query={"RegionId": "cn-beijing"})
    answered = call("DescribeImages", "2014-05-26", query={"RegionId": "cn-hangzhou"})

    assert (refused.status, answered.status) == (403, 200)
