"""What a stack configures is read from its files, and by the engine where it is encrypted."""

from __future__ import annotations

import json
import subprocess

import pytest

from alicloud_image_share.engine.stack_configuration import read_stack
from alicloud_image_share.stack_file.project import ProjectError, find_project
from alicloud_image_simulator import OWNER, Simulator
from tests.support.command_line import StackProject

WEB = "1234567890123456"
SHARES = {"web": {"service": "ecs", "image_id": "m-1", "accounts": {WEB: "team web"}}}


def test_files_give_text_as_a_program_gets_it(project: StackProject):
    project.write(SHARES, **{"alicloud:region": "cn-beijing", "image-shares:maxRemoved": 3})
    found = read_stack(find_project(project.folder), "dev")

    assert found.texts["image-shares:maxRemoved"] == "3"
    assert json.loads(found.texts["image-shares:shares"]) == SHARES
    assert found.settings({}).region == "cn-beijing"
    assert [share.notes for share in found.shares()] == [{WEB: "team web"}]


def test_project_with_a_program_of_its_own_names_no_shares(project: StackProject):
    (project.folder / "__main__.py").write_text("import pulumi\n")
    (project.folder / "Pulumi.dev.yaml").write_text("config:\n  alicloud:region: cn-beijing\n")

    assert read_stack(find_project(project.folder), "dev").shares() == ()


@pytest.mark.engine
def test_encrypted_values_are_read_by_the_engine_and_never_shown(
    project: StackProject, cloud: Simulator, engine_environment: dict[str, str]
):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "accounts": [WEB]}]})
    hosts = [dict.fromkeys(("ecs", "sts"), cloud.address)]
    project.write(
        SHARES,
        **{
            "alicloud:accessKey": OWNER.key,
            "alicloud:region": "cn-hangzhou",
            "alicloud:protocol": "HTTP",
            "alicloud:endpoints": hosts,
        },
    )
    subprocess.run(
        ["pulumi", "config", "set", "--secret", "alicloud:secretKey", "--stack", "dev", OWNER.secret],
        cwd=project.folder,
        env=engine_environment,
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert OWNER.secret not in (project.folder / "Pulumi.dev.yaml").read_text()
    said = project.run("doctor")
    policy = project.run("policy", "--read-only")

    assert (said.status, policy.status) == (0, 0)
    assert "ecs:DescribeImageSharePermission is allowed" in said.output
    assert OWNER.secret not in said.output + said.errors
    assert "image/m-1" in policy.output


@pytest.mark.engine
def test_values_that_the_engine_cannot_decrypt_are_an_error_with_its_words(
    project: StackProject, engine_environment: dict[str, str]
):
    assert engine_environment
    project.write(SHARES, **{"alicloud:secretKey": {"secure": "v1:x:y"}})

    with pytest.raises(ProjectError, match="the configuration of dev is encrypted, and the engine said: "):
        read_stack(find_project(project.folder), "dev")
