"""No run loses what a person wrote in a stack file: the engine's salt is put beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.support.command_line import StackProject

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("owner")]

PERSON = """\
# Who may use the images of the web team.
config:
  image-shares:groups:
    zebra: &web {"1234567890123456": team web}   # the same people twice
    apes: *web
  image-shares:shares: {}
  # image-shares:preflight: preview
  alicloud:region: cn-hangzhou"""


@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end\n"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_first_run_adds_the_salt_and_keeps_the_text(new_project: StackProject, end: str, line: str):
    text = (PERSON + end).replace("\n", line)
    file = new_project.folder / "Pulumi.dev.yaml"
    file.write_bytes(text.encode())

    assert new_project.run("preview").status == 0
    assert new_project.run("up", "--yes").status == 0

    written = file.read_bytes().decode()
    assert written.startswith(text)
    assert written.removeprefix(text).strip().startswith("encryptionsalt: v1:")
    assert list(yaml.safe_load(written)) == ["config", "encryptionsalt"]


SHARES = 'config: {"alicloud:region": cn-hangzhou, "image-shares:shares": {}}'


@pytest.mark.parametrize(
    "text",
    [
        f"---\n# first\n{SHARES}\n...\n",
        f"{SHARES}\n... # the end\n# really\n",
        f"  # in the middle\n  {SHARES}\n",
        "config:\n  image-shares:shares: {}\n  images:notes: |\n    no end of a line",
        f"\N{BYTE ORDER MARK}{SHARES}\n...\n",
    ],
    ids=[
        "end of document",
        "comment after the end",
        "indented",
        "last value without an end",
        "byte order mark",
    ],
)
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_first_run_adds_the_salt_where_the_text_has_a_place_for_it(
    new_project: StackProject, text: str, line: str
):
    before = text.replace("\n", line)
    file = new_project.folder / "Pulumi.dev.yaml"
    file.write_bytes(before.encode())

    assert new_project.run("up", "--yes").status == 0

    after = file.read_bytes().decode()
    (salt,) = (
        row.lstrip("\N{BYTE ORDER MARK}")
        for row in after.splitlines(keepends=True)
        if "encryptionsalt" in row
    )
    assert after.replace(salt, "") == before
    assert yaml.safe_load(after).pop("encryptionsalt").startswith("v1:")


def test_first_run_adds_the_salt_to_a_file_of_one_line(new_project: StackProject):
    before = {"config": {"image-shares:shares": {}, "alicloud:region": "cn-hangzhou"}}
    file = new_project.folder / "Pulumi.dev.yaml"
    file.write_text(json.dumps(before))

    assert new_project.run("up", "--yes").status == 0

    after = yaml.safe_load(file.read_text())
    assert after.pop("encryptionsalt").startswith("v1:")
    assert after == before


def test_run_whose_file_lost_the_salt_puts_it_back_and_keeps_the_text(new_project: StackProject):
    file = new_project.folder / "Pulumi.dev.yaml"
    file.write_text(PERSON)
    new_project.run("up", "--yes")
    file.write_text(PERSON)

    assert new_project.run("up", "--yes").status == 0

    assert file.read_text().startswith(PERSON)


def test_run_that_fails_keeps_the_text(new_project: StackProject):
    file: Path = new_project.folder / "Pulumi.dev.yaml"
    text = PERSON.replace("shares: {}", "shares: {golden: {service: none}}")
    file.write_text(text)

    assert new_project.run("preview").status == 1

    assert file.read_text().startswith(text)
