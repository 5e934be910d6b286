"""A program in YAML shares an image through the native provider, on the real engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from alicloud_image_simulator import OWNER, Simulator
from tests.plugin.conftest import PARTNER, SHOP, WEB, credentials, live
from tests.support.cloud_state import set_live, writes

ROOT = Path(__file__).parents[2]
_FOLDERS = (str(ROOT / ".engine/yaml"), os.environ["PATH"])
HOST = shutil.which("pulumi-language-yaml", path=os.pathsep.join(_FOLDERS))

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(HOST is None, reason="no host of YAML programs here: see `make yaml-host`"),
]


class YamlStack:
    """A stack named dev of a project in YAML, run by the command line alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, **resources: Any) -> None:
        program = {"name": "images", "runtime": "yaml", "resources": resources}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(program))

    def run(self, *command: str, fails: bool = False) -> str:
        done = subprocess.run(
            ["pulumi", "--non-interactive", "--color", "never", *command],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def up(self, **options: bool) -> str:
        return self.run("up", "--yes", "--skip-preview", "--stack", "dev", **options)


@pytest.fixture
def stack(
    cloud: Simulator,
    engine_environment: dict[str, str],
    executable: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> YamlStack:
    assert engine_environment
    assert executable
    assert HOST
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(HOST).parent), os.environ["PATH"]]))
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    folder = tmp_path / "images"
    folder.mkdir()
    stack = YamlStack(folder)
    stack.write()
    stack.run("stack", "init", "dev")
    settings = {key: value for key, value in credentials(cloud, OWNER).items() if key != "secretKey"}
    for key, value in settings.items():
        text = value if isinstance(value, str) else json.dumps(value)
        stack.run("config", "set", f"image-shares:{key}", text)
    stack.run("config", "set", "--secret", "image-shares:secretKey", OWNER.secret)
    return stack


def share(*accounts: str, **more: Any) -> dict[str, Any]:
    properties = {"service": "ecs", "imageId": "m-1", "accounts": dict.fromkeys(accounts, "team")}
    return {"type": "image-shares:ImageShare", "properties": properties, **more}


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
