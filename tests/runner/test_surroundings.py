"""Backend and passphrase are set up only where nothing is configured."""

import json
import stat
import sys

import pytest

from alicloud_image_share.engine.environment import engine_environment
from alicloud_image_share.stack_file.project import ProjectError, find_project

PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"


def found(project, **environment):
    return engine_environment(find_project(project.folder), environment)


def test_state_and_passphrase_are_set_up_where_there_are_none(new_project):
    around = found(new_project)

    assert around.variables["PULUMI_BACKEND_URL"] == (new_project.folder / ".state").as_uri()
    assert around.variables[PASSPHRASE] == ""
    assert len(around.choices) == 2


def test_state_and_passphrase_are_said_at_the_first_run_alone(new_project):
    found(new_project)
    (new_project.folder / "Pulumi.dev.yaml").write_text("{encryptionsalt: 'v1:x'}\n")
    (new_project.folder / "Pulumi.other.yaml").write_bytes(b"\xff")

    assert found(new_project).choices == ()


def test_state_that_is_gone_is_said_to_be_new(new_project):
    (new_project.folder / "Pulumi.dev.yaml").write_text("{encryptionsalt: 'v1:x'}\n")

    assert len(found(new_project).choices) == 2


def test_state_folder_is_kept_out_of_repositories(new_project):
    found(new_project)

    assert (new_project.folder / ".state" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("mode", [None, 0o755, 0o777])
def test_state_folder_is_its_owners_alone(new_project, mode):
    if mode:
        (new_project.folder / ".state").mkdir()
        (new_project.folder / ".state").chmod(mode)

    found(new_project)

    assert stat.S_IMODE((new_project.folder / ".state").stat().st_mode) == 0o700


def test_state_folder_that_is_there_is_left_as_it_is(new_project):
    (new_project.folder / ".state").mkdir()
    (new_project.folder / ".state" / ".gitignore").write_text("mine")

    found(new_project)

    assert (new_project.folder / ".state" / ".gitignore").read_text() == "mine"


def test_backend_of_the_environment_is_kept(new_project):
    around = found(new_project, PULUMI_BACKEND_URL="s3://states", PULUMI_CONFIG_PASSPHRASE="secret")

    assert not {"PULUMI_BACKEND_URL", PASSPHRASE} & around.variables.keys()
    assert around.choices == ()
    assert not (new_project.folder / ".state").exists()


def test_backend_of_the_project_is_kept(new_project):
    with (new_project.folder / "Pulumi.yaml").open("a") as file:
        file.write("\nbackend: {url: 'file://~'}\n")

    assert "PULUMI_BACKEND_URL" not in found(new_project).variables


def test_login_is_kept(new_project, home):
    (home / ".pulumi").mkdir()
    (home / ".pulumi" / "credentials.json").write_text(json.dumps({"current": "https://api.pulumi.com"}))

    around = found(new_project)

    assert not {"PULUMI_BACKEND_URL", PASSPHRASE} & around.variables.keys()


def test_logout_is_no_backend(new_project, home):
    (home / ".pulumi").mkdir()
    (home / ".pulumi" / "credentials.json").write_text(json.dumps({"current": ""}))

    assert "PULUMI_BACKEND_URL" in found(new_project).variables


def test_login_that_cannot_be_read_is_named(new_project, tmp_path):
    (tmp_path / "credentials.json").write_text("{")

    with pytest.raises(ProjectError, match="is not what pulumi login writes"):
        found(new_project, PULUMI_HOME=str(tmp_path))


def test_access_token_needs_neither_backend_nor_passphrase(new_project):
    around = found(new_project, PULUMI_ACCESS_TOKEN="token")

    assert not {"PULUMI_BACKEND_URL", PASSPHRASE} & around.variables.keys()


@pytest.mark.parametrize("name", [PASSPHRASE, f"{PASSPHRASE}_FILE"])
def test_passphrase_of_the_environment_is_kept_even_when_empty(new_project, name):
    assert PASSPHRASE not in found(new_project, **{name: ""}).variables


def test_backend_without_service_gets_a_passphrase(new_project):
    around = found(new_project, PULUMI_BACKEND_URL="s3://states")

    assert around.variables[PASSPHRASE] == ""
    assert around.choices == ("an empty passphrase encrypts secrets: PULUMI_CONFIG_PASSPHRASE is not set",)


def test_provider_runs_with_the_python_of_the_command(new_project):
    assert found(new_project, PULUMI_PYTHON_CMD="python2").variables["PULUMI_PYTHON_CMD"] == sys.executable


def test_option_for_the_engine_that_would_narrow_a_report_is_said_to_be_left_out(new_project):
    options = {"PULUMI_OPTION_TARGET": "urn:x", "PULUMI_OPTION_CWD": "/", "PULUMI_OPTION_PARALLEL": "4"}

    named = [choice for choice in found(new_project, **options).choices if "OPTION" in choice]

    words = "is not given to the engine: this command decides the options itself"
    assert named == [f"PULUMI_OPTION_CWD {words}", f"PULUMI_OPTION_TARGET {words}"]


def test_environment_that_is_named_but_missing_is_not_needed(new_project):
    assert not any(".venv" in choice for choice in found(new_project).choices)


def test_environment_that_is_another_is_said(new_project):
    (new_project.folder / ".venv" / "bin").mkdir(parents=True)
    (new_project.folder / ".venv" / "bin" / "python").write_text("")

    assert any("the provider runs in" in choice for choice in found(new_project).choices)


def test_project_with_another_program_is_refused(new_project):
    (new_project.folder / "__main__.py").write_text("import pulumi")

    with pytest.raises(ProjectError, match="a program of its own, which this command would not run"):
        found(new_project)
