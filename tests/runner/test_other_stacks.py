"""A loss names the other stacks of the project that share the same image with the same account."""

from __future__ import annotations

import json

import pytest

from tests.review.record import INPUTS
from tests.review.scenarios import PARTNER, SHOP, WEB
from tests.support.cloud_state import put_images
from tests.support.stack_files import share, write_stack_file

IMAGE = "ecs:cn-hangzhou:m-1"
REGION = {"alicloud:region": "cn-hangzhou"}


@pytest.fixture
def both(cloud, project, scenes):
    """Two stacks that have shared m-1 with the same two teams; dev now lets one of them go."""
    put_images(cloud, "m-1", "m-2")
    for stack in ("dev", "prod"):
        write_stack_file(project.folder, {"golden": share([WEB, SHOP])}, stack=stack, **REGION)
        scenes.carry_out(project, stack)
    write_stack_file(project.folder, {"golden": share([SHOP])}, **REGION)
    return project


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
@pytest.mark.parametrize("prod", ["file", "state", "both"])
def test_loss_names_the_stack_whose_state_or_file_lists_the_account(both, prod):
    if prod == "file":
        both.command("destroy", "--stack", "prod", "--cwd", both.folder, "--yes")
        both.run("up", "--yes", "--refresh")
        write_stack_file(both.folder, {"golden": share([WEB, SHOP])}, **REGION)
        both.run("up", "--yes", "--refresh")
        write_stack_file(both.folder, {"golden": share([SHOP])}, **REGION)
    if prod == "state":
        write_stack_file(both.folder, {"golden": share([SHOP])}, stack="prod", **REGION)
    preview, review = both.run("preview"), both.run("review", "--format", "json")

    assert f"{IMAGE}: {WEB} loses access; stack prod lists it on this image too" in preview.output
    assert SHOP not in preview.output
    risks = [risk for risk in json.loads(review.output)["risks"] if risk["level"] == "other_stack"]
    assert [(risk["image"], risk["accounts"]) for risk in risks] == [(IMAGE, [WEB])]


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_loss_that_no_other_stack_shares_names_none(both):
    shares = {"golden": share([WEB, SHOP]), "other": share([PARTNER], image="m-2")}
    write_stack_file(both.folder, shares, **REGION)
    assert both.run("up", "--yes").status == 0
    write_stack_file(both.folder, {"golden": share([WEB, SHOP])}, **REGION)
    preview = both.run("preview")

    assert PARTNER in preview.output
    assert "prod" not in preview.output


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
@pytest.mark.parametrize("prod", ["file", "state"])
def test_share_to_the_owners_ecs_that_is_switched_off_names_the_stack_that_asks_for_it(
    cloud, project, image_share, monkeypatch, prod
):
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    cloud.put_state({"images": [{"service": "swas", "image_id": "s-1", "region_id": "cn-hangzhou"}]})
    asking = {"golden": {"service": "swas", "image_id": "s-1", "accounts": [WEB], "share_to_ecs": True}}
    for stack in ("dev", "prod"):
        write_stack_file(project.folder, asking, stack=stack, **REGION)
        if stack == "dev" or prod == "state":
            assert image_share("up", "--stack", stack, "--cwd", project.folder, "--yes").status == 0
    write_stack_file(project.folder, {"golden": {**asking["golden"], "share_to_ecs": False}}, **REGION)
    if prod == "state":
        write_stack_file(project.folder, {}, stack="prod", **REGION)
    preview, review = project.run("preview"), project.run("review", "--format", "json")

    words = "the share to the owner's own ECS is switched off, and stack prod asks for it on this image"
    assert f"swas:cn-hangzhou:s-1: {words}" in preview.output
    risks = [risk for risk in json.loads(review.output)["risks"] if risk["level"] == "other_stack"]
    assert [(risk["image"], risk["accounts"], risk["text"]) for risk in risks] == [
        ("swas:cn-hangzhou:s-1", [], words)
    ]


@pytest.fixture
def folder(tmp_path):
    """The project of the recorded previews, beside a stack of its own."""
    name = json.loads((INPUTS / "update.json").read_text())["steps"][0]["urn"].split("::")[1]
    (tmp_path / "Pulumi.yaml").write_text(json.dumps({"name": name, "runtime": "python"}))
    (tmp_path / "__main__.py").write_text("import alicloud_image_share.stack_program\n")
    return tmp_path


def reviewed(image_share, folder):
    said = image_share("review", INPUTS / "update.json", "--format", "json", "--cwd", folder)
    document = json.loads(said.output)
    return [risk for risk in document["risks"] if risk["level"] == "other_stack"], document["not_checked"]


@pytest.mark.parametrize("region", [{}, {"region_id": "cn-hangzhou"}], ids=["of the stack", "of the share"])
def test_review_of_a_file_names_the_stack_whose_file_lists_the_account(image_share, folder, region):
    write_stack_file(folder, {"golden": share([SHOP], **region)}, stack="prod", **REGION)
    write_stack_file(folder, {"golden": share([SHOP], image="m-9", **region)}, stack="test", **REGION)
    (risk,), not_checked = reviewed(image_share, folder)

    assert (risk["accounts"], risk["text"].startswith("stack prod lists it")) == ([SHOP], True)
    assert any("`image-share review --stack` reads it" in line for line in not_checked)


@pytest.mark.parametrize(
    "text", ["config: [", "config: {image-shares:shares: {golden: {service: ecs}}}", "\x00"], ids=repr
)
def test_stack_file_that_cannot_be_read_is_named(image_share, folder, text):
    (folder / "Pulumi.broken.yaml").write_text(text)
    write_stack_file(folder, {"golden": share([SHOP])}, stack="prod", **REGION)
    (risk,), not_checked = reviewed(image_share, folder)

    assert risk["accounts"] == [SHOP]
    assert any("whether stack broken lists" in line for line in not_checked)


def test_review_of_a_file_beside_no_other_stack_says_nothing_of_them(image_share, folder):
    assert reviewed(image_share, folder) == ([], [])


GROUPS = {"web": {"folder": "fd-1"}, "unused": {"folder": "fd-2"}}
UNREAD = (
    "whether stack prod lists an account that loses access: only the resource directory knows who is in its"
    " group web (folder fd-1)"
)


def test_stack_that_shares_the_image_with_a_folder_is_named_as_not_read(image_share, folder):
    prod = {"golden": share(groups=["web"]), "more": share([SHOP], groups=["web"])}
    write_stack_file(folder, prod, GROUPS, stack="prod", **REGION)
    (risk,), not_checked = reviewed(image_share, folder)

    assert risk["accounts"] == [SHOP]
    assert not_checked.count(UNREAD) == 1
    assert not any("fd-2" in line for line in not_checked)


def test_stack_that_shares_other_images_with_a_folder_is_not_named(image_share, folder):
    write_stack_file(folder, {"golden": share(groups=["web"], image="m-9")}, GROUPS, stack="prod", **REGION)
    risks, not_checked = reviewed(image_share, folder)

    assert risks == []
    assert UNREAD not in not_checked


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
def test_run_that_takes_access_away_says_which_group_of_another_stack_it_has_not_read(both):
    write_stack_file(both.folder, {"golden": share(groups=["web"])}, GROUPS, stack="prod", **REGION)

    preview = both.run("preview")

    assert f"not checked: {UNREAD}" in preview.output
