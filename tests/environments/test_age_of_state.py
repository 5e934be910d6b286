"""A run of several stacks says which of them has not been looked at for days."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from tests.support.command_line import StackProject
from tests.support.stacks import changed_deployment, state_file


def write_stack(project: StackProject, stack: str) -> None:
    config = {"image-shares:shares": {}}
    (project.folder / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": config}))


def make_older(stack: str, age: timedelta) -> None:
    """Have the state of a stack written so long ago."""
    with changed_deployment(state_file(stack)) as deployment:
        deployment["manifest"]["time"] = (datetime.now(timezone.utc) - age).isoformat()


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_summary_of_several_stacks_names_the_one_whose_state_is_older_than_a_day(project: StackProject):
    several = ("--stack", "prod-*", "--cwd", project.folder)
    for stack in ("prod-a", "prod-b", "prod-c"):
        write_stack(project, stack)
    assert project.command("up", "--yes", *several).status == 0
    make_older("prod-b", timedelta(days=3, minutes=1))
    make_older("prod-c", timedelta(hours=23))

    said = project.command("preview", *several)

    assert said.status == 0
    old = "  (state is 3 days old: --refresh reads the images)"
    lines = said.errors.splitlines()[-3:]
    assert [line.split()[0] for line in lines if line.endswith(old)] == ["prod-b"], said.errors
    assert said.errors.count("days old") == 1
