"""The names of the cloud's regions are whole names."""

from __future__ import annotations

import re

import pytest

from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS, ENDPOINT_KEYS, REGIONS, region_meant


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_region_is_a_whole_name(region: str):
    assert re.fullmatch(r"(cn|ap|us|na|me|eu|rus)(-[a-z0-9]+)+", region)


@pytest.mark.parametrize(
    "region",
    [
        "cn-zhengzhou-jva",
        "ap-southeast-7",
        "us-southeast-1",
        "cn-shanghai-finance-1-pub",
        "cn-north-2-gov-1",
    ],
)
def test_region_with_a_long_name_is_no_mistake(region: str):
    assert region in REGIONS
    assert region_meant(region) is None


@pytest.mark.parametrize("key", sorted({*CONFIG_KEYS, *ENDPOINT_KEYS}))
def test_key_is_a_whole_name(key: str):
    assert re.fullmatch(r"[A-Za-z0-9]+(_[a-z0-9]+)*", key)
