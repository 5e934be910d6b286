"""`image-share stacks`: which stacks a project has, for people and for the matrix of a CI's jobs."""

from __future__ import annotations

import json

import pytest

from tests.support.stack_files import write_stack_file


@pytest.fixture
def folder(new_project):
    """A project with four stacks."""
    for stack in ("prod-a", "prod-b", "test"):
        write_stack_file(new_project.folder, {}, stack=stack)
    return new_project.folder


def test_stacks_without_a_pattern_lists_every_file(image_share, folder):
    said = image_share("stacks", "-C", folder)

    assert (said.status, said.output) == (0, "dev\nprod-a\nprod-b\ntest\n")


def test_stacks_as_json_is_one_line_for_a_matrix(image_share, folder):
    said = image_share("stacks", "prod-*", "--format", "json", "-C", folder)

    assert (said.status, said.output.count("\n"), said.document) == (0, 1, ["prod-a", "prod-b"])


def test_stacks_that_match_nothing_are_an_error_that_names_those_there_are(image_share, folder):
    said = image_share("stacks", "live-*", "--format", "json", "-C", folder)

    assert (said.status, said.output) == (1, "")
    assert "No stack matches live-*; known are dev, prod-a, prod-b, test." in said.errors


def test_stack_whose_file_cannot_be_read_is_listed_for_its_own_job_to_fail(image_share, folder):
    (folder / "Pulumi.bad.yaml").write_bytes(b"\xff")

    assert "bad" in json.loads(image_share("stacks", "--format", "json", "-C", folder).output)
