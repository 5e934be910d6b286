"""`image-share doctor`: each thing that can be amiss is one line with its fix, and shows nothing secret."""

from __future__ import annotations

import json
import re
import sys
import time

import pytest

from alicloud_image_share.commands.installed_package import install_arguments
from alicloud_image_share.commands.ram_policies import needs_of, ram_policy
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_simulator import OWNER, Simulator
from tests.doctor.conftest import line
from tests.support.command_line import ImageShareCommand, StackProject

WEB = {"1234567890123456": "team web"}
ECS = ("doctor", "--service", "ecs")

pytestmark = pytest.mark.usefixtures("reachable")


def test_all_well(reachable: Simulator, image_share: ImageShareCommand):
    said = image_share("doctor")

    assert (said.status, said.errors) == (0, "")
    assert "FAIL" not in said.output
    assert line(said, "engine").startswith("ok  engine  pulumi 3.")
    assert line(said, "plugin launcher").startswith("ok  ")
    assert line(said, "python").startswith("ok  python  3.")
    assert line(said, "credentials") == (
        f"ok  credentials  found in ALICLOUD_ACCESS_KEY of the environment: they belong to account {OWNER.id}"
    )
    assert line(said, "clock") == "ok  clock  within the 900 s that the cloud accepts"
    for subject in ("sts", "ecs:cn-hangzhou", "eds:cn-hangzhou", "ens", "swas:cn-hangzhou"):
        assert line(said, f"endpoint {subject}") == f"ok  endpoint {subject}  {reachable.address} answers"
    assert line(said, "permission ens") == "ok  permission ens  ens:DescribeSelfImages is allowed"


def test_nothing_is_written(reachable: Simulator, image_share: ImageShareCommand):
    image_share("doctor")

    assert {call["action"] for call in reachable.calls()} - {""} == {
        "GetCallerIdentity",
        "DescribeImages",
        "DescribeSelfImages",
        "ListCustomImages",
        "ListSharedResources",
    }


def test_wrong_key_is_named_with_its_source(image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "wrong-key")
    said = image_share(*ECS)

    assert said.status == 1
    assert line(said, "credentials").startswith(
        "FAIL  credentials  found in ALICLOUD_ACCESS_KEY of the environment:"
        " The cloud said InvalidAccessKeyId.NotFound"
    )
    assert line(said, "credentials").endswith("the cloud knows no such key, or it is disabled")
    assert line(said, "endpoint ecs:cn-hangzhou").startswith("ok  ")
    assert line(said, "permission ecs:cn-hangzhou").endswith(
        "ecs:DescribeImages was not tried, because of the failure above"
    )


@pytest.mark.parametrize("words", ["plain", "quoting"])
def test_wrong_secret_is_named(
    reachable: Simulator, image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch, words: str
):
    reachable.put_state({"behaviour": {"signature_words": words}})
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "wrong-secret")
    said = image_share(*ECS)

    assert said.status == 1
    assert "SignatureDoesNotMatch" in line(said, "credentials")
    assert line(said, "credentials").endswith(
        "check alicloud:secretKey: it does not belong to the access key"
    )


@pytest.mark.parametrize(("ahead", "where"), [(3600, "behind"), (-3600, "ahead of")])
def test_clock_that_is_an_hour_off_is_reported_by_how_much(
    image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch, ahead: int, where: str
):
    with Simulator(clock=lambda: time.time() + ahead) as cloud:
        for name, value in cloud.environment.items():
            monkeypatch.setenv(name, value)
        said = image_share(*ECS)

    assert said.status == 1
    assert re.fullmatch(
        rf"FAIL  clock  this machine is 3,(59|60)\d s {where} the cloud, which accepts 900 s:"
        " set the clock of this machine, best by NTP",
        line(said, "clock"),
    )
    assert line(said, "endpoint sts").startswith("ok  ")
    assert "because of the failure above" in line(said, "permission ecs:cn-hangzhou")


def test_clock_that_is_some_minutes_off_is_noted(
    image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch
):
    with Simulator(clock=lambda: time.time() + 300) as cloud:
        for name, value in cloud.environment.items():
            monkeypatch.setenv(name, value)
        said = image_share(*ECS)

    assert said.status == 0
    assert line(said, "clock").startswith("note  clock  this machine is ")


