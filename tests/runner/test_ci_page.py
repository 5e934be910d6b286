"""The jobs of docs/ci.md do what they say, and its policy is enough for a review and for no write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from alicloud_image_simulator import OWNER, Account, Simulator
from tests.support.command_line import StackProject

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "ci/github/action.yml").read_text(encoding="utf-8"))
COMPONENT, _ = yaml.safe_load_all((ROOT / "ci/gitlab/image-shares.yml").read_text(encoding="utf-8"))
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


def steps(job: str) -> dict[str, str]:
    """What a job of the page gives the action."""
    (given,) = [step["with"] for step in GITHUB["jobs"][job]["steps"] if "/ci/github@" in step["uses"]]
    return given


@pytest.mark.parametrize("job", ["review", "apply", "drift"])
def test_job_gives_the_action_what_it_needs_and_nothing_that_it_does_not_have(job: str):
    inputs = ACTION["inputs"]
    required = {name for name, described in inputs.items() if described.get("required")}

    assert required <= steps(job).keys() <= inputs.keys()
    assert steps(job)["command"] == job


def test_pipeline_gives_the_component_what_it_needs_and_nothing_that_it_does_not_have():
    (included,) = GITLAB["include"]
    inputs = COMPONENT["spec"]["inputs"]

    assert (ROOT / included["file"].lstrip("/")).is_file()
    assert {name for name, input_ in inputs.items() if "default" not in input_} == included["inputs"].keys()


def test_jobs_hold_no_key_of_the_cloud_and_ask_for_an_identity():
    assert not re.search(r"ACCESS_KEY|SECRET_KEY", PAGE)
    assert {job["permissions"]["id-token"] for job in GITHUB["jobs"].values()} == {"write"}


def test_only_the_job_that_applies_has_the_role_that_writes():
    roles = {name: steps(name)["role-arn"] for name in GITHUB["jobs"]}

    assert {name for name, role in roles.items() if "APPLY" in role} == {"apply"}


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
