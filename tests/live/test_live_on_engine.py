"""The main job: hundreds of shares made by hand are taken over, audited, and one account is taken off."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi import automation

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator

from . import world
from .conftest import Command, StackWriter
from .world import NO_LIMIT, POOL, REGIONS, images_shared_by_hand, live, put, writes

IMAGES = int(os.environ.get("IMAGES", "100"))
"""Each is shared with five accounts: 500 shares made by hand."""
SEED = int(os.environ.get("SEED", "0"))
CHANGES = 20


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_five_hundred_shares_made_by_hand_are_exported_adopted_audited_and_revoked(
    cloud: Simulator, image_share: Command, stack: StackWriter
):
    chance = random.Random(SEED)
    put(cloud, *images_shared_by_hand(IMAGES, chance))
    before = live(cloud)

    stack({}, **NO_LIMIT)
    exported = image_share("export", "--stack", "dev", "--region", "all")
    assert exported.status == 0
    fragment = yaml.safe_load(exported.output)["config"]
    assert fragment["image-shares:preflight"] == "preview"
    assert len(fragment["image-shares:shares"]) == IMAGES
    stack(fragment.pop("image-shares:shares"), **NO_LIMIT, **fragment)

    assert_adopted(cloud, image_share, before)
    assert_changes_are_found(cloud, image_share, chance)
    assert_revoked(cloud, image_share, chance)


def assert_adopted(cloud: Simulator, image_share: Command, before: dict[tuple[str, str], set[str]]) -> None:
    """Up writes nothing; preview and audit then have nothing to say."""
    preview = image_share("preview", "--stack", "dev")
    told = [line for line in preview.output.splitlines() if "access already" in line]
    assert len(told) == IMAGES

    up = image_share("up", "--stack", "dev", "--yes")
    assert up.status == 0, up.output[-2000:] + up.errors[-2000:]
    assert writes(cloud) == []
    assert live(cloud) == before

    assert image_share("preview", "--stack", "dev").status == 0
    audit = image_share("audit", "--stack", "dev", "--region", "all")
    assert audit.status == 0, audit.output[-2000:]
    assert f"✓ OK {IMAGES} images are as their stacks say" in audit.output
    again = image_share("export", "--stack", "dev", "--region", "all")
    assert len(yaml.safe_load(again.output)["config"]["image-shares:shares"]) == IMAGES


def assert_changes_are_found(cloud: Simulator, image_share: Command, chance: random.Random) -> None:
    """Twenty changes by hand are found, and nothing else."""
    state: Any = cloud.state()
    expected = set()
    for image in chance.sample(state["images"], CHANGES):
        expected.add(change_by_hand(image, state, chance))
    cloud.put_state(state)

    audit = image_share("audit", "--stack", "dev", "--region", "all", "--format", "json")
    found = [one for one in audit.document["findings"] if one["verdict"] != "OK"]
    told = {
        (one["verdict"], one["image"], tuple(account["account"] for account in one["accounts"]))
        for one in found
    }
    assert audit.status == 2
    assert told == expected
    assert len(found) == CHANGES


def change_by_hand(
    image: dict[str, Any], state: Any, chance: random.Random
) -> tuple[str, str, tuple[str, ...]]:
    """Change one image in one way; give the finding that an audit must make of it."""
    kinds = ["added", "taken off", "deleted", *(["public"] if image["service"] == "ecs" else [])]
    kind = chance.choice(kinds)
    name, accounts = image["image_id"], image["accounts"]
    if kind == "added":
        account = chance.choice(sorted(set(POOL) - set(accounts)))
        accounts.append(account)
        return "UNMANAGED", name, (account,)
    if kind == "taken off":
        account = accounts.pop(chance.randrange(len(accounts)))
        return "DRIFTED", name, (account,)
    if kind == "deleted":
        state["images"].remove(image)
        return "GONE", name, tuple(sorted(accounts))
    image["is_public"] = True
    return "EVERYONE", name, ("everyone",)


def assert_revoked(cloud: Simulator, image_share: Command, chance: random.Random) -> None:
    """Five accounts are found and taken off everywhere but in the region that refuses."""
    accounts = chance.sample(POOL, 5)
    refusing = {"region_id": REGIONS[2], "service": "eds", "kind": "error", "code": "Forbidden.RAM"}
    cloud.put_faults([{**refusing, "status": 403, "every": 1}])
    state: Any = cloud.state()
    hidden = {
        image["image_id"]
        for image in state["images"]
        if (image["service"], image["region_id"]) == ("eds", REGIONS[2])
    }
    by_name = {
        (account, image["image_id"])
        for image in state["images"]
        for account in accounts
        if image["image_id"] not in hidden and account in image["accounts"]
    }
    where = ("--stack", "dev", "--region", "all")

    who = image_share("who", *accounts, *where, "--format", "json")
    named = {(use["account"], use["image"]) for use in who.document["uses"] if use["through"] != "everyone"}
    assert (who.status, named) == (1, by_name)
    assert who.document["read"]["not_read"] == [{"what": f"eds {REGIONS[2]}", "reason": "Forbidden.RAM"}]

    revoked = image_share("revoke", *accounts, *where, "--yes", "--format", "json")
    results = revoked.document["results"]
    assert {(one["account"], one["key"].rpartition(":")[2]) for one in results} == by_name
    assert not any(one["left"] for one in results)
    assert all(one["request_id"] and one["at"] for one in results)
    is_public = any(image["is_public"] for image in state["images"])
    assert revoked.status == (3 if is_public else 1)
    after: Any = cloud.state()
    for before, now in zip(state["images"], after["images"], strict=True):
        taken = set() if before["image_id"] in hidden else set(accounts)
        assert set(now["accounts"]) == set(before["accounts"]) - taken


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_stack_with_a_program_of_its_own_is_audited_by_its_state(
    cloud: Simulator, image_share: Command, stack: StackWriter, folder: Path
):
    kept, gone, more, secret = POOL[:4]
    put(cloud, world.image(accounts=[kept, gone]), world.image("ens", "m-2"))
    stack({})
    (folder / "__main__.py").write_text("# a program of its own\n")

    def program() -> None:
        ImageShare("golden", service="ecs", image_id="m-1", accounts={kept: "team web", gone: ""})
        ImageShare(
            "hidden", service="ens", image_id="m-2", accounts=pulumi.Output.secret({secret: "do not show"})
        )

    automation.create_or_select_stack(
        "dev", "images", program, automation.LocalWorkspaceOptions(work_dir=str(folder))
    ).up()
    assert image_share("audit").status == 0

    state: Any = cloud.state()
    state["images"][0]["accounts"] = [kept, more]
    state["images"][1]["accounts"] = []
    cloud.put_state(state)
    audit, who = image_share("audit"), image_share("who", kept)

    assert audit.status == 2
    assert f"missing {gone}" in audit.output
    assert "missing 1 secret" in audit.output
    assert more in audit.output
    assert secret not in audit.output
    assert "stack dev" in who.output
