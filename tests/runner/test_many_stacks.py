"""One command on several stacks: side by side, with one summary, and a status that the worst decides."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.many_stacks import ManyStacks, StackRunResult
from alicloud_image_share.engine.many_stacks_view import ManyStacksView
from alicloud_image_simulator import Simulator
from tests.support.command_line import StackProject
from tests.support.stack_files import golden, write_stack_file

A, B = "1550000000000001", "1550000000000002"


def write_stack(project: StackProject, stack: str, image: str, **settings: object) -> None:
    write_stack_file(project.folder, golden({A: "team web"}, image=image), stack=stack, **settings)


def live(cloud: Simulator) -> dict[str, list[str]]:
    return {image["image_id"]: image["accounts"] for image in cloud.state()["images"]}


@pytest.mark.parametrize(
    ("statuses", "together"),
    [((0, 0), 0), ((0, 2), 2), ((2, 3), 3), ((3, 1), 1), ((0, None), 1), ((0, -9), 1)],
)
def test_status_of_several_stacks_is_the_worst(statuses: tuple[int | None, ...], together: int):
    assert ExitStatus.worst(statuses) == together


def test_verdict_is_what_the_command_hands_over_whatever_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "command.py"
    program.write_text(
        "from alicloud_image_share.engine.verdict import hand_over\n"
        "import sys\n"
        "hand_over('planned')\n"
        "hand_over('1 account gained access')\n"
        "print('0 shares unchanged · stack dev')\n"
        "sys.exit('last words')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("alicloud_image_share.engine.many_stacks.COMMAND", (sys.executable, str(program)))

    (done,) = ManyStacks((), 1, ManyStacksView(["dev"]), os.environ).run(["dev"])

    assert (done.status, done.verdict) == (1, "1 account gained access")


def test_verdict_of_a_command_that_hands_over_none_is_its_last_word(monkeypatch: pytest.MonkeyPatch):
    killed = (sys.executable, "-c", "import sys; sys.exit('no memory')")
    monkeypatch.setattr("alicloud_image_share.engine.many_stacks.COMMAND", killed)

    (done,) = ManyStacks((), 1, ManyStacksView(["dev"]), os.environ).run(["dev"])

    assert (done.status, done.verdict) == (1, "no memory")


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_up_of_several_stacks_carries_out_all_though_one_fails(project: StackProject, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ecs", "image_id": name} for name in ("m-1", "m-2", "m-3")]})
    write_stack(project, "prod-a", "m-1")
    write_stack(project, "prod-b", "m-absent")
    write_stack(project, "prod-c", "m-2")
    write_stack(project, "test", "m-3")

    up = project.command("up", "--stack", "prod-*", "--jobs", "2", "--yes", "--cwd", project.folder)
    reviewed = project.command(
        "review",
        "--stack",
        "prod-[ac]",
        "--format",
        "json",
        "--output",
        project.folder / "{stack}.json",
        "--cwd",
        project.folder,
    )

    assert up.status == 1
    assert live(cloud) == {"m-1": [A], "m-2": [A], "m-3": []}
    failed, *done = up.errors.splitlines()[-3:]
    assert failed.startswith("prod-b  FAILED       up of stack prod-b failed")
    assert [line.split()[:2] for line in done] == [["prod-a", "done"], ["prod-c", "done"]]
    assert "1 account gained access (or had it already) · 1 share created" in done[0]
    assert reviewed.status == 0
    assert {path.name for path in project.folder.glob("prod-*.json")} == {"prod-a.json", "prod-c.json"}


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_up_of_several_stacks_carries_out_each_by_its_own_approval_and_no_other(
    project: StackProject, cloud: Simulator
):
    cloud.put_state({"images": [{"service": "ecs", "image_id": name} for name in ("m-1", "m-2", "m-3")]})
    for stack, image in (("prod-a", "m-1"), ("prod-b", "m-2"), ("prod-c", "m-3")):
        write_stack(project, stack, image)
    place = ("--stack", "prod-*", "--cwd", project.folder)
    approval = project.folder / "{stack}.json"
    reviewed = project.command("review", *place, "--format", "json", "--output", approval)
    write_stack_file(project.folder, golden({A: "team web", B: ""}, image="m-2"), stack="prod-b")
    (project.folder / "prod-c.json").write_bytes((project.folder / "prod-a.json").read_bytes())

    up = project.command("up", *place, "--approved", approval)

    assert (reviewed.status, up.status) == (2, 3), up.errors
    assert live(cloud) == {"m-1": [A], "m-2": [], "m-3": []}
    statuses = {line.split()[0]: line.split()[1] for line in up.errors.splitlines()[-3:]}
    assert statuses["prod-a"] == "done"
    assert {statuses["prod-b"], statuses["prod-c"]}.isdisjoint({"done"})


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_one_approval_for_several_stacks_holds_for_its_own_stack_alone(
    project: StackProject, cloud: Simulator
):
    cloud.put_state({"images": [{"service": "ecs", "image_id": name} for name in ("m-1", "m-2")]})
    write_stack(project, "prod-a", "m-1")
    write_stack(project, "prod-b", "m-2")
    approval = project.folder / "approval.json"
    project.command(
        *("review", "--stack", "prod-a", "--cwd", project.folder, "--format", "json", "--output", approval)
    )

    up = project.command("up", "--stack", "prod-*", "--cwd", project.folder, "--approved", approval)

    assert up.status == 3, up.errors
    assert live(cloud) == {"m-1": [A], "m-2": []}


def test_up_of_several_stacks_asks_nothing_and_says_so(project: StackProject):
    write_stack(project, "prod-a", "m-1")

    said = project.command("up", "--stack", "prod-*", "--cwd", project.folder)

    assert said.status == 1
    assert "up of several stacks asks nothing: give --yes" in said.errors


def test_pattern_that_matches_no_stack_names_those_that_there_are(project: StackProject):
    write_stack(project, "prod-a", "m-1")

    said = project.command("preview", "--stack", "test-*", "--cwd", project.folder)

    assert said.status == 1
    assert "No stack file matches test-*; there are " in said.errors
    assert "prod-a" in said.errors


def test_documents_of_several_stacks_come_in_their_order_with_nothing_beside_them(
    capsys: pytest.CaptureFixture[str],
):
    first, second = (
        StackRunResult(name, 2, output=(f"of {name}",), errors=("a warning",))
        for name in ("prod-a", "prod-b")
    )
    view = ManyStacksView(["prod-a", "prod-b"], documents=True)
    view.stack_ended(second)
    view.stack_ended(first)
    view.print_documents((first, second))

    said = capsys.readouterr()
    assert said.out == "of prod-a\nof prod-b\n"
    assert said.err.splitlines() == ["== prod-b", "a warning", "== prod-a", "a warning"]


def test_summary_says_when_state_is_older_than_a_day(capsys: pytest.CaptureFixture[str]):
    results = (
        StackRunResult("prod-a", 0, verdict="nothing"),
        StackRunResult("prod-b", 2, verdict="something"),
    )

    ManyStacksView(["prod-a", "prod-b"]).summarise(
        results, {"prod-a": timedelta(hours=2), "prod-b": timedelta(days=3)}
    )

    lines = capsys.readouterr().err.splitlines()
    assert lines[1:] == [
        "prod-b  differs      something  (state is 3 days old: --refresh reads the images)",
        "prod-a  done         nothing",
    ]
