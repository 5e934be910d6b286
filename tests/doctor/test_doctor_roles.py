"""`image-share doctor` with roles: each is assumed, and looked at in place of the caller."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.cloud.other_services import STS
from alicloud_image_simulator import OTHER, OWNER, Simulator
from tests.doctor.conftest import line
from tests.support.command_line import ImageShareCommand, Said, StackProject

WEB = {"1234567890123456": "team web"}
ROLE = f"acs:ram::{OTHER.id}:role/images"
SECOND = f"acs:ram::{OTHER.id}:role/second"
ECS = ("doctor", "--service", "ecs", "--role-arn", ROLE)
OWN = {"service": "ecs", "image_id": "m-1", "accounts": WEB}
OTHERS = {"service": "ecs", "image_id": "m-2", "accounts": WEB, "role_arn": ROLE}
NOTHING = {"Version": "1", "Statement": []}

pytestmark = pytest.mark.usefixtures("reachable")


def subjects(said: Said, beginning: str) -> list[str]:
    """Give the subjects that begin so, each once, in their order."""
    found = (text[6:].split("  ")[0] for text in said.output.splitlines())
    return list(dict.fromkeys(subject for subject in found if subject.startswith(beginning)))


def called(cloud: Simulator) -> list[tuple[object, object]]:
    """Give action and account of every call."""
    return [(call["action"], call["account"]) for call in cloud.calls() if call["action"]]


def test_role_is_assumed_and_looked_at_in_place_of_the_caller(
    reachable: Simulator, image_share: ImageShareCommand
):
    said = image_share(*ECS)

    assert (said.status, said.errors) == (0, "")
    assert line(said, "credentials").endswith(f"they belong to account {OWNER.id}")
    assert line(said, f"role {ROLE}") == (
        f"ok  role {ROLE}  it can be assumed, and belongs to account {OTHER.id}"
    )
    assert line(said, f"permission ecs:cn-hangzhou as {ROLE}").endswith("  ecs:DescribeImages is allowed")
    assert subjects(said, "permission") == [f"permission ecs:cn-hangzhou as {ROLE}"]
    assert sorted(called(reachable)) == [
        ("AssumeRole", OWNER.id),
        ("DescribeImages", OTHER.id),
        ("GetCallerIdentity", OWNER.id),
        ("GetCallerIdentity", OTHER.id),
        ("ListSharedResources", OTHER.id),
    ]


def test_endpoint_that_several_call_is_said_once(image_share: ImageShareCommand):
    said = image_share(*ECS, "--role-arn", SECOND)

    assert subjects(said, "role") == [f"role {ROLE}", f"role {SECOND}"]
    assert line(said, "endpoint ecs:cn-hangzhou").startswith("ok  ")


def test_role_that_is_given_twice_is_looked_at_once(reachable: Simulator, image_share: ImageShareCommand):
    said = image_share(*ECS, "--role-arn", ROLE)

    assert line(said, f"role {ROLE}").startswith("ok  ")
    assert called(reachable).count(("AssumeRole", OWNER.id)) == 1


def test_printed_policies_are_all_that_the_doctor_needs(reachable: Simulator, image_share: ImageShareCommand):
    printed = json.loads(image_share("policy", *ECS[1:], "--caller", OWNER.id, "--read-only").output)
    reachable.put_policies({OWNER.key: printed["caller"]})
    reachable.put_roles(printed["roles"])

    said = image_share(*ECS)

    assert said.status == 0
    assert line(said, f"role {ROLE}").startswith("ok  ")


@pytest.mark.parametrize("lacks", ["trust", "permission"])
def test_role_that_may_not_be_assumed_is_named_with_the_fix(
    reachable: Simulator, image_share: ImageShareCommand, lacks: str
):
    reachable.put_policies({OWNER.key: NOTHING} if lacks == "permission" else {})
    reachable.put_roles({ROLE: {"trust": NOTHING}} if lacks == "trust" else {})
    said = image_share(*ECS)

    assert said.status == 1
    assert line(said, f"role {ROLE}").startswith(
        f"FAIL  role {ROLE}  it can't be assumed, and its permissions were not tried"
        " (The cloud said NoPermission (403, request "
    )
    assert line(said, f"role {ROLE}").endswith(
        "): let it trust the caller, and grant the caller sts:AssumeRole on it: `image-share policy` prints"
        " both"
    )
    assert line(said, "credentials").startswith("ok  ")
    assert subjects(said, "permission") == []


def test_role_that_is_not_there_is_named(image_share: ImageShareCommand):
    said = image_share("doctor", "--service", "ecs", "--role-arn", "acs:ram::1999999999999999:role/images")

    assert said.status == 1
    assert line(said, "role acs:ram::1999999999999999:role/images").endswith(
        "): correct the name of the role: its account has no role of that name"
    )


def test_role_without_a_permission_is_named_beside_it(reachable: Simulator, image_share: ImageShareCommand):
    reachable.put_roles({ROLE: {"policy": NOTHING}})
    said = image_share(*ECS, "--role-arn", SECOND)

    assert said.status == 1
    assert line(said, f"permission ecs:cn-hangzhou as {ROLE}") == (
        f"FAIL  permission ecs:cn-hangzhou as {ROLE}  ecs:DescribeImages is not allowed (Forbidden.RAM):"
        " grant it: `image-share policy` prints what is needed"
    )
    assert line(said, f"permission ecs:cn-hangzhou as {SECOND}").startswith("ok  ")


def test_role_is_not_blamed_for_the_credentials_of_the_caller(
    image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "wrong-secret")
    said = image_share(*ECS)

    assert line(said, "credentials").startswith("FAIL  ")
    assert line(said, f"role {ROLE}") == f"note  role {ROLE}  not tried, because of the failure above"


def test_role_is_not_blamed_for_an_endpoint(image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALIBABA_CLOUD_ENDPOINT_STS", STS.endpoint)
    said = image_share(*ECS)

    assert "HTTP is only allowed for a loopback host" in line(said, "endpoint sts")
    assert line(said, f"role {ROLE}") == f"note  role {ROLE}  not tried, because of the failure above"


def test_malformed_role_is_a_usage_error(reachable: Simulator, image_share: ImageShareCommand):
    said = image_share("doctor", "--role-arn", "images")

    assert (said.status, said.output) == (1, "")
    assert "'images' is not the name of a role, acs:ram::<account>:role/<name>" in said.errors
    assert reachable.calls() == []


# -- the roles of a stack ----------------------------------------------------------------------------------


def test_roles_of_a_stack_are_looked_at_with_their_own_images(reachable: Simulator, project: StackProject):
    images = [{"image_id": "m-1"}, {"image_id": "m-2", "owner_id": OTHER.id}]
    reachable.put_state({"images": [{"service": "ecs", **image} for image in images]})
    rotating = {"service": "eds", "name": "win-*", "keep": 2, "accounts": WEB, "role_arn": SECOND}
    project.write({"own": OWN, "others": OTHERS, "rotating": rotating})
    said = project.run("doctor")

    assert said.status == 0
    assert "shows no such image" not in said.output
    assert subjects(said, "permission") == [
        "permission ecs:cn-hangzhou",
        f"permission ecs:cn-hangzhou as {ROLE}",
        f"permission eds:cn-hangzhou as {SECOND}",
    ]
    assert called(reachable).count(("DescribeImageSharePermission", OWNER.id)) == 1
    assert called(reachable).count(("DescribeImageSharePermission", OTHER.id)) == 1


def test_caller_of_a_stack_whose_shares_all_name_roles_needs_no_more_than_those(
    reachable: Simulator, project: StackProject
):
    reachable.put_state({"images": [{"service": "ecs", "image_id": "m-2", "owner_id": OTHER.id}]})
    project.write({"others": OTHERS}, **{"alicloud:accountId": OWNER.id})
    printed = json.loads(project.run("policy", "--read-only").output)
    reachable.put_policies({OWNER.key: printed["caller"]})
    reachable.put_roles(printed["roles"])
    said = project.run("doctor")

    assert said.status == 0
    assert subjects(said, "permission") == [f"permission ecs:cn-hangzhou as {ROLE}"]


def test_role_beside_those_of_a_stack_is_looked_at_with_its_services(project: StackProject):
    project.write({"own": OWN})
    said = project.run("doctor", "--role-arn", SECOND)

    assert subjects(said, "permission") == [
        "permission ecs:cn-hangzhou",
        f"permission ecs:cn-hangzhou as {SECOND}",
    ]


def test_service_that_is_asked_for_is_looked_at_by_those_who_use_it(project: StackProject):
    project.write({"own": OWN, "others": {**OTHERS, "service": "swas"}})

    swas = project.run("doctor", "--service", "swas")
    ens = project.run("doctor", "--service", "ens")

    assert subjects(swas, "permission") == [f"permission swas:cn-hangzhou as {ROLE}"]
    assert subjects(ens, "permission") == ["permission ens", f"permission ens as {ROLE}"]


def test_json_names_the_role(reachable: Simulator, image_share: ImageShareCommand):
    reachable.put_roles({ROLE: {"policy": NOTHING}})
    said = image_share(*ECS, "--format", "json")
    document = json.loads(said.output)
    role, _, permission = document["checks"][-3:]

    assert (said.status, document["ok"]) == (1, False)
    assert (role["subject"], role["level"]) == (f"role {ROLE}", "ok")
    assert (permission["subject"], permission["level"]) == (f"permission ecs:cn-hangzhou as {ROLE}", "fail")
