"""A SharedImage of an image by its id, on the real engine: its shares are shares like others."""

from __future__ import annotations

import pytest

from alicloud_image_share import SharedImage
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import live, put_images

from .project import Project

pytestmark = pytest.mark.engine

A, B = "1550809237710001", "1550809237710002"


def test_shared_image_shares_reviews_changes_by_account_and_unshares(project: Project, cloud: Simulator):
    put_images(cloud, "m-1")
    accounts = {A: "team shop"}
    project.program = lambda: SharedImage("golden", image_id="m-1", accounts=accounts) and None

    assert project.up().succeeded
    assert live(cloud) == {A}
    assert project.outputs("golden-cn-hangzhou")["region_id"] == "cn-hangzhou"

    accounts[B] = "partner"
    preview = project.preview()
    assert preview.steps == {"golden-cn-hangzhou": "update"}
    assert preview.details == {"golden-cn-hangzhou": {f"accounts.{B}": "add"}}
    assert project.up().succeeded
    assert live(cloud) == {A, B}

    project.program = lambda: None
    assert project.up().succeeded
    assert live(cloud) == set()
