"""Usage, help and exit status, without an engine."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from alicloud_image_share.commands.main import cli

COMMANDS = sorted(cli.commands)


def test_help_names_every_command(image_share):
    said = image_share("--help")

    assert said.status == 0
    assert set(COMMANDS) <= set(said.output.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_an_example(image_share, command):
    said = image_share(command, "--help")

    assert said.status == 0
    assert f"Example: image-share {command} " in said.output


def test_help_does_not_import_pulumi():
    code = "import sys; import alicloud_image_share.commands.main; sys.exit('pulumi' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [["nothing"], ["up"], ["up", "--stack"], ["up", "--stack", "dev", "--no-such-option"], ["init"]],
)
def test_usage_error_has_exit_status_one(image_share, arguments):
    said = image_share(*arguments)

    assert said.status == 1
    assert "Error: " in said.errors


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_change_without_terminal_and_without_yes_is_refused(image_share, command):
    said = image_share(command, "--stack", "dev")

    assert said.status == 1
    assert said.errors.endswith("there is no terminal: give --yes\n")


def test_command_outside_a_project_says_how_to_make_one(image_share, tmp_path):
    said = image_share("preview", "--stack", "dev", "--cwd", tmp_path)

    assert said.status == 1
    assert said.errors == (
        f"error: There is no Pulumi.yaml in {tmp_path} or above it."
        f" `image-share init {tmp_path}` makes a project there.\n"
    )


def test_windows_is_refused_in_one_sentence(image_share, monkeypatch):
    monkeypatch.setattr("alicloud_image_share.commands.main.os", SimpleNamespace(name="nt"))

    said = image_share("--help")

    assert (said.status, said.output) == (1, "")
    assert said.errors == "error: image-share does not run on Windows itself; run it in WSL.\n"
