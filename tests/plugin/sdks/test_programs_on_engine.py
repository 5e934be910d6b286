"""The examples in TypeScript, Go and Python run on the real engine, through generated SDKs."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_simulator import OWNER, Simulator
from tests.plugin.conftest import live
from tests.plugin.sdks.generated import (
    EXAMPLES,
    NO_GO,
    NO_PARVER,
    NO_TYPESCRIPT,
    NODE,
    PYTHON,
)
from tests.plugin.sdks.program_host import Command, program_host
from tests.plugin.yaml_stack import YamlStack, yaml_stack
from tests.support.cloud_state import writes

pytestmark = pytest.mark.engine
GOLDEN = ("m-bp1golden0000000001", "m-bp1golden0000000002")
SHARED = [{"1234567890123456", "1550809237710001"}, {"1234567890123456"}]


@pytest.fixture
def stack(
    cloud: Simulator, engine_environment: dict[str, str], executable: Path, tmp_path: Path
) -> YamlStack:
    assert engine_environment
    assert executable
    stack = yaml_stack(cloud, tmp_path / "images")
    cloud.put_state({"images": [{"service": "ecs", "image_id": image} for image in GOLDEN]})
    return stack


def share_and_unshare(stack: YamlStack, cloud: Simulator, language: str, command: Command) -> None:
    """Run a program of the examples from its first preview to its end."""
    shutil.copyfile(EXAMPLES / language / "Pulumi.yaml", stack.folder / "Pulumi.yaml")
    with program_host(stack.folder, command) as client:
        previewed = stack.run("preview", "--diff", "--stack", "dev", client)
        assert writes(cloud) == []
        said = stack.run("up", "--yes", "--skip-preview", "--stack", "dev", client)
        shared = [live(cloud, image) for image in GOLDEN]
        again = stack.run("preview", "--expect-no-changes", "--stack", "dev", client)
    stack.run("destroy", "--yes", "--skip-preview", "--stack", "dev")

    assert "1234567890123456" in previewed
    assert shared == SHARED
    assert OWNER.id in said
    assert "unchanged" in again
    assert [live(cloud, image) for image in GOLDEN] == [set(), set()]


@pytest.mark.skipif(NO_TYPESCRIPT is not None, reason=str(NO_TYPESCRIPT))
def test_example_in_typescript_shares_its_images_until_destroy(stack, cloud, typescript_program):
    def command(request: Any) -> list[str]:
        options = {
            "monitor": request.monitor_address,
            "engine": request.args[0],
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "parallel": str(request.parallel),
        }
        named = [part for name, value in options.items() for part in (f"--{name}", value)]
        dry = ["--dry-run"] if request.dryRun else []
        return ["node", str(NODE / "@pulumi/pulumi/cmd/run"), *named, *dry, str(typescript_program)]

    share_and_unshare(stack, cloud, "typescript", command)


@pytest.mark.skipif(NO_GO is not None, reason=str(NO_GO))
def test_example_in_go_shares_its_images_until_destroy(stack, cloud, go_program):
    share_and_unshare(stack, cloud, "go", lambda _: [str(go_program)])


_RUN_IN_STACK = """
import asyncio, json, os, runpy, sys
from pulumi.runtime import configure, run_in_stack, set_all_config, Settings

variables = {name: os.environ[f"PULUMI_{name.upper()}"] for name in ("project", "stack", "monitor", "engine")}
dry_run = json.loads(os.environ["PULUMI_DRY_RUN"])
configure(Settings(**variables, dry_run=dry_run, organization=os.environ["PULUMI_ORGANIZATION"], parallel=4))
set_all_config(json.loads(os.environ["PULUMI_CONFIG"]), json.loads(os.environ["PULUMI_CONFIG_SECRET_KEYS"]))
asyncio.run(run_in_stack(lambda: runpy.run_path(sys.argv[1])))
"""


@pytest.mark.skipif(NO_PARVER is not None, reason=str(NO_PARVER))
def test_example_in_python_shares_its_images_until_destroy(stack, cloud, python_sdk, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(python_sdk), str(PYTHON)]))
    program = [sys.executable, "-c", _RUN_IN_STACK, str(EXAMPLES / "python/__main__.py")]

    share_and_unshare(stack, cloud, "python", lambda _: program)
