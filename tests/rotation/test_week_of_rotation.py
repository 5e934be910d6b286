"""A week of rotation, replayed with the command: eight versions of an image, the newest three are shared."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.engine.environment import engine_environment
from alicloud_image_share.engine.pulumi_cli import find_cli
from alicloud_image_share.engine.workspace import open_stack
from alicloud_image_share.stack_file.project import find_project
from alicloud_image_simulator import Simulator
from tests.support.command_line import StackProject

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

PAGE = (Path(__file__).parents[2] / "docs/rotation.md").read_text()
WEB, SHOP = "1234567890123456", "1550809237710001"
TEAMS = {"web-teams": {WEB: "team web", SHOP: "team shop"}}
ROTATION = {"service": "ecs", "family": "golden-web", "keep": 3, "groups": ["web-teams"]}
VERSIONS = 8
OLDEST_DAY = 10


def image(number: int, **fields: Any) -> dict[str, Any]:
    """Give a version of the image; the ids say nothing about the age."""
    made = f"2026-11-{OLDEST_DAY + number:02}T06:00:00Z"
    image_id = f"m-{(number * 7) % 10}v{number}"
    return {"service": "ecs", "image_id": image_id, "family": "golden-web", "created": made, **fields}


def add_image(cloud: Simulator, added: dict[str, Any]) -> None:
    cloud.put_state({"images": [*cloud.state()["images"], added]})


def shared(cloud: Simulator) -> dict[str, set[str]]:
    """Image → who can use it, of those that anybody can use."""
    images: Any = cloud.state()["images"]
    return {one["image_id"]: set(one["accounts"]) for one in images if one["accounts"]}


def moments(cloud: Simulator, before: dict[str, set[str]]) -> list[dict[str, set[str]]]:
    """Give who could use which image at first and after each write since the log was cleared."""
    found = [before]
    for call in cloud.calls():
        if call["action"] != "ModifyImageSharePermission":
            continue
        given: Any = call["parameters"]
        members = set(found[-1].get(given["ImageId"], ()))
        members |= {value for name, value in given.items() if name.startswith("AddAccount.")}
        members -= {value for name, value in given.items() if name.startswith("RemoveAccount.")}
        found.append({**found[-1], given["ImageId"]: members})
    return found


def test_week_of_rotation_shares_exactly_the_newest_three_after_each_step(
    cloud: Simulator, project: StackProject
):
    project.write({"golden-web": ROTATION}, TEAMS)
    add_image(cloud, {**image(0), "image_id": "m-other", "family": "golden-db"})
    for number in range(1, VERSIONS + 1):
        before, newest = shared(cloud), image(number)["image_id"]
        add_image(cloud, image(number))
        cloud.clear_calls()

        assert project.run("up", "--yes").status == 0

        window = [image(one)["image_id"] for one in range(max(1, number - 2), number + 1)]
        assert shared(cloud) == {key: {WEB, SHOP} for key in window}
        steps = list(itertools.pairwise(moments(cloud, before)))
        assert len(steps) == (1 if number <= 3 else 2)
        for earlier, later in steps:
            lost = {account for one in earlier for account in earlier[one] - later[one]}
            assert lost <= later[newest], "somebody lost an image before he had the newest"


def test_preview_names_the_image_that_leaves_and_every_account_that_loses_it(
    cloud: Simulator, project: StackProject
):
    project.write({"golden-web": ROTATION}, TEAMS)
    for number in range(1, 4):
        add_image(cloud, image(number))
    assert project.run("up", "--yes").status == 0
    oldest, newest = image(1)["image_id"], image(4)["image_id"]
    add_image(cloud, image(4))

    preview, review = project.run("preview"), project.run("review", "--format", "markdown")

    shown = re.search(r"```console\n\$ image-share preview.*?\n(.*?)```", PAGE, re.DOTALL)
    assert shown, "docs/rotation.md shows no preview"
    lines = shown[1].replace("m-bp1golden0000000001", oldest).replace("m-bp1golden0000000004", newest)
    assert lines in preview.output
    account = f"`{WEB}` `team web` (group `web-teams`)"
    image_of_share = f"`golden-web-{oldest}` `ecs:cn-hangzhou:{oldest}`"
    assert f"{account} loses access to {image_of_share}" in review.output


def test_preview_of_pulumi_shows_the_accounts_of_the_share_that_is_deleted(
    cloud: Simulator, project: StackProject
):
    project.write({"golden-web": {**ROTATION, "keep": 1}}, TEAMS)
    add_image(cloud, image(1))
    assert project.run("up", "--yes").status == 0
    add_image(cloud, image(2))
    lines: list[str] = []
    environment = engine_environment(find_project(project.folder), os.environ)
    cli = find_cli(project.folder, lines.append)

    stack = open_stack(find_project(project.folder), "dev", cli, environment.variables)
    stack.preview(diff=True, on_output=lines.append, on_error=lines.append, color="never")

    deleted = "".join(f"{line}\n" for line in lines).partition("(delete)")[2]
    assert f"::golden-web-{image(1)['image_id']}]" in deleted
    assert all(account in deleted for account in (WEB, SHOP))
