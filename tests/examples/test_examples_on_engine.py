"""Each example does on the real engine what its README says."""

from __future__ import annotations

import json
import runpy
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.workspace import LeanStack, StackInitMode, Workspace
from alicloud_image_simulator import OTHER, OWNER, Simulator
from tests.support import alicloud_plugin
from tests.support.cloud_state import live, put_images, unshare_in_console, writes
from tests.support.command_line import ImageShareCommand
from tests.support.stacks import ENCRYPTION

pytestmark = pytest.mark.engine

Example = Callable[[str], Path]

ACTION = yaml.safe_load((Path(__file__).parents[2] / "ci/github/action.yml").read_text())
WEB, SHOP, PARTNER = "1234567890123456", "1550809237710001", "1550809237710009"
TEAMS = {WEB, SHOP}
GOLDEN = "m-bp1golden0000000001"


def change(file: Path, old: str, new: str) -> None:
    """Edit a file as its reader would."""
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def check_console(page: Path, block: int, image_share: ImageShareCommand) -> None:
    """Run the commands of a block of the page: they print each line that the page shows."""
    shown = page.read_text().split("```console\n")[block + 1].partition("```")[0]
    for step in shown.removeprefix("$ ").split("\n$ "):
        command, *lines = step.strip("\n").splitlines()
        output = image_share(*shlex.split(command)[1:]).output
        assert [line for line in lines if line not in output.splitlines()] == [], command


