"""The commands of the pages on backends work as they stand."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_simulator import Simulator
from tests.support.cloud_state import put_images

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

PAGES = [Path(__file__).parents[2] / "docs" / name for name in ("backends.md", "state-services.md")]


def listings() -> list[str]:
    """Return the listings of the pages that run a command, as a shell takes them."""
    text = "".join(page.read_text() for page in PAGES)
    consoles = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return ["\n".join(re.findall(r"^\$ (.*)$", listing, re.MULTILINE)) for listing in consoles]


def test_commands_on_the_state_of_a_folder_work_with_pulumi_as_they_stand(
    cloud: Simulator, project: Any, monkeypatch: pytest.MonkeyPatch
):
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    put_images(cloud, "m-1")
    share = {"service": "ecs", "image_id": "m-1", "accounts": {"1234567890123456": "team web"}}
    project.write({"golden": share})
    assert project.run("up", "--yes").status == 0
    (commands,) = [listing for listing in listings() if "/.state" in listing]

    done = subprocess.run(
        ["bash", "-euc", commands],
        cwd=project.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r"^dev\b", done.stdout, re.MULTILINE)
    assert "passphrase" not in done.stdout + done.stderr


def test_every_listing_of_the_pages_sets_what_its_commands_need():
    """Those that name a server or a bucket of somebody else cannot be run; they leave no variable open."""
    assert listings()
    for listing in listings():
        assert "export PULUMI_BACKEND_URL=" in listing
        done = subprocess.run(["bash", "-n", "-c", listing], capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
