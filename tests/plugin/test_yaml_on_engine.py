"""A program in YAML shares an image through the native provider, on the real engine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from alicloud_image_simulator import OWNER, Simulator
from tests.plugin.conftest import PARTNER, SHOP, WEB, live
from tests.plugin.yaml_stack import HOST, NO_HOST, YamlStack, share, yaml_stack
from tests.support.cloud_state import set_live, writes

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(HOST is None, reason=NO_HOST),
]


@pytest.fixture
def stack(
    cloud: Simulator, engine_environment: dict[str, str], executable: Path, tmp_path: Path
) -> YamlStack:
    assert engine_environment
    assert executable
    return yaml_stack(cloud, tmp_path / "images")


def test_share_in_yaml_lives_from_preview_to_destroy(stack, cloud):
    stack.write(golden=share(WEB, SHOP))
    previewed = stack.run("preview", "--diff", "--stack", "dev")
    assert writes(cloud) == []
    stack.up()
    shared = live(cloud)
    stack.write(golden=share(WEB, PARTNER))
    changed = stack.run("preview", "--diff", "--stack", "dev")
    stack.up()
    exchanged = live(cloud)
    stack.run("destroy", "--yes", "--skip-preview", "--stack", "dev")

    assert WEB in previewed
    assert f"- {SHOP}" in changed.replace('"', "")
    assert [shared, exchanged, live(cloud)] == [{WEB, SHOP}, {WEB, PARTNER}, set()]


def test_import_writes_the_program_in_yaml_and_takes_over_everybody(stack, cloud):
    set_live(cloud, [WEB, SHOP])
    kind, image = "image-shares:index:ImageShare", "ecs:cn-hangzhou:m-1"

    imported = stack.run("import", kind, "golden", image, "--yes", "--stack", "dev", "--protect=false")
    code = yaml.safe_load(imported[imported.index("resources:") :].split("\n\n")[0])
    stack.write(**code["resources"])
    again = stack.run("preview", "--expect-no-changes", "--stack", "dev")

    assert set(code["resources"]["golden"]["properties"]["accounts"]) == {WEB, SHOP}
    assert "unchanged" in again
    assert writes(cloud) == []


def test_unknown_field_and_bad_account_in_yaml_are_named(stack):
    wrong = share(WEB)
    wrong["properties"] |= {"accounts": {"abc": "team"}}
    stack.write(golden=wrong)

    said = stack.run("preview", "--stack", "dev", fails=True)

    assert "accounts: 'abc'" in said
    assert "Traceback" not in said


def test_example_in_yaml_does_what_its_readme_says(stack, cloud):
    cloud.put_state(
        {"images": [{"service": "ecs", "image_id": f"m-bp1golden000000000{number}"} for number in (1, 2)]}
    )
    shutil.copyfile(ROOT / "examples/other-languages/yaml/Pulumi.yaml", stack.folder / "Pulumi.yaml")

    said = stack.up()

    assert live(cloud, "m-bp1golden0000000001") == {"1234567890123456", "1550809237710001"}
    assert live(cloud, "m-bp1golden0000000002") == {"1234567890123456"}
    assert OWNER.id in said


def test_program_in_yaml_that_asks_who_has_access_gets_the_accounts(stack, cloud):
    set_live(cloud, [WEB, SHOP])
    arguments = {"service": "ecs", "imageId": "m-1"}
    access = {"fn::invoke": {"function": "image-shares:getImageAccess", "arguments": arguments}}
    program = {"name": "images", "runtime": "yaml", "variables": {"access": access}}
    program["outputs"] = {"accounts": "${access.accounts}"}
    (stack.folder / "Pulumi.yaml").write_text(yaml.safe_dump(program))

    stack.up()

    told = json.loads(
        stack.run("stack", "output", "accounts", "--json", "--stack", "dev").partition("\n\n")[0]
    )
    assert told == [WEB, SHOP]
    assert writes(cloud) == []
