"""Usage, help and exit status, without an engine."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from alicloud_image_share.commands.help import GROUPS
from alicloud_image_share.commands.main import cli

CONTEXT = click.Context(cli)
COMMANDS = cli.list_commands(CONTEXT)
SUMMARIES = {name: entry.summary for entries in GROUPS.values() for name, entry in entries.items()}


def test_help_names_every_command(image_share):
    said = image_share("--help")

    assert said.status == 0
    assert set(COMMANDS) <= set(said.output.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_an_example(image_share, command):
    said = image_share(command, "--help")

    assert said.status == 0
    assert f"Example: image-share {command} " in said.output


def test_help_has_every_command_in_one_group_and_no_summary_is_cut(image_share, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = image_share("--help")

    assert sorted(name for names in GROUPS.values() for name in names) == COMMANDS
    assert "..." not in said.output.partition("First:")[2]
    assert max(map(len, said.output.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_summary_of_a_command_is_the_first_sentence_of_its_own_help(command):
    loaded = cli.get_command(CONTEXT, command)

    assert loaded.name == command
    assert loaded.get_short_help_str(limit=200).rstrip(".") == SUMMARIES[command]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nothing"]], ids=" ".join)
def test_command_as_a_whole_loads_no_single_command(arguments):
    code = (
        "import sys; from alicloud_image_share.commands.main import main; main(sys.argv[1:]);"
        "print([name for name in sys.modules if name in ('rich', 'yaml', 'pulumi', 'requests')])"
    )

    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )

    assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["plan", "--help"], ["-V"], ["help"]], ids=" ".join)
def test_other_word_for_a_command_is_taken(image_share, words):
    said = image_share(*words)

    assert said.status == 0
    assert "image-share" in said.output


def test_stack_that_is_not_named_is_the_only_one_or_that_of_the_environment(project, monkeypatch):
    assert "there is no terminal" in project.command("up", "-C", project.folder).errors
    (project.folder / "Pulumi.prod.yaml").write_text("")
    said = project.command("up", "-C", project.folder)
    assert (said.status, "The stacks here: dev, prod." in said.errors) == (1, True)
    monkeypatch.setenv("PULUMI_STACK", "prod")
    assert "there is no terminal" in project.command("up", "-C", project.folder).errors


def test_names_of_stacks_are_completed(project):
    (project.folder / "Pulumi.prod.yaml").write_text("")
    environment = {
        **os.environ,
        "_IMAGE_SHARE_COMPLETE": "bash_complete",
        "COMP_WORDS": f"image-share preview -C {project.folder} --stack p",
        "COMP_CWORD": "5",
    }
    code = "import alicloud_image_share.commands.main as m; m.cli(prog_name='image-share')"
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.stdout.split() == ["plain,prod"]


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
    assert "error: " in said.errors


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a//b", "..", "./dev", "dev ", " dev", "dév", "a:b", "dev\t", "$x"]
)
def test_path_in_place_of_the_name_of_a_stack_is_refused(project, name):
    said = project.command("preview", "--stack", name, "--cwd", project.folder)

    assert said.status == 1
    assert f"{name!r} is not the name of a stack" in said.errors


@pytest.mark.parametrize("width", ["60", "80"])
def test_example_of_policy_is_one_line_however_narrow_the_terminal_is(image_share, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)

    said = image_share("policy", "--help")

    assert said.output.splitlines()[-1].endswith(" --image ecs:cn-hangzhou:m-bp1golden0000000001")


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


@pytest.mark.parametrize("command", ["preview", "review", "up"])
def test_short_key_of_approvals_is_refused_before_the_engine_is_looked_for(image_share, monkeypatch, command):
    monkeypatch.setenv("IMAGE_SHARES_APPROVAL_KEY", "hunter2")
    said = image_share(command, "--stack", "dev", *(["--yes"] if command == "up" else []))

    assert said.status == 1
    assert "IMAGE_SHARES_APPROVAL_KEY has fewer than 16 characters: set a long random text" in said.errors
    assert "hunter2" not in said.errors


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("prview", "preview"),
        ("Preview", "preview"),
        ("aduit", "audit"),
        ("pln", "plan"),
        ("destory", "destroy"),
    ],
)
def test_mistyped_command_is_refused_with_the_one_that_was_meant(image_share, word, meant):
    said = image_share(word, "--stack", "dev")

    assert said.status == 1
    assert said.errors.endswith(f"error: No such command '{word}'. Did you mean {meant}?\n")


def test_word_that_is_like_no_command_is_refused_alone(image_share):
    assert image_share("xyzzy").errors.endswith("error: No such command 'xyzzy'.\n")


@pytest.mark.parametrize(
    "command", ["up", "preview", "review", "refresh", "destroy", "audit", "doctor", "policy"]
)
def test_second_stack_is_refused_and_not_taken_in_place_of_the_first(image_share, command):
    said = image_share(command, "--stack", "dev", "-s", "prod")

    assert said.status == 1
    assert "'dev' and 'prod' are two stacks: name one" in said.errors


@pytest.mark.parametrize("name", ["../x", "dev,prod", "a b"])
def test_variable_that_names_no_stack_is_refused_as_the_option_is(project, monkeypatch, name):
    monkeypatch.setenv("PULUMI_STACK", name)

    said = project.command("preview", "--cwd", project.folder)

    assert said.status == 1
    assert f"PULUMI_STACK: {name!r} is not the name of a stack" in said.errors
    assert not (project.folder / ".state").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
def test_output_that_cannot_be_written_is_said_in_a_sentence():
    command = [sys.executable, "-m", "alicloud_image_share", "schema"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        said = subprocess.run(
            command, check=False, timeout=60, stdout=full, stderr=subprocess.PIPE, text=True
        )

    assert said.returncode == 1
    assert said.stderr == "error: The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("width", ["0", "00", "", "-1", "x"])
def test_report_is_printed_whatever_width_the_terminal_claims(image_share, tmp_path, monkeypatch, width):
    preview = Path(__file__).parents[1] / "review" / "inputs" / "update.json"
    monkeypatch.chdir(tmp_path)
    said = image_share("review", preview)
    monkeypatch.setenv("COLUMNS", width)

    assert image_share("review", preview).output == said.output != ""


def test_refresh_takes_the_option_yes_as_pulumi_does(image_share, tmp_path):
    said, plain = (
        image_share("refresh", *option, "--stack", "dev", "--cwd", tmp_path) for option in (["-y"], [])
    )

    assert said == plain
    assert said.errors.startswith("error: There is no Pulumi.yaml")
