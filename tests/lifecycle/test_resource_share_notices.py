"""A share of an image that is in a resource share, too: warned of where a stack has that read."""

from __future__ import annotations

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.resource_share_notices import resource_share_notices
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.model import ImageKey, Share
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_simulator import Simulator

RESOURCE_SHARE = {"share_id": "rs-1", "name": "golden", "images": ["m-1"], "targets": ["fd-1"]}


def notices(cloud: Simulator, image: ImageKey) -> list[tuple[Kind, str]]:
    run = Run(read_settings(lambda _key: None, cloud.environment, services.names()), Engine(None), Clock())
    return [(notice.kind, notice.sentence) for notice in resource_share_notices(run, Share(image, {}))]


def test_image_in_a_resource_share_is_warned_of(cloud: Simulator):
    cloud.put_state({"resource_shares": [RESOURCE_SHARE]})

    assert notices(cloud, ImageKey("ecs", "cn-hangzhou", "m-1")) == [
        (
            Kind.RESOURCE_SHARE,
            "the image is also shared by Resource Share golden: folder fd-1; no share here manages that",
        )
    ]
    assert Kind.RESOURCE_SHARE.warns


@pytest.mark.parametrize(
    "image", [ImageKey("ecs", "cn-hangzhou", "m-2"), ImageKey("eds", "cn-hangzhou", "m-1")], ids=str
)
def test_other_image_is_not_warned_of(cloud: Simulator, image: ImageKey):
    cloud.put_state({"resource_shares": [RESOURCE_SHARE]})

    assert notices(cloud, image) == []


def test_list_that_may_not_be_read_is_said(cloud: Simulator):
    fault = {"service": "resourcesharing", "every": 1, "kind": "error", "code": "NoPermission", "status": 403}
    cloud.put_faults([fault])

    ((kind, sentence),) = notices(cloud, ImageKey("ecs", "cn-hangzhou", "m-1"))

    assert kind is Kind.SKIPPED
    assert "NoPermission" in sentence
    assert sentence.endswith("shares made by Resource Sharing are not known")
