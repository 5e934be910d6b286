"""The project at the root of this repository is one that the command runs as it stands."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root_project(tmp_path: Path) -> Path:
    """A copy: a preview of a new stack writes into its file."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "stacks", folder / "stacks")
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def test_preview_of_the_root_project_names_the_accounts_of_its_stack(cloud, image_share, root_project):
    said = image_share("preview", "--stack", "dev", "--cwd", root_project)

    assert said.status == 2, said.errors
    assert said.output.splitlines() == [
        "stack dev is new: the engine writes its encryption salt into Pulumi.dev.yaml",
        "+ base-cn-hangzhou ecs:cn-hangzhou:m-bp1base000000000000a: to create",
        '    base-cn-hangzhou + 1234567890123456 "team web"',
        '    base-cn-hangzhou + 1550809237710001 "team shop"',
        "+ base-cn-shanghai ecs:cn-shanghai:m-uf6base000000000000a: to create",
        '    base-cn-shanghai + 1234567890123456 "team web"',
        '    base-cn-shanghai + 1550809237710001 "team shop"',
        "+ golden-web ecs:cn-hangzhou:m-bp1goldenweb0000000a: to create",
        '    golden-web + 1234567890123456 "team web"',
        '    golden-web + 1550809237710001 "team shop"',
        '    golden-web + 1550809237710009 "partner"',
        "3 accounts may gain access to 3 images (images not read) · 3 shares to create, 0 unchanged"
        " · stack dev",
    ]
    assert cloud.calls() == []
    assert "encryptionsalt" in (root_project / "stacks" / "Pulumi.dev.yaml").read_text()
