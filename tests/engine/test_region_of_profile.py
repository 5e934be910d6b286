"""Shares of one image are found to be so, whichever way the region of each is named."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
import pytest

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import actions

from .project import Project

pytestmark = pytest.mark.engine


def test_share_with_the_region_of_the_profile_collides_with_one_that_names_that_region(
    project: Project, cloud: Simulator, home: Path
):
    (home / ".aliyun").mkdir()
    profile = {"name": "images", "region_id": "cn-hangzhou"}
    (home / ".aliyun/config.json").write_text(json.dumps({"profiles": [profile]}))
    project.stack.remove_config("alicloud:region")
    project.stack.set_config("alicloud:profile", pulumi.automation.ConfigValue("images"))

    def program() -> None:
        for name, region in (("one", None), ("two", "cn-hangzhou")):
            ImageShare(name, service="ecs", image_id="m-1", accounts=["1550809237710001"], region_id=region)

    project.program = program

    assert "ImageShare one and ImageShare two both name the image m-1" in project.preview().output
    assert actions(cloud) == []
