"""Rules on the real engine, which does not call check for a share that left the program."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pytest

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import live, put_images, reads, set_live, writes

from .project import Project

pytestmark = pytest.mark.engine

A, B, C, D = (str(1550809237710000 + number) for number in range(1, 5))
IMAGE = "ecs:cn-hangzhou:m-1"
EXEMPT = {"allowRemoval": [IMAGE]}


@pytest.fixture(autouse=True)
def images(cloud: Simulator):
    put_images(cloud, "m-1", "m-2")


def program(*shares: tuple[str, str, list[str]], **options: object) -> Callable[[], None]:
    """A program that declares shares (name, image, accounts)."""

    def declare() -> None:
        for name, image, accounts in shares:
            opts = pulumi.ResourceOptions(**options)
            ImageShare(name, service="ecs", image_id=image, accounts=accounts, opts=opts)

    return declare


KEPT = ("kept", "m-2", [D])


@pytest.mark.parametrize("rules", [{"neverLose": [B]}, {"maxRemoved": 1}], ids=["neverLose", "maxRemoved"])
def test_share_that_leaves_the_program_goes_only_where_its_image_is_exempt(
    project: Project, cloud: Simulator, rules: dict[str, object]
):
    project.configure(**rules)
    project.program = program(KEPT, ("golden", "m-1", [A, B]))
    project.up()
    cloud.clear_calls()
    project.program = program(KEPT)

    refused = project.up()
    after_refusal = live(cloud), writes(cloud)
    project.configure(**rules, **EXEMPT)
    allowed = project.up()

    assert not refused.succeeded
    assert f"removing 2 accounts from {IMAGE} was not started." in refused.output
    assert f"name {IMAGE} in image-shares:allowRemoval" in refused.output
    assert "Traceback" not in refused.output
    assert after_refusal == ({A, B}, [])
    assert allowed.succeeded, allowed.output
    assert live(cloud) == set()


def test_destroy_of_a_protected_account_goes_with_run_program_and_an_exempt_image(
    project: Project, cloud: Simulator
):
    project.configure(neverLose=[B])
    project.program = program(("golden", "m-1", [A, B]))
    project.up()
    project.configure(neverLose=[B], **EXEMPT)

    refused = project.destroy(run_program=False)
    after_refusal = live(cloud)
    allowed = project.destroy(run_program=True)

    assert not refused.succeeded
    assert "`pulumi destroy --run-program`" in refused.output
    assert after_refusal == {A, B}
    assert allowed.succeeded, allowed.output
    assert live(cloud) == set()


def test_destroy_is_not_held_to_a_number(project: Project, cloud: Simulator):
    project.configure(maxRemoved=0)
    project.program = program(("golden", "m-1", [A, B]))
    project.up()

    result = project.destroy()

    assert result.succeeded, result.output
    assert live(cloud) == set()


@pytest.mark.parametrize("options", [{}, {"replace_on_changes": ["accounts"]}], ids=["update", "replacement"])
def test_preview_fails_where_a_protected_account_leaves_the_list(
    project: Project, cloud: Simulator, options: dict[str, object]
):
    project.configure(neverLose={B: "bank"})
    project.program = program(("golden", "m-1", [A, B]), **options)
    project.up()
    cloud.clear_calls()
    project.program = program(("golden", "m-1", [A, C]), **options)

    preview, up = project.preview(), project.up()

    assert (preview.succeeded, up.succeeded) == (False, False)
    assert f'image-shares:neverLose: {B} "bank" would lose access to {IMAGE};' in preview.output
    assert writes(cloud) == []


def test_share_that_moves_to_another_image_keeps_the_old_one_shared_with_a_protected_account(
    project: Project, cloud: Simulator
):
    project.configure(neverLose=[A])
    project.program = program(("golden", "m-1", [A]))
    project.up()
    project.program = program(("golden", "m-2", [A]))

    result = project.up()

    assert not result.succeeded
    assert "image-shares:neverLose" in result.output
    assert [live(cloud), live(cloud, "m-2")] == [{A}, {A}]


def test_live_preview_fails_on_what_the_cloud_would_refuse_and_writes_nothing(
    project: Project, cloud: Simulator
):
    project.configure(preflight="preview")
    project.program = program(("golden", "m-9", [A]), KEPT)

    result = project.preview()

    assert not result.succeeded
    assert "sees no such image; correct image_id" in result.output
    assert writes(cloud) == []


def test_live_preview_names_who_has_access_already_and_reads_nothing_unchanged(
    project: Project, cloud: Simulator
):
    project.configure(preflight="preview")
    set_live(cloud, [A])
    project.program = program(("golden", "m-1", [A, B]))

    first = project.preview()
    project.up()
    cloud.clear_calls()
    second = project.preview()

    assert f"{IMAGE}: {A} has access already" in first.messages
    assert f"{IMAGE}: {B} gains access" in first.messages
    assert "requests access" not in first.messages
    assert second.succeeded, second.output
    assert reads(cloud) == []


def test_live_preview_without_permission_works_and_says_what_it_skipped(project: Project, cloud: Simulator):
    project.configure(preflight="preview")
    fault = {"service": "ecs", "kind": "error", "every": 1, "code": "Forbidden.RAM", "status": 403}
    cloud.put_faults(
        [{**fault, "action": action} for action in ("DescribeImages", "DescribeImageSharePermission")]
    )
    project.program = program(("golden", "m-1", [A]))

    result = project.preview()

    assert result.succeeded, result.output
    assert f"{IMAGE}: the image was not read: The cloud said Forbidden.RAM" in result.messages
    assert f"{IMAGE}: the new share requests access for {A}" in result.messages
