"""`image-share doctor` looks for the native provider, of this version, where a project uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.doctor.conftest import line
from tests.support.command_line import ImageShareCommand, Said

VERSION = version("alicloud-image-share")
PLUGIN = "pulumi-resource-image-shares"
SUBJECT = "native provider"

pytestmark = pytest.mark.usefixtures("reachable")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in YAML, on a machine without the plugin."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(scripts))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi"))
    kept = [part for part in os.environ["PATH"].split(os.pathsep) if not Path(part, PLUGIN).exists()]
    monkeypatch.setenv("PATH", os.pathsep.join([str(scripts), *kept]))
    return write_project(tmp_path, "yaml")


def write_project(tmp_path: Path, runtime: str) -> Path:
    folder = tmp_path / "project"
    folder.mkdir(exist_ok=True)
    (folder / "Pulumi.yaml").write_text(json.dumps({"name": "images", "runtime": runtime}))
    return folder


def put_plugin(folder: Path, said: str) -> Path:
    path = folder / PLUGIN
    path.write_text(f"#!/bin/sh\n{said}\n")
    path.chmod(0o755)
    return path


def ask(image_share: ImageShareCommand, folder: Path) -> Said:
    return image_share("doctor", "--service", "ecs", "--cwd", folder)


def test_plugin_of_this_version_on_path_is_well(image_share, project, tmp_path):
    plugin = put_plugin(tmp_path / "scripts", f'[ "$1" = --version ] && echo {VERSION}')

    assert line(ask(image_share, project), SUBJECT) == f"ok  {SUBJECT}  {PLUGIN} {VERSION}, {plugin}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("echo 0.0.9", "is of version 0.0.9"),
        ("exit 1", "is of unknown version"),
        ("echo 'a b'", "is of unknown version"),
    ],
)
def test_plugin_of_another_version_on_path_is_wrong(image_share, project, tmp_path, said, told):
    put_plugin(tmp_path / "scripts", said)

    answer = ask(image_share, project)

    assert answer.status == 1
    assert line(answer, SUBJECT).startswith(f"FAIL  {SUBJECT}  ")
    assert f"{told}, and this is alicloud-image-share {VERSION}: put the plugin" in line(answer, SUBJECT)


def test_plugin_that_the_engine_holds_is_named_with_its_version(image_share, project, tmp_path):
    (tmp_path / f"pulumi/plugins/resource-image-shares-v{VERSION}").mkdir(parents=True)

    assert line(ask(image_share, project), SUBJECT) == (
        f"ok  {SUBJECT}  {PLUGIN} {VERSION}, installed as a plugin of the engine"
    )


def test_plugin_of_another_version_that_the_engine_holds_is_wrong(image_share, project, tmp_path):
    (tmp_path / "pulumi/plugins/resource-image-shares-v0.0.9").mkdir(parents=True)

    assert f"FAIL  {SUBJECT}  the engine has {PLUGIN} 0.0.9" in line(ask(image_share, project), SUBJECT)


@pytest.mark.parametrize("runtime", ["yaml", "nodejs", "go"])
def test_missing_plugin_is_wrong_for_a_program_in_another_language(image_share, project, tmp_path, runtime):
    write_project(tmp_path, runtime)

    assert f"FAIL  {SUBJECT}  there is no {PLUGIN} on PATH" in line(ask(image_share, project), SUBJECT)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Pulumi.dev.yaml", "config:\n  image-shares:provider: native\n"),
        ("Pulumi.dev.yaml", 'config: \n  "image-shares:provider": "native"\n'),
        ("__main__.py", "import pulumi_image_shares as image_shares\n"),
    ],
)
def test_plugin_is_looked_for_where_a_stack_file_or_a_program_in_python_uses_it(
    image_share, project, tmp_path, file, text
):
    write_project(tmp_path, "python")
    (project / file).write_text(text)

    assert SUBJECT in ask(image_share, project).output


def test_plugin_is_no_matter_of_a_project_that_does_not_use_it(image_share, project, tmp_path):
    write_project(tmp_path, "python")
    (project / "Pulumi.dev.yaml").write_text("config:\n  image-shares:provider: dynamic\n")

    said = ask(image_share, project)

    assert "ok" in said.output
    assert SUBJECT not in said.output


def test_plugin_tells_its_version_and_ends():
    script = "from alicloud_image_share.plugin.process import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", script, "--version"], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == f"{VERSION}\n"
