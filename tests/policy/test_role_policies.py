"""What `image-share policy` prints where roles are assumed is enough for a run, and all of it is needed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest

from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_simulator import OTHER, OWNER
from tests.owners.conftest import A, B, Properties, World, keys, role, share, world
from tests.support.command_line import ImageShareCommand, StackProject

__all__ = ["world"]  # a fixture

Documents = dict[str, Any]
DENIED = ("Forbidden.RAM", "NoPermission")
ROOT = f"acs:ram::{OWNER.id}:root"
MIDDLE = role(OTHER, "middle")
TWO_OWNERS = {"mine": share(OWNER, A), "theirs": share(OTHER, A, role_arn=role(OTHER))}


@dataclass
class Stack:
    """A stack, and a run of its shares with the policies that are printed for it."""

    world: World
    project: StackProject
    shares: dict[str, Properties]
    settings: Properties
    """As they stand under `alicloud:`."""

    def printed(self, *options: str) -> Documents:
        """Give what is printed for the file of the stack."""
        settings = {f"alicloud:{key}": value for key, value in self.settings.items()}
        self.project.write(self.shares, **settings)
        said = self.project.run("policy", *options)
        assert (said.status, said.errors) == (0, "")
        return json.loads(said.output)

    def refused(self, documents: Documents) -> set[str]:
        """Create, update, refresh and destroy each share under the policies; give the actions refused."""
        self.world.cloud.clear_calls()
        self.world.cloud.put_policies({OWNER.key: documents["caller"]})
        self.world.cloud.put_roles(documents["roles"])
        for inputs in self.shares.values():
            self._live(inputs)
        return {str(call["action"]) for call in self.world.cloud.calls() if call["code"] in DENIED}

    def _live(self, inputs: Properties) -> None:
        try:
            outputs = state.outputs_of(Lifecycle(self._run()).create(inputs))
            outputs = state.outputs_of(
                Lifecycle(self._run()).update(outputs, {**inputs, "accounts": {B: ""}})
            )
            Lifecycle(self._run()).read(outputs)
            Lifecycle(self._run()).delete(outputs)
        except ShareError:
            assert any(call["code"] for call in self.world.cloud.calls())

    def _run(self) -> Run:
        return self.world.run(**keys(), **self.settings)


@pytest.fixture
def two_owners(world: World, project: StackProject) -> Stack:
    """A share of the caller's own, and one of another account by a role."""
    return Stack(world, project, TWO_OWNERS, {"accountId": OWNER.id, "region": "cn-hangzhou"})


@pytest.fixture
def on_top(world: World, project: StackProject) -> Stack:
    """A configured role, which asks for an external id, with a share of its own, and a role on top of it."""
    shares = {"theirs": share(OTHER, A), "back": share(OWNER, A, role_arn=role(OWNER))}
    return Stack(world, project, shares, {"assumeRole": {"roleArn": MIDDLE, "externalId": "web-7"}})


def less(documents: Documents) -> Iterator[tuple[str, Documents]]:
    """Give the documents without each of the actions in turn, with the action."""
    policies = [documents["caller"], *(each["policy"] for each in documents["roles"].values())]
    for number, policy in enumerate(policies):
        for position, statement in enumerate(policy["Statement"]):
            for action in statement["Action"]:
                left = deepcopy(documents)
                cut = [left["caller"], *(each["policy"] for each in left["roles"].values())][number]
                cut["Statement"][position]["Action"].remove(action)
                yield action.split(":")[1], left


def test_documents_of_two_owners_divide_what_is_done(two_owners: Stack):
    documents = two_owners.printed()

    own, assumes = documents["caller"]["Statement"]
    assert own["Resource"] == [f"acs:ecs:cn-hangzhou:*:image/m-{OWNER.id}"]
    assert assumes == {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": [role(OTHER)]}
    (of_role,) = documents["roles"][role(OTHER)]["policy"]["Statement"]
    assert of_role == {**own, "Resource": [f"acs:ecs:cn-hangzhou:*:image/m-{OTHER.id}"]}
    assert documents["roles"][role(OTHER)]["trust"] == {
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [ROOT]}}],
    }


