"""A note that comes or goes on the real engine: a change of a note, never an account that came or went."""

import re

import pytest

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import actions, put_images

from .project import Project

pytestmark = pytest.mark.engine

A, B, C = (str(1550809237710000 + number) for number in range(1, 4))


def declare(accounts, **inputs):
    return lambda: ImageShare("golden", service="ecs", image_id="m-1", accounts=accounts, **inputs)


def marks(output: str, account: str) -> list[str]:
    """Give the sign and the text of each line of a diff that begins with an account."""
    return re.findall(rf'^\s*([-+~]) "?{account}"?\s*: (.*)$', output, re.MULTILINE)


@pytest.fixture(autouse=True)
def image(cloud: Simulator):
    put_images(cloud, "m-1")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({A: "web"}, {A: ""}, '"web" => "(no note)"'),
        ({A: "web"}, {A: None}, '"web" => "(no note)"'),
        ({A: "web"}, [A], '"web" => "(no note)"'),
        ({A: ""}, {A: "web"}, '"(no note)" => "web"'),
        ([A], {A: "web"}, '"(no note)" => "web"'),
    ],
    ids=repr,
)
def test_note_that_comes_or_goes_is_shown_as_a_changed_note(
    project: Project, cloud: Simulator, before, after, shown
):
    project.program = declare(before)
    project.up()
    cloud.clear_calls()
    project.program = declare(after)

    preview, up = project.preview(diff=True), project.up(diff=True)

    for result in (preview, up):
        assert set(marks(result.output, A)) == {("~", shown)}, result.output
        assert result.details["golden"] == {f"accounts.{A}": "update"}
    assert actions(cloud) == []
    assert project.up().steps.get("golden", "same") == "same"


def test_note_that_goes_beside_an_account_that_goes_is_told_from_it(project: Project):
    project.program = declare({A: "web", B: "shop"}, exclusive=True)
    project.up()
    project.program = declare([A, C], exclusive=True)

    output = project.preview(diff=True).output

    assert marks(output, A) == [("~", '"web" => "(no note)"')]
    assert marks(output, B) == [("-", '"shop"')]
    assert marks(output, C) == [("+", '"(no note)"')]


def test_no_note_in_state_is_the_same_after_a_refresh(project: Project):
    project.program = declare([A, B])
    project.up()

    refresh = project.refresh(diff=True)

    assert refresh.succeeded, refresh.output
    assert marks(refresh.output, A) == []
    assert project.state()["golden"]["inputs"]["accounts"] == {A: "(no note)", B: "(no note)"}