def test_one_image_is_shared_with_the_two_accounts(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    example("one-image")
    put_images(cloud, GOLDEN)

    assert image_share("preview", "--stack", "dev").status == 2
    assert image_share("up", "--stack", "dev", "--yes").status == 0
    assert live(cloud, GOLDEN) == TEAMS


def test_preview_warns_of_a_resource_share_of_the_image_where_the_stack_has_it_read(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    folder = example("one-image")
    put_images(cloud, GOLDEN)
    apart = {"share_id": "rs-1", "name": "golden", "images": [GOLDEN], "targets": ["fd-1"]}
    cloud.put_state({**cloud.state(), "resource_shares": [apart]})
    change(folder / "Pulumi.dev.yaml", "config:\n", "config:\n  image-shares:resourceSharing: true\n")

    said = image_share("review", "--stack", "dev")

    assert "the image is also shared by Resource Share golden: folder fd-1; no share here manages that" in (
        said.output
    )


def test_reports_say_who_can_use_an_image_by_resource_sharing_alone(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    folder, base = example("resource-sharing"), "m-bp1base00000000001"
    put_images(cloud, GOLDEN, base)
    images = [{**image, "name": "golden-web"} for image in cloud.state()["images"]]
    of_teams = {"share_id": "rs-1", "name": "teams", "images": [GOLDEN], "targets": ["fd-bVaRIG1234"]}
    of_partner = {"share_id": "rs-2", "name": "partners", "images": [base], "targets": [PARTNER]}
    of_partner |= {"allow_external_targets": True, "external_targets": [PARTNER]}
    cloud.put_state({**cloud.state(), "images": images, "resource_shares": [of_teams, of_partner]})

    preview = image_share("preview", "--stack", "prod")
    assert "the image is also shared by Resource Share teams: folder fd-bVaRIG1234" in preview.output
    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert live(cloud, GOLDEN) == TEAMS

    check_console(folder / "README.md", 0, image_share)


def test_image_that_was_public_keeps_its_accounts_and_reports_say_both(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    page, base = example("public-images") / "README.md", "m-bp1base00000000001"
    put_images(cloud, base, name="base", is_public=True, accounts=[*TEAMS, PARTNER])
    assert image_share("up", "--stack", "prod", "--yes").status == 0

    check_console(page, 0, image_share)
    cloud.put_state({"images": [image | {"is_public": False} for image in cloud.state()["images"]]})
    check_console(page, 1, image_share)

    assert live(cloud, base) == {*TEAMS, PARTNER}
    assert not [call for call in cloud.calls() if "IsPublic" in call["parameters"]]
    assert writes(cloud) == []


def test_public_image_takes_no_further_account(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    example("public-images")
    put_images(cloud, "m-bp1base00000000001", is_public=True, accounts=[WEB])

    said = image_share("up", "--stack", "prod", "--yes")

    assert said.status == 1
    assert "Next: take the image back from everyone in the console" in said.errors
    assert writes(cloud) == []


def test_account_that_leaves_a_group_loses_every_image_of_the_group(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    folder = example("groups")
    put_images(cloud, GOLDEN, "m-bp1base00000000001")
    away = {"service": "ecs", "image_id": "m-uf6base00000000001", "region_id": "cn-shanghai"}
    cloud.put_state({"images": [*cloud.state()["images"], away]})

    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert live(cloud, GOLDEN) == {*TEAMS, PARTNER}
    assert live(cloud, "m-uf6base00000000001") == TEAMS

    change(folder / "Pulumi.yaml", f', "{SHOP}": team shop', "")
    said = image_share("preview", "--stack", "prod")
    for share in ("golden-web", "base-cn-hangzhou", "base-cn-shanghai"):
        assert f'{share} - {SHOP} "team shop"' in said.output


def test_access_ends_on_the_day_that_the_file_names(
    cloud: Simulator, example: Example, image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch
):
    example("ends")
    put_images(cloud, GOLDEN)
    monkeypatch.setenv("IMAGE_SHARES_TIME", "2027-03-10T00:00:00Z")

    said = image_share("up", "--stack", "prod", "--yes")
    assert (said.status, live(cloud, GOLDEN)) == (0, {WEB, PARTNER})
    assert (
        f'the access of {PARTNER} "partner [until 2027-03-31T10:00:00Z]" ends soon'
        in said.output + said.errors
    )

    short = image_share("review", "--stack", "prod", "--format", "short")
    assert f'! access ends soon: {PARTNER} "partner [until 2027-03-31T10:00:00Z]"' in short.output

    monkeypatch.setenv("IMAGE_SHARES_TIME", "2027-04-01T00:00:00Z")
    assert image_share("up", "--stack", "prod", "--only-ended").status == 0
    assert live(cloud, GOLDEN) == {WEB}


def test_newest_image_of_the_family_takes_the_place_of_the_oldest(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    def build(day: int) -> None:
        image = {"service": "ecs", "image_id": f"m-{day}", "family": "golden-web"}
        created = {"created": f"2026-11-0{day}T06:00:00Z"}
        cloud.put_state({"images": [*cloud.state()["images"], image | created]})

    example("rotation")
    build(1)
    build(2)
    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert (live(cloud, "m-1"), live(cloud, "m-2")) == (TEAMS, TEAMS)

    build(3)
    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert (live(cloud, "m-1"), live(cloud, "m-2"), live(cloud, "m-3")) == (set(), TEAMS, TEAMS)


def test_images_of_both_owners_are_shared_with_everybody_else(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    example("several-owners")
    put_images(cloud, GOLDEN)
    theirs = {"service": "ecs", "image_id": "m-bp1data00000000001", "owner_id": OTHER.id}
    cloud.put_state({"images": [*cloud.state()["images"], theirs]})

    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert live(cloud, GOLDEN) == {OTHER.id, WEB}
    assert live(cloud, "m-bp1data00000000001") == {OWNER.id, WEB}


def job(folder: Path, name: str) -> list[str]:
    """Give the arguments of `image-share` in a job of the workflow, as the action that it uses calls it."""
    workflow = yaml.safe_load((folder / ".github/workflows/image-shares.yml").read_text())
    (given,) = [step["with"] for step in workflow["jobs"][name]["steps"] if "with" in step]
    (line,) = [step["run"] for step in ACTION["runs"]["steps"] if step.get("name") == given["command"]]
    return shlex.split(line.replace("$STACK", given["stack"]))[1:]


def test_jobs_review_apply_what_was_reviewed_and_look_for_drift(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    folder = example("reviews-in-ci")
    put_images(cloud, GOLDEN)
    with (folder / "Pulumi.prod.yaml").open("a") as file:
        file.write(yaml.safe_dump(ENCRYPTION))

    review, apply, drift = (job(folder, name) for name in ("review", "apply", "drift"))
    assert image_share(*review).status == 0
    assert "2 accounts gain access" in (folder / "comment.md").read_text()
    assert (folder / "review.html").is_file()
    assert live(cloud, GOLDEN) == set()

    assert image_share(*apply).status == 0
    assert live(cloud, GOLDEN) == TEAMS
    assert image_share(*drift).status == 0


def test_run_of_the_operator_gives_back_what_was_taken_off_in_the_console(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    folder = example("kubernetes-operator")
    put_images(cloud, GOLDEN)
    manifest = yaml.safe_load((folder / "stack.yaml").read_text())
    stack, spec = manifest["spec"]["stack"].rpartition("/")[2], manifest["spec"]
    assert image_share("up", "--stack", stack, "--yes").status == 0
    unshare_in_console(cloud, WEB, GOLDEN)

    refresh = ["--refresh"] * spec["refresh"]
    assert spec["continueResyncOnCommitMatch"]
    assert image_share("up", "--stack", stack, "--yes", *refresh).status == 0
    assert live(cloud, GOLDEN) == TEAMS


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_alicloud")
def test_program_makes_copies_and_shares_its_images(
    cloud: Simulator, example: Example, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    folder = example("python-program")
    images: list[dict[str, Any]] = [
        {"service": "ecs", "image_id": "m-golden-web"},
        {"service": "ecs", "image_id": "m-bp1data00000000001"},
        {"service": "ecs", "image_id": "m-golden-data-cn-shanghai", "region_id": "cn-shanghai"},
    ]
    cloud.put_state({"images": images})
    (tmp_path / "plugin").mkdir()
    alicloud_plugin.install(tmp_path / "plugin", tmp_path / "made.txt")
    monkeypatch.setenv("PATH", str(tmp_path / "plugin"), prepend=":")
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write(yaml.safe_dump(ENCRYPTION))

    def program() -> None:
        runpy.run_path(str(folder / "__main__.py"))

    workspace = Workspace(work_dir=str(folder), program=program, pulumi_command=PulumiCli())
    LeanStack("dev", workspace, StackInitMode.SELECT).up(on_output=lambda _: None)

    made = {line.removeprefix("create ") for line in (tmp_path / "made.txt").read_text().splitlines()}
    assert {"golden-web", "golden-data-cn-shanghai"} <= made
    assert [live(cloud, image["image_id"]) for image in images] == [TEAMS] * 3


def test_account_that_joins_or_leaves_the_folder_gains_or_loses_the_image(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    def put_folder(*accounts: str) -> None:
        folder = {
            "folder_id": "fd-bVaRIG1234",
            "accounts": {account: f"team {account}" for account in accounts},
        }
        cloud.put_state({**cloud.state(), "folders": [folder]})

    example("directory")
    put_images(cloud, GOLDEN)
    put_folder(WEB, SHOP)
    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert live(cloud, GOLDEN) == TEAMS

    put_folder(WEB, PARTNER)
    assert image_share("audit").status == 2
    said = image_share("preview", "--stack", "prod")
    assert f'golden-web - {SHOP} "team {SHOP}"' in said.output
    assert f'golden-web + {PARTNER} "team {PARTNER}"' in said.output
    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert live(cloud, GOLDEN) == {WEB, PARTNER}

    no_page = {"service": "resourcemanager", "every": 1, "kind": "error", "code": "NoPermission"}
    cloud.put_faults([{**no_page, "status": 403}])
    said = image_share("up", "--stack", "prod", "--yes")
    assert (said.status, live(cloud, GOLDEN)) == (1, {WEB, PARTNER})
    assert "the accounts of the folder fd-bVaRIG1234 are not known, so nothing is unshared" in said.errors
    cloud.put_faults([])

    put_folder()
    said = image_share("up", "--stack", "prod", "--yes")
    assert said.status == 1
    assert "the folder fd-bVaRIG1234 lists no account, so nothing is unshared" in said.errors
    assert live(cloud, GOLDEN) == {WEB, PARTNER}
    assert image_share("destroy", "--stack", "prod", "--yes").status == 0
    assert live(cloud, GOLDEN) == set()


def test_images_of_the_next_packer_build_take_the_place_of_the_last_ones(
    cloud: Simulator, example: Example, image_share: ImageShareCommand
):
    def of_build(number: int) -> tuple[str, str]:
        return f"m-bp1golden000000000{number}", f"m-uf6golden000000000{number}"

    folder = example("packer")
    regions = ("cn-hangzhou", "cn-shanghai")
    images = [pair for number in (2, 3) for pair in zip(regions, of_build(number), strict=True)]
    cloud.put_state(
        {"images": [{"service": "ecs", "region_id": r, "image_id": image} for r, image in images]}
    )
    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert [live(cloud, image) for image in of_build(2)] == [TEAMS, TEAMS]

    manifest = json.loads((folder / "packer-manifest.json").read_text())
    artifact = ",".join(f"{region}:{image}" for region, image in zip(regions, of_build(3), strict=True))
    built = manifest["builds"][-1] | {"artifact_id": artifact, "packer_run_uuid": "next"}
    manifest |= {"builds": [*manifest["builds"], built], "last_run_uuid": "next"}
    (folder / "packer-manifest.json").write_text(json.dumps(manifest))
    said = image_share("preview", "--stack", "prod")
    assert [image in said.output for image in (*of_build(2), *of_build(3))] == [True] * 4
    assert image_share("up", "--stack", "prod", "--yes").status == 0
    assert [live(cloud, image) for image in (*of_build(2), *of_build(3))] == [set(), set(), TEAMS, TEAMS]

    (folder / "packer-manifest.json").unlink()
    said = image_share("up", "--stack", "prod", "--yes")
    assert "packer-manifest.json" in said.errors
    assert [live(cloud, image) for image in of_build(3)] == [TEAMS, TEAMS]
