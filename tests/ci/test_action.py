"""The GitHub Action in ci/github: its shell, run with stand-ins for what it calls."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import click
import pytest
import yaml

from alicloud_image_share.commands.main import cli

FOLDER = Path(__file__).parents[2] / "ci"
ACTION = yaml.safe_load((FOLDER / "github" / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
STAND_IN = """#!{python}
import json, os, sys
from pathlib import Path
folder = Path(os.environ["STAND_INS"])
name = Path(sys.argv[0]).name
body = next((Path(word[6:]).read_text() for word in sys.argv if word.startswith("body=@")), None)
with (folder / "calls.jsonl").open("a") as log:
    print(json.dumps([name, *sys.argv[1:], *([body] if body else [])]), file=log)
answers = json.loads((folder / "answers.json").read_text()).get(name, [])
for words, answer in answers:
    if words in " ".join(sys.argv):
        print(answer)
        break
"""
SECRET = "token-of-the-job"


class Job:
    """A runner with stand-ins for `gh`, `curl`, `pip` and `image-share`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._programs = folder / "programs"
        self._programs.mkdir()
        for name in ("gh", "curl", "pip", "image-share"):
            file = self._programs / name
            file.write_text(STAND_IN.format(python=sys.executable))
            file.chmod(0o755)
        self.answer()

    def answer(self, **answers: list[tuple[str, str]]) -> None:
        """Say what a program prints where its arguments hold some words."""
        (self.folder / "answers.json").write_text(json.dumps(answers))

    def run(self, step: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a step as GitHub does."""
        environment = {
            "PATH": os.pathsep.join([str(self._programs), os.environ["PATH"]]),
            "STAND_INS": str(self.folder),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_ENV": str(self.folder / "env"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_REPOSITORY": "owner/images",
            "GITHUB_SHA": "abc",
            "GITHUB_WORKFLOW": "image shares",
            **variables,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, check=False, text=True, timeout=60
        )

    @property
    def calls(self) -> list[list[str]]:
        """What was called, a list of words each."""
        log = self.folder / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def comment(job: Job, *others: dict[str, object]) -> list[list[str]]:
    """Write a comment where others stand already; give the calls that write."""
    (job.folder / "comment.md").write_text("1 account gains access\n<!-- image-share prod -->\n")
    job.answer(gh=[("--paginate", json.dumps(others))])
    done = job.run("comment", PAGE="https://example.com/page", NUMBER="7")
    assert done.returncode == 0, done.stderr
    return [call for call in job.calls if "--field" in call]


def test_first_comment_of_a_stack_is_posted_with_the_page(job: Job):
    (call,) = comment(job)

    assert call[:3] == ["gh", "api", "repos/owner/images/issues/7/comments"]
    assert "1 account gains access" in call[-1]
    assert "[the page](https://example.com/page)" in call[-1]


def test_next_comment_replaces_the_own_one_of_the_stack_and_no_other(job: Job):
    own = {"id": 3, "user": {"login": "github-actions[bot]"}, "body": "old\n<!-- image-share prod -->"}
    of_test = {**own, "id": 1, "body": "old\n<!-- image-share test -->"}
    quoted = {**own, "id": 2, "user": {"login": "somebody"}}

    (call,) = comment(job, of_test, quoted, own)

    assert call[:5] == ["gh", "api", "--method", "PATCH", "repos/owner/images/issues/comments/3"]


def test_review_that_wrote_nothing_posts_nothing(job: Job):
    assert job.run("comment", PAGE="", NUMBER="7").returncode == 0
    assert job.calls == []


def test_identity_is_kept_in_a_file_of_the_job_alone_and_is_not_printed(job: Job):
    job.answer(curl=[("audience=sts.aliyuncs.com", json.dumps({"value": SECRET}))])

    done = job.run(
        "identity",
        ROLE_ARN="acs:ram::1600000000000001:role/review",
        PROVIDER_ARN="acs:ram::1600000000000001:oidc-provider/github",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN="request",
        ACTIONS_ID_TOKEN_REQUEST_URL="https://example.com/token?a=b",
    )

    assert (done.returncode, SECRET in done.stdout + done.stderr) == (0, False)
    names = dict(line.split("=", 1) for line in (job.folder / "env").read_text().splitlines())
    file = Path(names["ALIBABA_CLOUD_OIDC_TOKEN_FILE"])
    assert (file.read_text().strip(), file.stat().st_mode & 0o777) == (SECRET, 0o600)
    assert names["ALIBABA_CLOUD_ROLE_ARN"].endswith("role/review")


def test_identity_that_is_refused_ends_the_job(job: Job):
    job.answer(curl=[("audience", json.dumps({"message": "no id-token permission"}))])

    done = job.run(
        "identity",
        ROLE_ARN="r",
        PROVIDER_ARN="p",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN="request",
        ACTIONS_ID_TOKEN_REQUEST_URL="https://example.com/token?a=b",
    )

    assert done.returncode != 0
    assert not (job.folder / "env").exists()


APPROVAL = "the approval of the pull request that was merged"


def test_approval_comes_from_the_successful_review_of_what_was_merged(job: Job):
    job.answer(gh=[("commits/abc/pulls", "def"), ("run list", "42")])

    assert job.run(APPROVAL, STACK="prod").returncode == 0
    asked, listed, fetched = job.calls
    assert "repos/owner/images/commits/abc/pulls" in asked
    assert listed[3:7] == ["--commit", "def", "--workflow", "image shares"]
    assert {"pull_request", "success"} <= {*listed}
    assert fetched == ["gh", "run", "download", "42", "--name", "image-shares-prod"]


@pytest.mark.parametrize(
    ("answers", "words"),
    [([], "nobody approved it"), ([("commits/abc/pulls", "def")], "the review of def did not succeed")],
)
def test_without_an_approval_the_job_ends_and_says_why(job: Job, answers: list[tuple[str, str]], words: str):
    job.answer(gh=answers)

    done = job.run(APPROVAL, STACK="prod")

    assert done.returncode == 1
    assert words in done.stdout
    assert not any("download" in call for call in job.calls)


@pytest.mark.parametrize("step", ["review", "apply", "drift"])
def test_command_of_a_step_is_one_that_image_share_understands(job: Job, step: str):
    assert job.run(step, STACK="prod; touch stolen").returncode == 0

    ((_, name, *words),) = job.calls
    assert words[words.index("--stack") + 1] == "prod; touch stolen"
    assert not (job.folder / "stolen").exists()
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    command.make_context(name, [word.replace("; touch stolen", "") for word in words])


def test_no_input_is_written_into_a_script_where_it_could_be_run():
    assert not [name for name, step in STEPS.items() if "${{" in step.get("run", "")]


INPUTS = {
    "COMMAND": "review",
    "STACK": "prod",
    "ROLE_ARN": "acs:ram::1:role/a",
    "PROVIDER_ARN": "acs:ram::1:p",
}


@pytest.mark.parametrize("command", ["reviw", "", "Review", "review\n", "review apply", "*"])
def test_unknown_command_ends_the_job_which_would_else_pass_over_every_step(job: Job, command: str):
    done = job.run("inputs", **{**INPUTS, "COMMAND": command})

    assert done.returncode == 1
    assert "the command is none of review, apply, drift and end" in done.stdout


@pytest.mark.parametrize("name", ["ROLE_ARN", "PROVIDER_ARN"])
def test_input_of_two_lines_makes_no_variable_of_the_job(job: Job, name: str):
    done = job.run("inputs", **{**INPUTS, name: "acs:ram::1:role/a\nLD_PRELOAD=/tmp/evil"})

    assert done.returncode == 1
    assert "LD_PRELOAD" not in done.stdout


@pytest.mark.parametrize(
    ("stack", "name"),
    [("prod", "prod"), ("org/images/prod", "org-images-prod"), ("a b\n::warning::", "a-b---warning--")],
)
def test_review_of_a_stack_with_its_whole_name_has_an_artifact_that_apply_asks_for(
    job: Job, stack: str, name: str
):
    job.answer(gh=[("commits/abc/pulls", "def"), ("run list", "42")])

    assert job.run("inputs", **{**INPUTS, "STACK": stack}).returncode == 0
    assert job.run(APPROVAL, STACK=stack).returncode == 0

    assert (job.folder / "output").read_text() == f"artifact=image-shares-{name}\n"
    assert job.calls[-1][-1] == f"image-shares-{name}"


def test_first_step_looks_at_the_inputs_and_the_artifact_has_the_name_that_it_gives():
    first, *_ = ACTION["runs"]["steps"]
    assert (first["name"], first["id"]) == ("inputs", "inputs")
    assert STEPS["page and approval"]["with"]["name"] == "${{ steps.inputs.outputs.artifact }}"


def test_review_fails_for_a_broken_rule_and_not_for_a_difference(job: Job):
    job.run("review", STACK="prod")

    (words,) = job.calls
    assert [value for option, value in pairwise(words) if option == "--fail-on"] == ["rule"]


def test_gitlab_component_runs_the_commands_of_the_action_and_writes_in_one_job_alone():
    _, jobs = yaml.safe_load_all((FOLDER / "gitlab" / "image-shares.yml").read_text(encoding="utf-8"))
    stack = "$[[ inputs.stack ]]"
    common = jobs[f".image-shares-{stack}"]

    assert common["id_tokens"]
    assert common["variables"]["ALIBABA_CLOUD_ROLE_ARN"] == "$[[ inputs.review-role-arn ]]"
    writing = [name for name, job in jobs.items() if "apply-role-arn" in str(job.get("variables"))]
    assert writing == [f"apply-{stack}"]

    for name in ("review", "apply", "drift"):
        words = shlex.split(STEPS[name]["run"].replace("$STACK", stack))
        assert words in [shlex.split(line) for line in jobs[f"{name}-{stack}"]["script"]]
