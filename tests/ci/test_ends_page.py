"""The nightly jobs of docs/ends.md run the action and the component that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import yaml

from alicloud_image_share.commands.stack import up

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/ends.md").read_text(encoding="utf-8")
GITHUB, GITLAB = (
    next(
        block
        for block in map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
        if key in block
    )
    for key in ("jobs", "end-prod")
)
ACTION = yaml.safe_load((ROOT / "ci/github/action.yml").read_text())
_, COMPONENT = yaml.safe_load_all((ROOT / "ci/gitlab/image-shares.yml").read_text())


def test_job_of_the_page_gives_the_action_what_it_needs():
    (given,) = [step["with"] for step in GITHUB["jobs"]["end"]["steps"] if "/ci/github@" in step["uses"]]
    required = {name for name, described in ACTION["inputs"].items() if described.get("required")}

    assert required <= given.keys() <= ACTION["inputs"].keys()
    assert any(step.get("name") == given["command"] for step in ACTION["runs"]["steps"])


def test_both_jobs_take_off_what_has_ended_and_nothing_else():
    (step,) = [step for step in ACTION["runs"]["steps"] if step.get("name") == "end"]
    (script,) = GITLAB["end-prod"]["script"]
    words = shlex.split(step["run"].replace("$STACK", "prod"))

    assert words == shlex.split(script)
    context = up.make_context("up", words[2:])
    assert (context.params["stack"], context.params["only_ended"]) == ("prod", True)


def test_job_of_gitlab_extends_what_the_component_has():
    assert GITLAB["end-prod"]["extends"].replace("prod", "$[[ inputs.stack ]]") in COMPONENT
    assert (
        GITLAB["end-prod"]["variables"].keys()
        <= COMPONENT[".image-shares-$[[ inputs.stack ]]"]["variables"].keys()
    )
