"""A resource id names one image, and is read back as it was written."""

import pytest

from alicloud_image_share.sharing.model import ImageKey


@pytest.mark.parametrize("key", [ImageKey("ecs", "cn-hangzhou", "m-bp1"), ImageKey("ens", None, "m-5s7")])
def test_resource_id_is_read_back_as_written(key):
    assert ImageKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "text", ["", "m-1", "ecs:", ":m-1", "ecs:a:b:m-1", "ecs:m 1", "ECS:m-1", "ecs:m-1\n"]
)
def test_text_that_is_no_resource_id_names_no_image(text):
    assert ImageKey.parse(text) is None
