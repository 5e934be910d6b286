"""Rules in a stack file, where accounts come from groups."""

import json

import pytest

from alicloud_image_simulator import Simulator
from tests.support.command_line import StackProject

pytestmark = pytest.mark.engine

WEB = "1550809237710001"


@pytest.mark.usefixtures("engine_environment", "owner")
def test_denied_account_is_refused_whatever_group_it_comes_from(project: StackProject, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    share = {"service": "ecs", "image_id": "m-1", "groups": ["web"]}
    project.write(
        {"golden": share}, {"web": {WEB: "team web"}}, **{"image-shares:deniedAccounts": {WEB: "left"}}
    )

    said = project.run("preview")

    assert said.status == 3
    assert f'accounts: {WEB} "team web" is denied by image-shares:deniedAccounts' in said.output + said.errors
    assert cloud.calls() == []


@pytest.mark.usefixtures("engine_environment", "owner")
def test_rules_from_outside_hold_though_the_stack_file_has_dropped_them(project, cloud, tmp_path):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"neverLose": [WEB], "deniedAccounts": ["1550809237710009"]}))
    project.write({"golden": {"service": "ecs", "image_id": "m-1", "accounts": {WEB: ""}}})
    assert project.run("up", "--yes", "--rules", str(rules)).status == 0
    project.write({})

    said = [
        project.run(*command, "--rules", str(rules)) for command in (["preview"], ["review"], ["up", "--yes"])
    ]

    assert [each.status for each in said[1:]] == [3, 3]
    assert "comes from outside of the project" in said[2].errors
    assert cloud.state()["images"][0]["accounts"] == [WEB]


@pytest.mark.parametrize("command", [("preview",), ("review",), ("up", "--yes")])
@pytest.mark.usefixtures("engine_environment", "owner")
def test_malformed_rule_is_named_though_no_share_is_left_to_check(
    project: StackProject, cloud: Simulator, command: tuple[str, ...]
):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    project.write({"golden": {"service": "ecs", "image_id": "m-1", "accounts": {WEB: ""}}})
    assert project.run("up", "--yes").status == 0
    project.write({}, **{"image-shares:maxRemoved": "many"})

    said = project.run(*command)

    assert said.status == 1
    assert "image-shares:maxRemoved" in said.output + said.errors
    assert "many" in said.output + said.errors
    assert cloud.state()["images"][0]["accounts"] == [WEB]
