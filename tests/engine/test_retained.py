"""A share that is retained on delete is replaced by another image: nobody loses access or is warned."""

from __future__ import annotations

import pulumi
import pytest

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator
from tests.engine.project import Project
from tests.support.cloud_state import live, put_images

A, B = "1234567890123456", "1550809237710001"

pytestmark = pytest.mark.engine


def declare(project: Project, image: str, *, retained: bool) -> None:
    options = pulumi.ResourceOptions(retain_on_delete=True) if retained else None

    def program() -> None:
        ImageShare("golden", service="ecs", image_id=image, accounts=[A, B], opts=options)

    project.program = program


@pytest.mark.parametrize("from_the_start", [True, False])
def test_share_that_is_retained_is_replaced_without_a_warning(
    project: Project, cloud: Simulator, from_the_start: bool
):
    put_images(cloud, "m-1", "m-2")
    declare(project, "m-1", retained=from_the_start)
    project.up()
    declare(project, "m-2", retained=True)

    preview, up = project.preview(), project.up()

    assert up.succeeded, up.output
    kept = live(cloud) == {A, B}
    assert ("lose access" in preview.messages, "lose access" in up.messages) == (not kept, not kept)


def test_share_that_is_not_retained_warns_of_its_losses(project: Project, cloud: Simulator):
    put_images(cloud, "m-1", "m-2")
    declare(project, "m-1", retained=False)
    project.up()
    declare(project, "m-2", retained=False)

    assert "lose access" in project.preview().messages
