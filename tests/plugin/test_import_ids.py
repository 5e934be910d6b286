"""What an import answers to the ids that people may give it, for each service."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2

from alicloud_image_share.errors import ShareError
from alicloud_image_share.plugin.servicer import ImageSharesServicer
from alicloud_image_share.plugin.values import document
from alicloud_image_simulator import Simulator
from tests.plugin.conftest import WEB, credentials

IMAGES = {"ecs": "m-1", "eds": "m-2", "ens": "m-3", "swas": "m-4"}


@pytest.fixture
def servicer(cloud: Simulator) -> ImageSharesServicer:
    """A configured provider, and an image of each service that is shared with one account."""
    images = [{"service": name, "image_id": image, "accounts": [WEB]} for name, image in IMAGES.items()]
    cloud.put_state({"images": images})
    settings = struct_pb2.Struct()
    settings.update(credentials(cloud))
    servicer = ImageSharesServicer()
    call(servicer.Configure, provider_pb2.ConfigureRequest(args=settings))
    return servicer


def call(method: Any, request: Any) -> Any:
    """Make a call that raises what went wrong, in place of an answer to the engine."""
    return method.__wrapped__(method.__self__, request, None)


@pytest.mark.parametrize(
    "resource_id", ["ecs:cn-hangzhou:m-1", "eds:cn-hangzhou:m-2", "ens:m-3", "swas:cn-hangzhou:m-4"]
)
def test_import_of_an_image_of_each_service_takes_over_everybody(servicer, resource_id):
    answer = call(servicer.Read, provider_pb2.ReadRequest(id=resource_id))

    inputs = document(answer.inputs)
    assert answer.id == resource_id
    assert list(inputs["accounts"]) == [WEB]
    assert inputs["imageId"] == resource_id.rpartition(":")[2]
    assert ("regionId" in inputs) == (not resource_id.startswith("ens"))


@pytest.mark.parametrize(
    "resource_id",
    [
        *("", "m-1", "ecs:m-1", "ens:cn-hangzhou:m-3", "ECS:cn-hangzhou:m-1", "oss:cn-hangzhou:m-1"),
        *(" ecs:cn-hangzhou:m-1", "ecs:cn-hangzhou:m-1\n", "ecs:cn-hangzhou:", "ecs::m-1", "\x1b[2Jecs:m-1"),
    ],
)
def test_import_of_an_id_that_names_no_image_shows_the_id_in_quotes(servicer, resource_id):
    with pytest.raises(ShareError) as refused:
        call(servicer.Read, provider_pb2.ReadRequest(id=resource_id))

    said = str(refused.value)
    assert said.startswith(f"importing {resource_id!r} was not started.\nThe id names no image.")
    assert "\x1b" not in said
    assert "Next: write ecs:cn-hangzhou:m-…, or ens:m-…" in said
