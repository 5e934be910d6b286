"""No run loses what a person wrote in a stack file: the engine's salt is put beside it.

tests/stack_file/test_salt_beside_text.py has the texts that leave little room for it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from alicloud_image_simulator import Simulator
from tests.support.cloud_state import put_images
from tests.support.command_line import StackProject
from tests.support.stack_files import PERSON

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("owner")]


def test_first_run_adds_the_salt_and_keeps_the_text(new_project: StackProject):
    text = PERSON.replace("\n", "\r\n")
    file = new_project.folder / "Pulumi.dev.yaml"
    file.write_bytes(text.encode())

    assert new_project.run("preview").status == 0
    assert new_project.run("up", "--yes").status == 0

    written = file.read_bytes().decode()
    assert written.startswith(text)
    assert written.removeprefix(text).strip().startswith("encryptionsalt: v1:")
    assert list(yaml.safe_load(written)) == ["config", "encryptionsalt"]


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


def test_run_whose_file_lost_the_salt_reads_a_time_as_it_was_written(
    new_project: StackProject, cloud: Simulator
):
    put_images(cloud, "m-1")
    until = "2099-03-31T18:00:00+08:00"
    share = f'{{service: ecs, image_id: m-1, accounts: {{"1550809237710009": {{until: {until}}}}}}}'
    text = f"config: # ours\n  image-shares:shares:\n    golden: {share}\n"
    file = new_project.folder / "Pulumi.dev.yaml"
    file.write_text(text)
    new_project.run("up", "--yes")
    file.write_text(text)

    said = new_project.run("preview")

    assert (said.status, said.errors) == (0, "")
    assert file.read_text().startswith(text)


def test_run_that_fails_keeps_the_text(new_project: StackProject):
    file: Path = new_project.folder / "Pulumi.dev.yaml"
    text = PERSON.replace("shares: {}", "shares: {golden: {service: none}}")
    file.write_text(text)

    assert new_project.run("preview").status == 1

    assert file.read_text().startswith(text)
