"""No command starts the engine on a state that holds a provider which is not ours."""

from __future__ import annotations

import base64
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud_state import put_images
from tests.support.stacks import changed_deployment, state_file

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

REFUSED = "its state holds a provider of golden that is not the one of this program"
GOLDEN = {"service": "ecs", "image_id": "m-1", "accounts": ["1550809237710001"]}


class _Evil:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def evil(folder: Path) -> str:
    """Give a provider that leaves a mark in the folder where it is run."""
    return base64.b64encode(pickle.dumps(_Evil(folder / "it-ran"))).decode()


def share_golden(cloud, project) -> None:
    put_images(cloud, "m-1")
    project.write({"golden": GOLDEN})
    assert project.run("up", "--yes").status == 0


def change_golden(change: Callable[[dict[str, Any]], object]) -> None:
    """Change the share in the file of the state."""
    with changed_deployment(state_file()) as deployment:
        for resource in deployment["resources"]:
            if resource["type"].endswith(":ImageShare"):
                change(resource)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("preview", ()),
        ("review", ()),
        ("refresh", ("--check",)),
        ("refresh", ()),
        ("up", ("--yes",)),
        ("destroy", ("--yes",)),
        ("audit", ("--service", "ecs", "--no-resource-sharing")),
        ("preview", ("--stack", "d*")),
    ],
)
def test_provider_that_somebody_put_into_state_is_not_run(cloud, project, tmp_path: Path, command, options):
    share_golden(cloud, project)
    state: Any = cloud.state()
    # Whom no stack lists: an audit reads state to say where that comes from.
    state["images"][0]["accounts"].append("1999999999999999")
    cloud.put_state(state)
    change_golden(
        lambda share: share.update(
            {name: {**share[name], "__provider": evil(tmp_path)} for name in ("inputs", "outputs")}
        ),
    )
    before = state_file().read_text(encoding="utf-8")

    named = options if "--stack" in options else ("--stack", "dev", *options)
    said = project.command(command, "--cwd", project.folder, *named)

    # An audit goes on, for it starts no engine; the stranger is its difference.
    assert said.status == (2 if command == "audit" else 1)
    assert REFUSED in said.output + said.errors
    assert not (tmp_path / "it-ran").exists()
    assert state_file().read_text(encoding="utf-8") == before


def test_provider_under_a_name_that_only_the_engine_takes_for_that_is_not_run(cloud, project, tmp_path: Path):
    share_golden(cloud, project)
    change_golden(lambda share: share.update(Outputs={**share["outputs"], "__provider": evil(tmp_path)}))

    said = project.run("refresh")

    assert said.status == 1
    assert REFUSED in said.output + said.errors
    assert not (tmp_path / "it-ran").exists()
