"""A backend that cannot be reached is an error in a sentence, which shows no password."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from alicloud_image_share.engine.pulumi_cli import PulumiCli
from tests.support.command_line import StackProject

PASSWORD = "correct-horse"
URL = f"postgres://pulumi:{PASSWORD}@127.0.0.1:9/state?sslmode=disable"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"error: cannot open {URL}: no", "error: cannot open postgres://pulumi:****@127.0.0.1:9/state"),
        ("postgres://:b@h/d", "postgres://:****@h/d"),
        ("postgres://a:b@c:d@h/d and http://e:f@g", "postgres://a:****@h/d and http://e:****@g"),
        ("postgres://a@h:1/d?x=y@z", "postgres://a@h:1/d?x=y@z"),
        ("see http://h:80/p: mail a@b", "see http://h:80/p: mail a@b"),
    ],
)
def test_error_of_the_engine_shows_no_password_of_a_url(said: str, shown: str, tmp_path: Path):
    engine = tmp_path / "bin" / "pulumi"
    engine.parent.mkdir()
    engine.write_text('#!/bin/sh\n[ "$1" = version ] && echo v3.250.0 || echo "$SAID" >&2\n')
    engine.chmod(0o755)
    seen: list[str] = []

    result = PulumiCli(tmp_path).run(["up"], str(tmp_path), {**os.environ, "SAID": said}, None, seen.append)

    assert result.stderr.startswith(shown)
    assert seen == [result.stderr]


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
@pytest.mark.parametrize("stack", ["dev", "d*"])
def test_unreachable_state_is_a_sentence(project: StackProject, monkeypatch: pytest.MonkeyPatch, stack: str):
    monkeypatch.setenv("PULUMI_BACKEND_URL", URL)

    said = project.command("preview", "--cwd", project.folder, "--stack", stack)

    text = said.output + said.errors
    assert said.status == 1
    assert "failed to ping PostgreSQL" in text
    assert PASSWORD not in text
    assert "Traceback" not in text


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
@pytest.mark.parametrize("command", ["preview", "review", "refresh --check", "destroy --yes"])
def test_run_whose_state_the_engine_cannot_open_names_what_was_done_the_place_and_the_next_step(
    project: StackProject, monkeypatch: pytest.MonkeyPatch, command: str
):
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///nowhere/at/all")

    said = project.command(*command.split(), "--cwd", project.folder, "--stack", "dev")

    line = next(line for line in (said.output + said.errors).splitlines() if line.startswith("error:"))
    assert said.status == 1
    assert " of stack dev was not begun, and nothing was changed: the Pulumi engine said: unable to " in line
    assert line.endswith(
        " State is at file:///nowhere/at/all (PULUMI_BACKEND_URL). Next: correct what the engine names."
    )


@pytest.mark.usefixtures("engine_environment")
@pytest.mark.parametrize("command", ["preview", "review", "up --yes", "refresh", "destroy --yes"])
def test_place_of_state_that_is_no_address_is_refused_before_the_engine_is_asked(
    project: StackProject, monkeypatch: pytest.MonkeyPatch, command: str
):
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"me:{PASSWORD}@nonsense")

    said = project.command(*command.split(), "--cwd", project.folder, "--stack", "dev")

    text = said.output + said.errors
    assert said.status == 1
    assert "PULUMI_BACKEND_URL names 'nonsense' as the place of state, and that is no address. Next: " in text
    assert PASSWORD not in text
