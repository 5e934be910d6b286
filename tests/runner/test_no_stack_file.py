"""What commands say where there is no project, or no stack file in it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from alicloud_image_share.commands.main import main

ON_A_STACK = ["preview", "review", "refresh", "up --yes", "destroy --yes"]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """The command in an empty folder."""
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.chdir(tmp_path)

    def command(line: str) -> SimpleNamespace:
        status = main(line.split())
        return SimpleNamespace(status=status, **capsys.readouterr()._asdict())

    return command


def make_project() -> None:
    Path("Pulumi.yaml").write_text("name: images\nruntime: python\n")
    Path("__main__.py").write_text("import alicloud_image_share.stack_program\n")


@pytest.mark.parametrize("command", [*ON_A_STACK, "validate", "stacks", "preview --stack dev"])
def test_command_without_a_project_says_so_and_how_to_make_one(run, command: str):
    said = run(command)

    assert said.status == 1
    assert said.err == (
        "error: There is no Pulumi.yaml in . or above it. `image-share init .` makes a project there.\n"
    )


@pytest.mark.parametrize("command", ON_A_STACK)
def test_command_without_a_stack_file_names_the_file_to_begin_with(run, command: str):
    make_project()

    said = run(command)

    assert said.status == 1
    assert said.err == (
        f"error: There is no stack file beside {Path('Pulumi.yaml').resolve()}."
        " For a new stack write its file, Pulumi.dev.yaml.\n"
    )


@pytest.mark.parametrize("command", ["validate", "validate Pulumi.yaml", "stacks", "preview --stack *"])
def test_command_that_finds_no_stack_file_is_an_error_and_counts_no_mistakes(run, command: str):
    make_project()

    said = run(command)

    assert (said.status, said.out) == (1, "")
    assert "matches *; there is none yet." in said.err


def test_stack_outside_of_a_project_is_missing_for_there_is_no_project(run):
    said = run("who 1550809237710001 --stack dev")

    assert said.status == 1
    assert said.err == "error: There is no stack dev: there is no Pulumi.yaml here or above.\n"


@pytest.mark.parametrize("command", ON_A_STACK)
def test_stack_that_is_unknown_leaves_no_folder_of_state(
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
):
    for name in ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "nobody"))
    make_project()
    Path("Pulumi.dev.yaml").write_text("config: {}\n")
    before = {path.name for path in Path().iterdir()}

    said = run(f"{command} --stack nope")

    assert said.status == 1
    assert said.err == (
        "error: There is no stack nope; known are dev. For a new stack write its file, Pulumi.nope.yaml.\n"
    )
    assert {path.name for path in Path().iterdir()} == before
