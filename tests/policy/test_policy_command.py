"""`image-share policy`: what is asked for becomes a policy, and nothing else is printed with it."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import ImageShareCommand, StackProject

WEB = {"1234567890123456": "team web"}
SHARES = {
    "web": {"service": "ecs", "image_id": "m-web", "accounts": WEB},
    "base": {"service": "ecs", "images": {"cn-beijing": "m-1", "cn-shanghai": "m-2"}, "accounts": WEB},
    "simple": {"service": "swas", "image_id": "m-swas", "accounts": WEB},
}


def resources(output: str) -> list[list[str]]:
    return [statement["Resource"] for statement in json.loads(output)["Statement"]]


def test_plain_image_belongs_to_the_one_service(image_share: ImageShareCommand):
    said = image_share("policy", "--service", "ecs", "--region", "cn-hangzhou", "--image", "m-1")

    assert (said.status, said.errors) == (0, "")
    assert resources(said.output) == [["acs:ecs:cn-hangzhou:*:image/m-1"]]


def test_resource_id_names_its_service(image_share: ImageShareCommand):
    said = image_share("policy", "--image", "swas:cn-hangzhou:m-1", "--image", "ens:m-2")

    assert resources(said.output) == [
        ["acs:ens::*:image/m-2"],
        ["*"],
        ["acs:swas-open:cn-hangzhou:*:customimage/m-1"],
    ]


def test_service_that_takes_no_resource_is_named_beside_the_policy(image_share: ImageShareCommand):
    said = image_share("policy", "--image", "eds:cn-hangzhou:m-1")

    assert resources(said.output) == [["*"]]
    assert said.errors == "eds: RAM cannot hold every action of it to single images\n"


def test_stack_names_services_regions_and_images(project: StackProject):
    project.write(SHARES, **{"alicloud:region": "cn-hangzhou"})
    said = project.run("policy", "--read-only")

    assert said.status == 0
    assert "ModifyImage" not in said.output
    assert resources(said.output) == [
        [
            "acs:ecs:cn-beijing:*:image/m-1",
            "acs:ecs:cn-hangzhou:*:image/m-web",
            "acs:ecs:cn-shanghai:*:image/m-2",
        ],
        ["acs:swas-open:cn-hangzhou:*:customimage/m-swas"],
    ]


def test_region_of_the_environment_holds_for_a_stack(project: StackProject, monkeypatch: pytest.MonkeyPatch):
    project.write({"web": SHARES["web"]})
    monkeypatch.setenv("ALICLOUD_REGION", "cn-beijing")

    assert resources(project.run("policy").output) == [["acs:ecs:cn-beijing:*:image/m-web"]]


def test_switch_to_ecs_is_allowed_where_the_stack_sets_it(project: StackProject):
    project.write({"simple": SHARES["simple"]})
    without = project.run("policy").output
    project.write({"simple": {**SHARES["simple"], "share_to_ecs": True}})
    with_switch = project.run("policy").output

    assert "ModifyImageShareStatus" not in without
    assert "ModifyImageShareStatus" in with_switch


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "give --service, --image or --stack"),
        (["--image", "m-1"], "names no service"),
        (["--service", "all", "--image", "m-1"], "names no service"),
        (["--image", "ecs:m-1"], "is not written like ecs:cn-hangzhou:m-…"),
        (["--image", "ens:cn-hangzhou:m-1"], "is not written like ens:m-…"),
        (["--image", "vpc:cn-hangzhou:m-1"], "the service must be one of ecs, eds, ens, swas"),
        (["--service", "ecs", "--image", "m-*"], "is not an image id"),
        (["--stack", "dev", "--service", "ecs"], "--stack names services"),
        (["--service", "vpc"], "Invalid value"),
    ],
)
def test_usage_error_is_said_and_nothing_printed(
    image_share: ImageShareCommand, arguments: list[str], complaint: str
):
    said = image_share("policy", *arguments)

    assert (said.status, said.output) == (1, "")
    assert complaint in said.errors


def test_stack_that_rotates_needs_all_images_of_the_service(project: StackProject):
    rotating = {"service": "ecs", "family": "golden", "keep": 3, "accounts": WEB}
    project.write({"web": SHARES["web"], "golden": rotating}, **{"alicloud:region": "cn-hangzhou"})

    assert resources(project.run("policy").output) == [["acs:ecs:*:*:image/*"]]


def test_stack_without_shares_is_an_error(project: StackProject):
    project.write({})

    assert "names no shares" in project.run("policy").errors


def test_stack_that_is_not_there_is_an_error(image_share: ImageShareCommand, project: StackProject):
    said = image_share("policy", "--stack", "prod", "--cwd", project.folder)

    assert said.status == 1
    assert said.errors == "error: There is no Pulumi.prod.yaml; the stacks with a file: dev.\n"


def test_stack_with_problems_is_refused_with_their_places(project: StackProject):
    project.write({"web": {**SHARES["web"], "accounts": {"12": ""}}})

    assert "Pulumi.dev.yaml, image-shares:shares.web.accounts.12: " in project.run("policy").errors


LISTS = {"Effect": "Allow", "Action": ["resourcemanager:ListAccountsForParent"], "Resource": ["*"]}
DIRECTORY_ROLE = "acs:ram::1600000000000009:role/directory"


def test_stack_with_a_group_of_a_folder_may_list_it(project: StackProject):
    shares = {"web": {"service": "ecs", "image_id": "m-web", "groups": ["teams"]}}
    project.write(shares, {"teams": {"folder": "fd-1"}}, **{"alicloud:region": "cn-hangzhou"})

    assert LISTS in json.loads(project.run("policy", "--read-only").output)["Statement"]


def test_role_that_lists_a_folder_gets_that_alone(project: StackProject):
    shares = {"web": {"service": "ecs", "image_id": "m-web", "groups": ["teams"]}}
    groups = {"teams": {"folder": "fd-1", "role_arn": DIRECTORY_ROLE}}
    project.write(shares, groups, **{"alicloud:region": "cn-hangzhou"})

    said = project.run("policy", "--caller", "1600000000000001")

    document = json.loads(said.output)
    assert document["roles"][DIRECTORY_ROLE]["policy"]["Statement"] == [LISTS]
    assert LISTS not in document["caller"]["Statement"]


@pytest.mark.parametrize("reads", [True, False, None])
def test_stack_whose_previews_read_resource_sharing_may_do_so(project: StackProject, reads: bool | None):
    setting = {} if reads is None else {"image-shares:resourceSharing": reads}
    project.write(SHARES, **{"alicloud:region": "cn-hangzhou"}, **setting)

    assert ("resourcesharing:ListSharedResources" in project.run("policy").output) is bool(reads)
