"""The archive of `make plugin` is all that the engine needs, and makes no environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from alicloud_image_share import __version__
from alicloud_image_simulator import Simulator
from tests.plugin.conftest import SHOP, WEB, live
from tests.plugin.yaml_stack import HOST, NO_HOST, share, yaml_stack
from tools.plugin_archive import PROGRAM, build, needed

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plugin") / "image-shares.tar.gz"
    build(path)
    return path


@pytest.fixture
def installed(archive: Path, engine_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plugin as the engine has installed it, in a home of its own; none is on PATH."""
    folders = [
        folder
        for folder in engine_environment["PATH"].split(os.pathsep)
        if not (Path(folder) / PROGRAM).exists()
    ]
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    pulumi("plugin", "install", "resource", "image-shares", __version__, "--file", str(archive))
    return Path(os.environ["PULUMI_HOME"]) / "plugins" / f"resource-image-shares-v{__version__}"


def pulumi(*command: str) -> str:
    done = subprocess.run(
        ["pulumi", "--non-interactive", *command], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_archive_holds_a_program_and_no_description_that_makes_an_environment(archive):
    with tarfile.open(archive) as packed:
        names = packed.getnames()

    assert {name.partition("/")[0] for name in names} == {PROGRAM, "lib"}
    assert "lib/alicloud_image_share/plugin/process.py" in names
    assert not [name for name in names if name.endswith((".pth", ".pyc", "PulumiPlugin.yaml"))]
    assert "pulumi-alicloud" not in needed(), "the engine would install that plugin, too"


def test_installed_plugin_gives_its_schema_and_leaves_its_folder_as_it_is(installed):
    before = sorted(installed.iterdir())

    schema = json.loads(pulumi("package", "get-schema", f"image-shares@{__version__}"))

    assert schema["name"] == "image-shares"
    assert sorted(installed.iterdir()) == before
    assert not list(installed.rglob("pyvenv.cfg"))


def test_launcher_without_a_fitting_python_says_which_one_it_needs(installed, tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("sh", "dirname"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))

    done = subprocess.run(
        [str(installed / PROGRAM), "127.0.0.1:1"],
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert done.returncode == 1
    assert "this plugin was built for Python" in done.stderr


@pytest.mark.skipif(HOST is None, reason=NO_HOST)
def test_installed_plugin_shares_an_image_for_a_program_in_yaml(installed, cloud: Simulator, tmp_path):
    assert installed
    stack = yaml_stack(cloud, tmp_path / "images")
    stack.write(golden=share(WEB, SHOP))

    said = stack.up()

    assert live(cloud) == {WEB, SHOP}
    assert f"{PROGRAM} from $PATH" not in said
