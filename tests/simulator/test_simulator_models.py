"""What the typed models of the official SDKs have, the served calls give."""

from collections.abc import Callable, Iterator

import pytest
from alibabacloud_ecd20200930.models import DescribeImagesRequest as EdsImages
from alibabacloud_ecd20200930.models import DescribeRegionsRequest as EdsRegions
from alibabacloud_ecs20140526.models import DescribeImagesRequest, DescribeRegionsRequest
from alibabacloud_ens20171110.models import DescribeSelfImagesRequest
from alibabacloud_swas_open20200601.models import ListCustomImagesRequest, ListRegionsRequest

from alicloud_image_simulator import Simulator

CALLS: dict[str, tuple[str, Callable]] = {
    "ecs-images": ("ecs", lambda sdk: sdk.describe_images(DescribeImagesRequest(region_id="cn-hangzhou"))),
    "ecs-regions": ("ecs", lambda sdk: sdk.describe_regions(DescribeRegionsRequest())),
    "eds-images": ("eds", lambda sdk: sdk.describe_images(EdsImages(region_id="cn-hangzhou"))),
    "eds-regions": ("eds", lambda sdk: sdk.describe_regions(EdsRegions(region_id="cn-hangzhou"))),
    "ens-images": ("ens", lambda sdk: sdk.describe_self_images(DescribeSelfImagesRequest())),
    "swas-images": (
        "swas",
        lambda sdk: sdk.list_custom_images(ListCustomImagesRequest(region_id="cn-hangzhou")),
    ),
    "swas-regions": ("swas", lambda sdk: sdk.list_regions(ListRegionsRequest())),
}
LEFT_OUT = {
    "ecs": {
        "detection_options",  # only of imported images
        "features",  # of the machines that the image can start
        "license_type",
        "secure_boot_options",
        "supplier_name",  # only of the marketplace
        "usable",
    },
    "eds": {
        "app_version",
        "gpu_driver_version",  # only with a GPU
        "next_token",  # only where there is a next page
        "supported_languages",
        "volume_encryption_key",
    },
    "ens": {"disk_device_mappings"},
    "swas": {
        "create_instances",
        "data_snapshot_id",  # only with a data disk
        "data_snapshot_name",
        "instance_id",  # only where the image is of a server that is still there
        "instance_name",
        "source_image_name",
        "source_image_version",
    },
}
"""What depends on more than an image, by service."""


def missing(model: object) -> Iterator[str]:
    """Name the attributes of an answer that are None, in all its parts."""
    for name, value in vars(model).items():
        if value is None:
            yield name
        for part in value if isinstance(value, list) else [value]:
            if hasattr(part, "to_map"):
                yield from missing(part)


@pytest.mark.parametrize(("service", "call"), CALLS.values(), ids=CALLS)
def test_every_field_of_the_typed_answer_is_served(
    request: pytest.FixtureRequest, cloud: Simulator, service: str, call: Callable
):
    image = {"service": service, "image_id": "m-1", "tags": {"team": "web"}}
    cloud.put_state({"images": [image]})

    body = call(request.getfixturevalue(service)).body

    assert set(missing(body)) <= LEFT_OUT[service]


def test_region_of_ecs_has_a_status(ecs):
    regions = ecs.describe_regions(DescribeRegionsRequest()).body.regions.region

    assert [region.status for region in regions] == ["available"]


@pytest.mark.parametrize(("status", "progress"), [("Available", "100%"), ("Creating", "0%")])
def test_image_that_is_not_made_yet_has_no_progress(ecs, cloud: Simulator, status: str, progress: str):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "status": status}]})
    request = DescribeImagesRequest(region_id="cn-hangzhou", status=status)

    (image,) = ecs.describe_images(request).body.images.image

    assert (image.progress, image.osname, image.ostype) == (
        progress,
        "Alibaba Cloud Linux 3.2104 LTS 64-bit",
        "linux",
    )