def test_endpoint_that_cannot_be_reached_is_named(
    image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALIBABA_CLOUD_ENDPOINT_ECS", "127.0.0.1:9")
    said = image_share(*ECS)

    assert said.status == 1
    assert line(said, "endpoint ecs:cn-hangzhou").startswith(
        "FAIL  endpoint ecs:cn-hangzhou  127.0.0.1:9 gives no answer ("
    )
    assert line(said, "endpoint ecs:cn-hangzhou").endswith("the region, and alicloud:endpoints")
    assert line(said, "endpoint sts").startswith("ok  ")
    assert line(said, "permission ecs:cn-hangzhou").startswith("note  ")


def test_endpoint_that_may_not_be_called_is_named(
    image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALIBABA_CLOUD_ENDPOINT_ECS", "ecs.example.com")
    monkeypatch.setenv("ALIBABA_CLOUD_ENDPOINT_STS", "sts.example.com")
    said = image_share(*ECS)

    assert said.status == 1
    for subject in ("endpoint ecs:cn-hangzhou", "endpoint sts"):
        assert "HTTP is only allowed for a loopback host" in line(said, subject)


def test_missing_permission_is_named_by_its_action(reachable: Simulator, image_share: ImageShareCommand):
    swas = needs_of([ImageKey("swas", "cn-hangzhou", "*")])
    reachable.put_policies({OWNER.key: ram_policy(swas, read_only=True)})
    said = image_share("doctor")

    assert said.status == 1
    assert line(said, "permission ecs:cn-hangzhou") == (
        "FAIL  permission ecs:cn-hangzhou  ecs:DescribeImages is not allowed (Forbidden.RAM):"
        " grant it: `image-share policy` prints what is needed"
    )
    assert "ens:DescribeSelfImages is not allowed (NoPermission)" in line(said, "permission ens")
    assert line(said, "permission swas:cn-hangzhou").startswith("ok  ")


def test_missing_credentials_are_named(
    reachable: Simulator, image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("ALICLOUD_ACCESS_KEY")
    monkeypatch.delenv("ALICLOUD_SECRET_KEY")
    said = image_share("doctor")

    assert said.status == 1
    assert "no usable credentials were found" in line(said, "credentials")
    assert "image-share doctor" not in line(said, "credentials")
    assert line(said, "cloud").startswith("note  cloud  clock, endpoints and permissions were not tried")
    assert reachable.calls() == []


def test_missing_region_is_named(image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALICLOUD_REGION")
    said = image_share(*ECS)

    assert line(said, "endpoint ecs") == (
        "FAIL  endpoint ecs  no region is configured: configure alicloud:region or ALICLOUD_REGION"
    )


def test_malformed_configuration_is_named(image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALICLOUD_SECRET_KEY")
    said = image_share("doctor")

    assert said.status == 1
    assert "one is set without the other" in line(said, "configuration")
    assert ".:" not in line(said, "configuration")


def test_other_account_than_the_configured_one_is_named(project: StackProject):
    project.write({}, **{"alicloud:accountId": "1600000000000009"})
    said = project.run("doctor", "--service", "ens")

    assert said.status == 1
    assert f"they belong to account {OWNER.id}, and alicloud:accountId is" in line(said, "credentials")


def test_stack_names_services_regions_and_images(reachable: Simulator, project: StackProject):
    reachable.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    project.write(
        {
            "web": {"service": "ecs", "image_id": "m-1", "accounts": WEB},
            "gone": {"service": "ecs", "image_id": "m-2", "region_id": "cn-beijing", "accounts": WEB},
        },
        **{"alicloud:accessKey": OWNER.key, "alicloud:secretKey": OWNER.secret},
    )
    said = project.run("doctor")

    assert said.status == 0
    assert line(said, "credentials").startswith("ok  credentials  found in alicloud:accessKey of stack dev")
    permissions = [text.split("  ")[-1].strip() for text in said.output.splitlines() if "permission" in text]
    assert permissions[:2] == [
        "ecs:DescribeImages is allowed",
        "ecs:DescribeImageSharePermission is allowed, and shows no such image: check image_id, region_id and"
        " the credentials: the caller sees no such image",
    ]
    assert permissions[2:] == ["ecs:DescribeImages is allowed", "ecs:DescribeImageSharePermission is allowed"]


def test_stack_that_is_not_there_is_named(image_share: ImageShareCommand, project):
    said = image_share("doctor", "--stack", "prod", "--cwd", project.folder)

    assert said.status == 1
    assert line(said, "configuration").startswith("FAIL  configuration  There is no Pulumi.prod.yaml")


def test_environment_of_python_that_is_not_there_is_named_with_the_command_that_makes_it(
    project: StackProject,
):
    said = project.run("doctor", "--service", "ens")

    assert line(said, "python").startswith("note  python  Pulumi.yaml names the environment")
    assert "`pulumi install` makes it" in line(said, "python")


def test_environment_without_the_package_is_named_with_what_installs_it_from_where_it_came(
    project: StackProject,
):
    python = project.folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)

    said = project.run("doctor", "--service", "ens")

    assert line(said, "python").startswith("FAIL  python  the provider runs in")
    command = f"{python} -m pip install "
    assert command in line(said, "python")
    # An editable installation, as in this repository, came from its folder and not from an index.
    assert f"{command}{install_arguments()}" in line(said, "python")
    assert not install_arguments().startswith("alicloud-image-share")


@pytest.mark.parametrize("status", [0, 1])
def test_other_environment_than_that_of_the_command_is_said_to_serve_pulumi_alone(
    project: StackProject, status: int
):
    python = project.folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nexit {status}\n")
    python.chmod(0o755)

    found = line(project.run("doctor", "--service", "ens"), "python")

    assert f"the provider runs in {project.folder / '.venv'} with `pulumi up`" in found
    assert f"`image-share` runs it in {sys.prefix}" in found


def test_program_of_its_own_is_run_by_pulumi_alone(project: StackProject):
    python = project.folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    (project.folder / "__main__.py").write_text("import pulumi\n")

    found = line(project.run("doctor", "--service", "ens"), "python")

    assert "with `pulumi up`" in found
    assert "`image-share` runs it" not in found


def test_missing_engine_is_a_note_with_the_way_to_one(
    image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = image_share(*ECS, "--cwd", tmp_path)

    assert said.status == 0
    assert line(said, "engine").startswith("note  engine  there is none yet; the first run downloads it")


def test_missing_launcher_is_named(image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch, tmp_path):
    engine = tmp_path / "pulumi"
    engine.write_text("#!/bin/sh\necho v3.250.0\n")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    said = image_share(*ECS)

    assert said.status == 1
    assert line(said, "plugin launcher").startswith("FAIL  plugin launcher  pulumi-resource-pulumi-python is")


def test_json_holds_the_same(reachable: Simulator, image_share: ImageShareCommand):
    reachable.put_policies({OWNER.key: ram_policy([])})
    said = image_share(*ECS, "--format", "json")
    document = json.loads(said.output)

    assert (said.status, document["ok"]) == (1, False)
    assert document["checks"][-1] == {
        "subject": "permission ecs:cn-hangzhou",
        "level": "fail",
        "words": "ecs:DescribeImages is not allowed (Forbidden.RAM)",
        "fix": "grant it: `image-share policy` prints what is needed",
    }


def test_no_colour_where_there_is_no_terminal(reachable: Simulator, image_share: ImageShareCommand):
    reachable.put_policies({OWNER.key: ram_policy([])})

    said = image_share(*ECS)

    assert "FAIL  permission ecs:cn-hangzhou" in said.output
    assert "\x1b" not in said.output


def test_resource_sharing_that_may_not_be_read_is_a_note_with_both_ways_out(
    reachable: Simulator, image_share: ImageShareCommand
):
    assert line(image_share(*ECS), "resource sharing ecs:cn-hangzhou").endswith(
        "ListSharedResources is allowed"
    )
    allowed = {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}
    reachable.put_policies({OWNER.key: {"Version": "1", "Statement": [allowed]}})

    said = image_share(*ECS)

    assert said.status == 0
    assert "note  resource sharing ecs:cn-hangzhou  audit, who and export cannot read it" in said.output
    assert "image-shares:resourceSharing to false" in said.output


@pytest.mark.parametrize("name", ["aliyun", "alibabacloud", "image-share"])
def test_key_of_a_project_whose_name_is_nearly_a_namespace_is_the_projects_own(
    image_share: ImageShareCommand, new_project: StackProject, name: str
):
    (new_project.folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
    (new_project.folder / "__main__.py").write_text("print('a program of its own')\n")
    (new_project.folder / "Pulumi.dev.yaml").write_text(f"config:\n  {name}:region: x\n  {name}:timeout: 9\n")

    said = image_share(*ECS, "--cwd", new_project.folder, "--stack", "dev")

    assert said.status == 0, said.output
    assert "namespace" not in said.output
