"""In a program, too, a share that names no region has the one that the provider finds for it."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
import pytest

from alicloud_image_share.lifecycle.registration import default_region


@pytest.fixture(autouse=True)
def no_configuration():
    pulumi.runtime.set_all_config({})
    yield
    pulumi.runtime.set_all_config({})


@pytest.fixture
def profile(home: Path) -> str:
    """The name of a profile that has a region."""
    file = home / ".aliyun" / "config.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"profiles": [{"name": "images", "region_id": "cn-shanghai"}]}))
    return "images"


def test_region_of_a_profile_counts_where_no_key_names_one(profile, monkeypatch):
    pulumi.runtime.set_all_config({"alicloud:profile": profile})
    of_profile = default_region()
    monkeypatch.setenv("ALICLOUD_REGION", "cn-beijing")

    assert (of_profile, default_region()) == ("cn-shanghai", "cn-beijing")


def test_region_of_the_profile_that_the_environment_names_counts(profile, monkeypatch):
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", profile)

    assert default_region() == "cn-shanghai"


@pytest.mark.parametrize("blank", [" ", "\n", "\t"])
def test_blanks_around_a_region_are_no_part_of_it(blank, monkeypatch):
    monkeypatch.setenv("ALICLOUD_REGION", blank)
    monkeypatch.setenv("ALIBABA_CLOUD_REGION", f"cn-beijing{blank}")
    of_environment = default_region()
    pulumi.runtime.set_all_config({"alicloud:region": f"{blank}cn-hangzhou{blank}"})

    assert (of_environment, default_region()) == ("cn-beijing", "cn-hangzhou")


def test_profile_that_cannot_be_read_names_no_region():
    pulumi.runtime.set_all_config({"alicloud:profile": "nobody"})

    assert default_region() is None