def test_run_of_two_owners_passes_under_the_documents(two_owners: Stack):
    assert two_owners.refused(two_owners.printed()) == set()
    assert two_owners.world.live(OWNER) == two_owners.world.live(OTHER) == set()
    assert ("ModifyImageSharePermission", OTHER.id) in two_owners.world.actions()


def test_run_of_two_owners_is_refused_exactly_what_the_documents_lack(two_owners: Stack):
    documents = two_owners.printed()
    found = [(missing, two_owners.refused(left)) for missing, left in less(documents)]

    assert len(found) == 7
    assert found == [(missing, {missing}) for missing, _ in found]


def test_role_that_trusts_another_account_is_not_assumed(two_owners: Stack):
    documents = two_owners.printed("--caller", OTHER.id)

    assert two_owners.refused(documents) == {"AssumeRole"}
    assert ("ModifyImageSharePermission", OTHER.id) not in two_owners.world.actions()


def test_documents_for_reading_write_nothing(two_owners: Stack):
    documents = two_owners.printed("--read-only")

    assert "ModifyImageSharePermission" not in json.dumps(documents)
    assert two_owners.refused(documents) == {"ModifyImageSharePermission"}
    assert two_owners.world.live(OWNER) == two_owners.world.live(OTHER) == set()


def test_configured_role_is_trusted_by_the_roles_on_top_of_it(on_top: Stack):
    documents = on_top.printed("--caller", OWNER.id)

    assert documents["caller"]["Statement"] == [
        {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": [MIDDLE]}
    ]
    assert list(documents["roles"]) == [MIDDLE, role(OWNER)]
    middle, last = documents["roles"].values()
    assert [each["Resource"] for each in middle["policy"]["Statement"]] == [
        [f"acs:ecs:cn-hangzhou:*:image/m-{OTHER.id}"],
        [role(OWNER)],
    ]
    trusted = [each["trust"]["Statement"][0] for each in (middle, last)]
    assert [each["Principal"] for each in trusted] == [{"RAM": [ROOT]}, {"RAM": [MIDDLE]}]
    condition = {"StringEquals": {"sts:ExternalId": "web-7"}}
    assert [each.get("Condition") for each in trusted] == [condition, None]


def test_run_with_a_configured_role_passes_under_the_documents(on_top: Stack):
    assert on_top.refused(on_top.printed("--caller", OWNER.id)) == set()
    assert ("ModifyImageSharePermission", OWNER.id) in on_top.world.actions()
    assert ("ModifyImageSharePermission", OTHER.id) in on_top.world.actions()


def test_run_with_a_configured_role_is_refused_exactly_what_the_documents_lack(on_top: Stack):
    documents = on_top.printed("--caller", OWNER.id)
    found = [(missing, on_top.refused(left)) for missing, left in less(documents)]

    assert len(found) == 8
    assert found == [(missing, {missing}) for missing, _ in found]


def test_configured_role_that_a_share_names_again_assumes_itself(on_top: Stack):
    on_top.shares = {"theirs": share(OTHER, A), "again": share(OTHER, B, role_arn=MIDDLE)}
    documents = on_top.printed("--caller", OWNER.id)

    (middle,) = documents["roles"].values()
    assert [each["Principal"]["RAM"] for each in middle["trust"]["Statement"]] == [[ROOT], [MIDDLE]]
    assert on_top.refused(documents) == set()


def test_account_that_is_configured_is_not_that_of_who_assumes_the_configured_role(on_top: Stack):
    on_top.settings["accountId"] = OTHER.id
    on_top.project.write(on_top.shares, **{f"alicloud:{key}": each for key, each in on_top.settings.items()})

    said = on_top.project.run("policy")

    assert (said.status, said.output) == (1, "")
    assert (
        f"who assumes {MIDDLE}, the role of alicloud:assumeRole, is not known: give --caller" in said.errors
    )


def test_stack_that_rotates_with_a_role_gives_the_role_all_images_of_the_service(two_owners: Stack):
    accounts = {A: ""}
    two_owners.shares = {
        "web": {"service": "ecs", "family": "web", "keep": 2, "accounts": accounts, "role_arn": role(OTHER)},
    }
    documents = two_owners.printed()

    (assumes,) = documents["caller"]["Statement"]
    assert assumes["Action"] == ["sts:AssumeRole"]
    (of_role,) = documents["roles"][role(OTHER)]["policy"]["Statement"]
    assert of_role["Resource"] == ["acs:ecs:*:*:image/*"]


def test_options_give_every_role_the_same(image_share: ImageShareCommand):
    roles = (role(OWNER), role(OTHER))
    arguments = [text for arn in roles for text in ("--role-arn", arn)]
    user = f"acs:ram::{OWNER.id}:user/ci"
    said = image_share("policy", "--image", "ecs:cn-hangzhou:m-1", "--caller", user, *arguments)
    documents = json.loads(said.output)

    assert (said.status, said.errors) == (0, "")
    (assumes,) = documents["caller"]["Statement"]
    assert assumes["Resource"] == sorted(roles)
    assert list(documents["roles"]) == list(roles)
    assert documents["roles"][role(OWNER)] == documents["roles"][role(OTHER)]
    assert documents["roles"][role(OWNER)]["trust"]["Statement"][0]["Principal"] == {"RAM": [user]}


def test_policy_that_is_too_large_is_named(image_share: ImageShareCommand):
    images = [text for n in range(200) for text in ("--image", f"ecs:cn-hangzhou:m-{n:020}")]
    said = image_share("policy", *images, "--role-arn", role(OTHER), "--caller", OWNER.id)

    assert said.status == 0
    assert said.errors == (
        f"{role(OTHER)}: RAM takes 6144 characters a policy: name fewer images, or a service alone\n"
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--role-arn", "images"], "'images' is not the name of a role, acs:ram::<account>:role/<name>"),
        (["--role-arn", "acs:ram::1:role/images"], "is not the name of a role"),
        (["--role-arn", role(OTHER)], "who assumes the roles is not known: give --caller, an account id or"),
        (["--caller", "ci", "--role-arn", role(OTHER)], "'ci' is neither an account id nor"),
        (["--caller", OWNER.id], "--caller says who assumes roles, and there are none: give --role-arn"),
    ],
)
def test_usage_error_about_roles_is_said_and_nothing_printed(
    image_share: ImageShareCommand, arguments: list[str], complaint: str
):
    said = image_share("policy", "--service", "ecs", *arguments)

    assert (said.status, said.output) == (1, "")
    assert complaint in said.errors


def test_stack_names_its_roles_itself(project: StackProject):
    assert (
        "--stack names services, regions, images and roles itself"
        in project.run("policy", "--role-arn", role(OTHER)).errors
    )


@pytest.mark.engine
def test_external_id_that_is_secret_is_not_printed(on_top: Stack, engine_environment: dict[str, str]):
    on_top.settings["assumeRole"] = {"roleArn": MIDDLE}
    on_top.printed("--caller", OWNER.id)
    path = "alicloud:assumeRole.externalId"
    subprocess.run(
        ["pulumi", "config", "set", "--secret", "--path", path, "web-7", "--stack", "dev"],
        cwd=on_top.project.folder,
        env=engine_environment,
        check=True,
        capture_output=True,
        timeout=60,
    )
    said = on_top.project.run("policy", "--caller", OWNER.id)

    assert "web-7" not in said.output + said.errors
    (statement,) = json.loads(said.output)["roles"][MIDDLE]["trust"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "…"}}
    assert said.errors == "alicloud:assumeRole is secret: put its externalId in place of …\n"
