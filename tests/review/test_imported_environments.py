"""Environments of Pulumi Cloud that a stack file imports: named in a review, and approved along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.commands.main import main
from alicloud_image_share.commands.review import review_of_file
from alicloud_image_share.review.approval import read_approval, to_json
from alicloud_image_share.review.imported_environments import with_environments
from alicloud_image_share.review.model import Review

from .record import INPUTS

BEFORE = ["team/keys", "team/rules"]


def reviewed(imported: Any) -> Review:
    return with_environments(Review("dev"), imported)


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "json"])
def test_environments_that_the_stack_file_imports_are_named_in_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
):
    document = json.loads((INPUTS / "update.json").read_text())
    project = document["steps"][0]["urn"].split("::")[1]
    (tmp_path / "Pulumi.yaml").write_text(f"{{name: {project}, runtime: python}}")
    (tmp_path / "Pulumi.dev.yaml").write_text("environment: [team/keys, team/rules@stable]\nconfig: {}\n")

    main(["review", str(INPUTS / "update.json"), "--cwd", str(tmp_path), "--format", form])

    assert "team/keys, team/rules@stable" in capsys.readouterr().out


def test_review_of_a_stack_without_environments_or_without_a_file_says_nothing_of_them(tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("{name: images, runtime: python}")

    review = review_of_file(str(INPUTS / "update.json"), "dev", tmp_path)

    assert review == review_of_file(str(INPUTS / "update.json"), None, tmp_path / "none")


@pytest.mark.parametrize(
    "after",
    [
        ["team/keys"],
        ["team/keys", "other/rules"],
        ["team/rules", "team/keys"],
        ["team/keys", {"team/rules": {"merge": False}}],
        {"imports": BEFORE, "values": {"environmentVariables": {"ALICLOUD_REGION": "cn-shanghai"}}},
        None,
        [],
    ],
)
def test_approval_does_not_hold_with_other_environments(after):
    approval = read_approval(to_json(reviewed(BEFORE)))

    (line,) = approval.differences(reviewed(after))

    assert "environment: " in line
    assert approval.differences(reviewed(BEFORE)) == ()


def test_approval_without_environments_does_not_hold_with_one():
    assert read_approval(to_json(Review("dev"))).differences(reviewed("team/keys")) == (
        "not approved: environment: (not known) → team/keys",
    )


def test_values_that_a_stack_file_writes_out_for_an_environment_are_not_shown_and_approved_along():
    one, other = (
        reviewed({"values": {"environmentVariables": {"ALICLOUD_SECRET_KEY": f"CANARY-{number}"}}})
        for number in (1, 2)
    )

    assert "CANARY" not in to_json(one)
    assert read_approval(to_json(one)).differences(other) != ()
