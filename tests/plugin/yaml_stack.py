"""A stack whose program is in YAML, and Pulumi's host of that language where there is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from alicloud_image_simulator import OWNER, Simulator
from tests.plugin.conftest import credentials

_BUILT = Path(__file__).parents[2] / ".engine/yaml"
HOST = shutil.which("pulumi-language-yaml", path=os.pathsep.join([str(_BUILT), os.environ["PATH"]]))
NO_HOST = "no host of YAML programs here: see `make yaml-host`"


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
            env={**os.environ, "PATH": os.pathsep.join([str(Path(str(HOST)).parent), os.environ["PATH"]])},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def up(self, **options: bool) -> str:
        return self.run("up", "--yes", "--skip-preview", "--stack", "dev", **options)


def share(*accounts: str, **more: Any) -> dict[str, Any]:
    properties = {"service": "ecs", "imageId": "m-1", "accounts": dict.fromkeys(accounts, "team")}
    return {"type": "image-shares:ImageShare", "properties": properties, **more}


def yaml_stack(cloud: Simulator, folder: Path) -> YamlStack:
    """Make a stack that shares nothing yet, with the credentials of the owner; the image m-1 is there."""
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
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
