"""A run names who may have access because an earlier one was killed: it is the last that can."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud_state import put_images
from tests.support.stacks import changed_deployment, state_file

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "runner/interrupted_states.json").read_text(encoding="utf-8")
)
PEOPLE = [str(1_550_000_000_000_000 + n) for n in range(21)]
GOLDEN = {"service": "ecs", "image_id": "m-1", "accounts": PEOPLE[:3]}
SENTENCE = "ecs:cn-hangzhou:m-1: an interrupted update of golden may have given access to "


@pytest.fixture
def interrupted(cloud, project):
    """A stack whose update was killed and whose program was reverted; an import would settle it."""
    put_images(cloud, "m-1")
    project.write({"golden": GOLDEN})
    assert project.run("up", "--yes").status == 0
    pending = RECORDED["updating"]["pending_operations"]
    for operation in pending:
        operation["resource"]["custom"] = True
    with changed_deployment(state_file()) as deployment:
        deployment["pending_operations"] = pending
    return project


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("preview", ()),
        ("review", ()),
        ("refresh", ("--check",)),
        ("refresh", ()),
        ("up", ("--yes",)),
        ("destroy", ("--yes",)),
    ],
)
def test_run_after_a_killed_update_names_who_may_have_been_given_access(interrupted, command, options):
    said = interrupted.run(command, *options)

    printed = said.output + said.errors
    assert SENTENCE in printed
    assert PEOPLE[20] in printed
    assert printed.count(SENTENCE) == 1


def test_run_after_one_that_settled_it_names_nobody(interrupted):
    interrupted.run("up", "--yes")

    said = interrupted.run("up", "--yes")

    assert said.status == 0
    assert SENTENCE not in said.output + said.errors


@pytest.mark.parametrize(("unknown", "times"), [({}, 0), ({"somethingNew": 1}, 1)], ids=["file", "engine"])
def test_engine_is_asked_for_state_once_a_run_and_only_where_its_file_is_not_understood(
    interrupted, monkeypatch: pytest.MonkeyPatch, unknown: dict[str, int], times: int
):
    file = state_file()
    file.write_text(json.dumps({**json.loads(file.read_text()), **unknown}))
    begun: list[list[str]] = []
    started = subprocess.Popen.__init__

    def start(process, arguments, *rest, **options):
        begun.append(list(arguments))
        started(process, arguments, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", start)

    interrupted.run("up", "--yes")

    assert len([arguments for arguments in begun if "export" in arguments]) == times
