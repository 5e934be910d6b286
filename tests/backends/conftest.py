"""State in a PostgreSQL, and two runners of one stack that share it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.backends import server as postgres
from tests.backends.server import Server
from tests.crash.conftest import project_folder, put_image
from tests.crash.stack import LIMIT, Stack

__all__ = ["project_folder", "put_image"]


class Runner(Stack):
    """A runner with a checkout of its own."""

    def _state(self) -> dict[str, Any]:
        command = ["pulumi", "--non-interactive", "stack", "export", "--stack", self.name]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, check=True, timeout=LIMIT)
        state: dict[str, Any] = json.loads(done.stdout)["deployment"]
        return state


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests of a process."""
    programs = postgres.programs()
    if programs is None:
        missing = "postgresql is not installed"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    with postgres.running(programs) as running:
        yield running


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database without any state, as the backend; the password is in the environment alone."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    url = server.create_database(request.node.name)
    monkeypatch.setenv("PGPASSWORD", server.password)
    return url


@pytest.fixture
def runners(
    project_folder: Path, put_image: Callable[..., None], database: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Runner, Runner]:
    """Two checkouts of one project; the stack is new, and its image is shared with nobody."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", database)
    put_image()
    other = project_folder.with_name("other")
    shutil.copytree(project_folder, other)
    return Runner(project_folder), Runner(other)
