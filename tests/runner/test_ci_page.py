"""The jobs of docs/ci.md do what they say, and its policy is enough for a review and for no write."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from alicloud_image_share.commands.main import cli
from alicloud_image_simulator import OWNER, Account, Simulator
from tests.support.command_line import StackProject

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")
GITHUB, GITLAB = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
POLICY = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])
REVIEWER = Account(OWNER.id, "SIMULATED-KEY-OF-REVIEW", "simulated-secret-of-review")
ACTIONS = [action for statement in POLICY["Statement"] for action in statement["Action"]]
OF_SERVICE = {"ecs": "ecs", "ecd": "eds", "ens": "ens", "swas-open": "swas"}
ONE_OF_EACH = [
    [next(action for action in ACTIONS if action.startswith(f"{product}:")) for product in OF_SERVICE],
    [[action for action in ACTIONS if action.startswith(f"{product}:")][1] for product in OF_SERVICE],
]
"""Every action once, in as few lists as there can be: services do not know each other."""
WEB = "1234567890123456"
SHARES = {
    "web": {"service": "ecs", "image_id": "m-ecs", "accounts": {WEB: "team web"}},
    "desks": {"service": "eds", "image_id": "m-eds", "accounts": {WEB: "team web"}, "exclusive": True},
    "edge": {"service": "ens", "image_id": "m-ens", "accounts": {WEB: "team web"}},
    "simple": {"service": "swas", "image_id": "m-swas", "accounts": {WEB: "team web"}},
}


def github_commands(job: str) -> list[str]:
    return [step["run"] for step in GITHUB["jobs"][job]["steps"] if "run" in step]


def commands(job: str) -> list[list[str]]:
    """The words of every `image-share` command of a job, on both platforms."""
    lines = [*github_commands(job), *GITLAB[job]["script"]]
    return [shlex.split(line) for line in lines if line.startswith("image-share ")]


@pytest.mark.parametrize("job", ["review", "apply", "drift"])
def test_commands_of_a_job_are_the_same_on_both_platforms_and_are_understood(job: str):
    here, there = commands(job)
    command = cli.get_command(click.Context(cli), here[1])

    assert here == there
    command.make_context(here[1], here[2:])


def test_review_does_not_fail_for_a_difference():
    (words, _) = commands("review")

    assert [value for option, value in pairwise(words) if option == "--fail-on"] == ["rule"]


def test_jobs_hold_no_key_of_the_cloud_and_ask_for_an_identity():
    assert not re.search(r"ACCESS_KEY|SECRET_KEY", PAGE)
    assert all(job["permissions"]["id-token"] == "write" for job in GITHUB["jobs"].values())
    assert GITLAB[".image-shares"]["id_tokens"]
    assert GITHUB["env"].keys() >= {"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"}


def test_only_the_job_that_applies_has_the_role_that_writes():
    roles = {name: job["env"]["ALIBABA_CLOUD_ROLE_ARN"] for name, job in GITHUB["jobs"].items()}

    assert {name for name, role in roles.items() if "APPLY" in role} == {"apply"}
    assert GITLAB["apply"]["variables"]["ALIBABA_CLOUD_ROLE_ARN"] == "$APPLY_ROLE_ARN"
    assert GITLAB[".image-shares"]["variables"]["ALIBABA_CLOUD_ROLE_ARN"] == "$REVIEW_ROLE_ARN"


PREFLIGHT = {"image-shares:preflight": "preview"}


@pytest.fixture
def reviewed(
    engine_environment: dict[str, str], project: StackProject, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[StackProject, Simulator]]:
    """A project whose previews read four services, run with a key of the owner that has the page's policy."""
    assert engine_environment
    with Simulator(accounts=(REVIEWER,)) as cloud:
        for name, value in cloud.environment.items():
            monkeypatch.setenv(name, value)
        images = [{"service": one["service"], "image_id": one["image_id"]} for one in SHARES.values()]
        cloud.put_state({"images": images, "behaviour": {"swas_calls_a_minute": "none"}})
        cloud.put_policies({REVIEWER.key: POLICY})
        project.write(SHARES, **PREFLIGHT)
        yield project, cloud


def without(missing: list[str]) -> dict[str, Any]:
    """The policy of the page without these actions."""
    left = [
        {**statement, "Action": [action for action in statement["Action"] if action not in missing]}
        for statement in POLICY["Statement"]
    ]
    return {**POLICY, "Statement": [statement for statement in left if statement["Action"]]}


def codes(cloud: Simulator) -> list[Any]:
    return [call["code"] for call in cloud.calls() if call["code"]]


@pytest.mark.engine
def test_policy_of_the_page_is_enough_for_a_review_and_for_no_write(reviewed):
    project, cloud = reviewed
    said = project.run("review")
    refused_to_read = codes(cloud)
    written = []
    for name, share in SHARES.items():
        # One by one: once one share has failed the engine begins no other.
        project.write({name: share}, **PREFLIGHT)
        written.append(project.run("up", "--yes").status)

    assert (said.status, refused_to_read) == (2, [])
    assert "not checked" not in said.output
    assert said.output.startswith("4 accounts gain access") or said.output.startswith(
        "1 account gains access"
    )
    assert written == [1] * len(SHARES)
    assert set(codes(cloud)) == {"Forbidden.RAM", "NoPermission"}
    assert not any(image["accounts"] for image in cloud.state()["images"])


@pytest.mark.engine
@pytest.mark.parametrize("missing", ONE_OF_EACH, ids=["first", "second"])
def test_action_that_the_policy_lacks_is_named_as_not_checked(reviewed, missing: list[str]):
    project, cloud = reviewed
    cloud.put_policies({REVIEWER.key: without(missing)})
    said = project.run("review")
    lines = [line for line in said.output.splitlines() if line.startswith("not checked: ")]

    assert said.status == 2
    for action in missing:
        product, _, name = action.partition(":")
        assert any(f" {OF_SERVICE[product]}:" in line and name in line for line in lines), (action, lines)
