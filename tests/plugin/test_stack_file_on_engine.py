"""A stack file chooses the native provider: its shares move there and back without a write."""

from __future__ import annotations

import pytest

from alicloud_image_simulator import OTHER
from tests.plugin.conftest import PARTNER, SHOP, WEB, live
from tests.support.cloud_state import writes
from tests.support.stack_files import golden
from tests.support.stacks import encrypted, shares_in_state, state_file

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

ACCOUNTS = {WEB: "web", SHOP: "shop"}
NATIVE, DYNAMIC = ({"image-shares:provider": name} for name in ("native", "dynamic"))


@pytest.fixture
def made(cloud, project, scenes):
    """A project whose one share is carried out by the dynamic provider."""
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    project.write(golden(ACCOUNTS, timeout=600))
    scenes.carry_out(project)
    return project


def types_in_state() -> set[str]:
    return {share["type"] for share in shares_in_state(state_file()).values()}


def test_shares_of_a_stack_file_move_to_the_native_provider_and_back_without_a_write(made, cloud):
    for settings, kind in ((NATIVE, "image-shares:index:"), (DYNAMIC, "pulumi-python:dynamic/alicloud:")) * 2:
        made.write(golden(ACCOUNTS, timeout=600), **settings)
        review, moved = made.run("review"), made.run("up", "--yes")
        again = made.run("preview")

        assert "nobody gains or loses access" in review.output.lower(), review
        assert "golden: timeout" not in review.output
        assert moved.status == 0, moved
        assert "$PATH" not in moved.output + moved.errors + review.errors
        assert moved.output.splitlines()[0] == "~ golden ecs:cn-hangzhou:m-1: updated"
        assert types_in_state() == {f"{kind}ImageShare"}
        assert again.status == 0, again
        assert writes(cloud) == []
        assert live(cloud) == {WEB, SHOP}


def test_native_shares_of_a_stack_file_are_made_changed_and_taken_back(cloud, project):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    project.write(golden(ACCOUNTS), **NATIVE)
    made = project.run("up", "--yes")
    shared = live(cloud)
    project.write(golden({WEB: "web", PARTNER: "partner"}), **NATIVE)
    changed = project.run("up", "--yes")
    exchanged = live(cloud)
    destroyed = project.run("destroy", "--yes")

    assert [made.status, changed.status, destroyed.status] == [0, 0, 0], (made, changed, destroyed)
    assert [shared, exchanged, live(cloud)] == [{WEB, SHOP}, {WEB, PARTNER}, set()]
    assert f'- {SHOP} "shop"' in changed.output


def test_key_that_leaves_the_file_takes_access_from_nobody(made, cloud):
    made.write(golden(ACCOUNTS), **NATIVE)
    assert made.run("up", "--yes").status == 0
    made.write(golden(ACCOUNTS))

    back = made.run("up", "--yes")

    assert back.status == 0, back
    assert live(cloud) == {WEB, SHOP}
    assert writes(cloud) == []


def test_native_shares_are_called_with_the_configuration_of_the_stack(cloud, project, monkeypatch):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "owner_id": OTHER.id}]})
    monkeypatch.delenv("ALICLOUD_ACCESS_KEY")
    monkeypatch.delenv("ALICLOUD_SECRET_KEY")
    secret = {"secure": encrypted(OTHER.secret)}
    keys = {"alicloud:accessKey": OTHER.key, "alicloud:secretKey": secret}
    project.write(golden(ACCOUNTS), **NATIVE, **keys, **{"image-shares:neverLose": [WEB]})
    made = project.run("up", "--yes")
    project.write(golden([SHOP]), **NATIVE, **keys, **{"image-shares:neverLose": [WEB]})
    refused = project.run("up", "--yes")

    assert made.status == 0, made
    assert refused.status == 3, refused
    assert live(cloud) == {WEB, SHOP}
    assert OTHER.secret not in made.output + made.errors


def test_approval_of_native_shares_holds_what_was_approved(cloud, project, tmp_path):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    project.write(golden(ACCOUNTS), **NATIVE)
    approval = tmp_path / "approval.json"
    reviewed = project.run("review", "--format", "json", "--output", str(approval))
    assert approval.exists(), reviewed
    project.write(golden([WEB]), **NATIVE)
    other = project.run("up", "--yes", "--approved", str(approval))
    project.write(golden(ACCOUNTS), **NATIVE)
    said = project.run("up", "--yes", "--approved", str(approval))

    assert other.status == 3, other
    assert said.status == 0, said
    assert live(cloud) == {WEB, SHOP}


def test_provider_that_there_is_not_is_named_with_its_place(project):
    project.write(golden(ACCOUNTS), **{"image-shares:provider": "nativ"})

    said, validated = project.run("preview"), project.command("validate", project.folder / "Pulumi.dev.yaml")

    expected = "Pulumi.dev.yaml, image-shares:provider: 'nativ' is neither dynamic nor native"
    assert said.status == validated.status == 1
    assert expected in said.output + said.errors
    assert expected in validated.output + validated.errors


@pytest.mark.parametrize(
    ("fields", "settings"),
    [
        ({"image_id": "m 1"}, {}),
        ({"image_id": "m-absent"}, {}),
        ({"role_arn": "developer"}, {}),
        ({"region_id": "cn-hangzou"}, {}),
        ({}, {"alicloud:protocol": "FTP"}),
    ],
    ids=["image", "absent", "role", "region", "configuration"],
)
def test_message_has_the_names_of_the_stack_file_whichever_provider_says_it(cloud, project, fields, settings):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})
    said = []
    for provider in (DYNAMIC, NATIVE):
        project.write(golden(ACCOUNTS, **fields), **provider, **settings)
        said.append([line for line in project.run("up", "--yes").errors.splitlines() if "golden" in line])

    assert said[0] != []
    assert said[1] == said[0]
