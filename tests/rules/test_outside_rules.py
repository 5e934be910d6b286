"""Rules from outside of a project hold besides those of its stack file, and the stricter one counts."""

from __future__ import annotations

import json
import os

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.outside_rules import VARIABLE, outside_files, read_outside_rules
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.errors import PreconditionFailed
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.review.model import Account, ImageReview, Level, Review, Standing
from alicloud_image_share.review.risks import rules_on_losses, with_broken_rules
from tests.contract.stage import Stage, accounts

A, B, C = accounts(3)
IMAGE = "ecs:cn-hangzhou:m-1"


@pytest.fixture
def files(tmp_path):
    """Write files of rules and give the environment that names them."""

    def write(*documents: object) -> dict[str, str]:
        paths = []
        for number, document in enumerate(documents):
            path = tmp_path / f"rules-{number}.json"
            path.write_text(document if isinstance(document, str) else json.dumps(document))
            paths.append(str(path))
        return {VARIABLE: os.pathsep.join(paths)}

    return write


def limited(stage: Stage, environment: dict[str, str], **inside: object) -> Run:
    """Start a provider process with rules of the stack and rules from outside."""
    run = stage.run(**inside)
    outside = read_outside_rules(environment)
    run.settings = type(run.settings)(**{**vars(run.settings), "outside_rules": outside.rules})
    return run


@pytest.mark.parametrize(
    ("outside", "inside", "rule"),
    [
        ({"deniedAccounts": [B]}, {}, "deniedAccounts"),
        ({"image-shares:deniedAccounts": [B]}, {"deniedAccounts": [C]}, "deniedAccounts"),
        ({"allowedAccounts": [A]}, {"allowedAccounts": [A, B]}, "allowedAccounts"),
        ({"allowedAccounts": [A, B]}, {"allowedAccounts": [A]}, "allowedAccounts"),
    ],
)
def test_account_that_one_of_them_refuses_is_refused(files, stage, outside, inside, rule):
    run = limited(stage, files(outside), **inside)
    failures = Preview(run).check({}, stage.inputs([A, B])).failures

    assert [rule in failure for failure in failures] == [True]


def test_exemption_of_the_stack_file_is_none_from_outside_rules(files, stage):
    deployment = stage.deployment()
    deployment.up([A])
    image = str(Lifecycle(stage.run()).read(deployment.outputs).share.image)
    run = limited(stage, files({"neverLose": [A]}), allowRemoval=[image])

    with pytest.raises(PreconditionFailed, match="comes from outside of the project"):
        Lifecycle(run).delete(deployment.outputs)
    assert stage.live() == {A}


def test_rules_of_several_files_hold_together(files, stage):
    run = limited(stage, files({"deniedAccounts": [A]}, {"deniedAccounts": [B]}))
    failures = Preview(run).check({}, stage.inputs([A, B])).failures

    assert len(failures) == 2


def settings(environment: dict[str, str], **inside: object):
    values = {f"image-shares:{key}": json.dumps(value) for key, value in inside.items()}
    return read_settings(values.get, environment, services.names())


@pytest.mark.parametrize(
    ("outside", "inside", "limit"), [(20, None, 20), (500, None, 50), (500, 100, 100), (60, 100, 60)]
)
def test_quota_is_the_lowest_that_is_configured_and_never_raised_from_outside(files, outside, inside, limit):
    present = {} if inside is None else {"accountsPerImage": {"ecs": inside}}
    found = settings(files({"accountsPerImage": {"ecs": outside}}), **present)

    assert found.limits("ecs", services.service("ecs").LIMITS).accounts_per_image == limit


def test_calls_a_minute_and_preflight_are_the_stricter_ones(files):
    found = settings(
        files({"callsPerMinute": {"swas": 5}, "preflight": "preview"}), callsPerMinute={"swas": 9}
    )

    assert dict(found.calls_per_minute) == {"swas": 5}
    assert found.preflight_in_preview
    assert found.problems == ()


@pytest.mark.parametrize(
    "text", ["", "[]", "neverLose: [1]", '{"neverLose": 1}', '{"neverLoose": []}', "[" * 5000]
)
def test_file_that_is_no_rules_is_a_problem_that_check_reports(files, text):
    found = settings(files(text))

    assert found.problems != ()
    assert all("Traceback" not in problem for problem in found.problems)


def test_rule_that_a_file_has_with_and_without_its_prefix_is_a_problem(files):
    (problem,) = read_outside_rules(files({"maxRemoved": 0, "image-shares:maxRemoved": 9})).problems

    assert problem.endswith("a rule is in it twice, with image-shares: before it and without.")


def test_file_that_is_not_there_is_a_problem():
    assert "cannot be read" in settings({VARIABLE: "/nowhere/rules.json"}).problems[0]


def test_mistyped_rule_is_answered_with_the_one_that_was_meant(files):
    (problem,) = settings(files({"neverLoose": []})).problems

    assert "did you mean neverLose" in problem.replace("Did", "did")


def test_option_adds_to_the_variable_and_paths_are_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = outside_files({VARIABLE: "a.json"}, tmp_path / "b.json")

    assert found == {VARIABLE: os.pathsep.join([str(tmp_path / "a.json"), str(tmp_path / "b.json")])}
    assert outside_files({}, None) == {}


def test_review_holds_the_losses_of_a_share_that_left_to_outside_rules(files):
    outside = read_outside_rules(files({"neverLose": [A]}))
    image = ImageReview(IMAGE, accounts={Standing.LOSES: (Account(A),)})
    (risk,) = with_broken_rules(
        Review("dev", (image,)), {"image-shares:allowRemoval": [IMAGE]}, outside
    ).risks

    assert risk.level is Level.RULE
    assert rules_on_losses({}, outside)
    assert not rules_on_losses({}, read_outside_rules(files({"deniedAccounts": [A]})))


def test_file_of_rules_that_is_not_there_is_named_once_and_without_a_number(tmp_path):
    file = tmp_path / "rules.json"

    (problem,) = read_outside_rules({"IMAGE_SHARES_RULES": str(file)}).problems

    assert problem == (
        f"IMAGE_SHARES_RULES: {file} cannot be read as rules in JSON: No such file or directory."
    )
