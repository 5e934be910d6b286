"""A share moves between the dynamic and the native provider, and nobody loses access."""

from __future__ import annotations

import json
from functools import partial

import pulumi
import pytest

from alicloud_image_share import ImageShare
from tests.engine.test_state import CHECKPOINTS, A, B, C, put_cloud, put_state
from tests.plugin.conftest import PARTNER, SHOP, TYPE, WEB, NativeShare, live, share

pytestmark = pytest.mark.engine

FROM_NATIVE = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=TYPE)])
ACCOUNTS = {WEB: "web", SHOP: "shop"}


def dynamic(**inputs: object) -> ImageShare:
    return ImageShare("web", service="ecs", image_id="m-1", **{"accounts": ACCOUNTS, **inputs})


def writes(cloud) -> list[str]:
    return [call["action"] for call in cloud.calls() if call["action"].startswith("Modify")]


@pytest.mark.parametrize("listed", [dict, pulumi.Output.secret], ids=["plain", "secret"])
def test_dynamic_share_becomes_a_native_one_without_a_write(native, cloud, listed):
    native.program = lambda: dynamic(accounts=listed(ACCOUNTS), timeout=600)
    made = native.up()
    assert made.succeeded, made.output
    cloud.clear_calls()
    native.program = lambda: share(accounts=listed(ACCOUNTS))

    moved = native.up()

    assert moved.succeeded, moved.output
    assert writes(cloud) == []
    assert live(cloud) == {WEB, SHOP}
    assert native.state()["web"]["type"] == TYPE
    assert "__provider" not in json.dumps(native.state()["web"])
    assert native.up().steps["web"] == "same"


def test_native_share_in_place_of_a_dynamic_one_without_an_alias_takes_access_from_nobody(native, cloud):
    native.program = dynamic
    assert native.up().succeeded

    native.program = lambda: pulumi.CustomResource(
        TYPE, "other", {"service": "ecs", "imageId": "m-1", "accounts": ACCOUNTS}
    )
    moved = native.up()

    assert moved.succeeded, moved.output
    assert live(cloud) == {WEB, SHOP}


def test_shares_of_both_providers_on_one_image_take_access_from_nobody_who_moves_between_them(native, cloud):
    def program(of_dynamic: set[str], of_native: set[str]) -> None:
        if of_dynamic:
            dynamic(accounts=sorted(of_dynamic))
        if of_native:
            share("native", accounts=dict.fromkeys(of_native, "team"))

    removed = set()
    for of_dynamic, of_native in (
        ({WEB, SHOP}, {PARTNER}),
        ({SHOP}, {WEB, PARTNER}),
        ({WEB, PARTNER}, {SHOP}),
    ):
        native.program = partial(program, of_dynamic, of_native)
        made = native.up()
        assert made.succeeded, made.output
        removed |= {account for account in (WEB, SHOP, PARTNER) if account not in live(cloud)}
    native.program = partial(program, set(), {WEB, SHOP})
    left = native.up()

    assert left.succeeded, left.output
    assert removed == set()
    assert live(cloud) == {WEB, SHOP}


def test_native_share_goes_back_to_a_dynamic_one_without_losing_anybody(native, cloud):
    native.program = share
    assert native.up().succeeded
    native.program = lambda: share(opts=pulumi.ResourceOptions(retain_on_delete=True))
    assert native.up().succeeded
    cloud.clear_calls()
    native.program = dynamic

    back = native.up()

    assert back.succeeded, back.output
    assert writes(cloud) == []
    assert live(cloud) == {WEB, SHOP}


def test_native_share_goes_back_to_a_dynamic_one_by_an_alias_without_a_write(native, cloud):
    native.program = share
    assert native.up().succeeded
    cloud.clear_calls()
    native.program = lambda: dynamic(opts=FROM_NATIVE)

    back = native.up()
    native.program = dynamic
    again = native.up()

    assert back.succeeded, back.output
    assert again.steps["web"] == "same"
    assert writes(cloud) == []
    assert live(cloud) == {WEB, SHOP}


def declare_native() -> None:
    NativeShare("additive", service="ecs", imageId="m-1", accounts={A: "team web", B: ""})
    NativeShare("exclusive", service="ecs", imageId="m-2", accounts={A: "", C: ""}, exclusive=True)
    NativeShare("to-ecs", service="swas", imageId="m-3", accounts={}, shareToEcs=True)
    NativeShare("edge", service="ens", imageId="m-4", accounts={A: ""})


@pytest.mark.parametrize("checkpoint", CHECKPOINTS, ids=lambda path: path.stem)
def test_shares_that_a_released_version_recorded_become_native_ones_without_a_write(
    native, cloud, checkpoint
):
    put_cloud(cloud, shared=True)
    put_state(native, json.loads(checkpoint.read_text()))
    before = cloud.state()["images"]
    native.program = declare_native

    moved = native.up()

    assert moved.succeeded, moved.output
    assert len(native.state()) == 4
    assert {resource["type"] for resource in native.state().values()} == {TYPE}
    assert "__provider" not in json.dumps(native.state())
    assert cloud.state()["images"] == before
    assert writes(cloud) == []
    assert set(native.up().steps.values()) == {"same"}


def test_import_by_id_takes_over_everybody_without_a_write(native, cloud):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "accounts": [WEB, SHOP]}]})
    native.program = lambda: NativeShare(
        "web",
        pulumi.ResourceOptions(import_="ecs:cn-hangzhou:m-1"),
        service="ecs",
        imageId="m-1",
        regionId="cn-hangzhou",
        accounts=dict.fromkeys((WEB, SHOP), "(no note)"),
    )

    imported = native.up()

    assert imported.succeeded, imported.output
    assert writes(cloud) == []
    assert set(native.outputs("web")["ownedAccounts"]) == {WEB, SHOP}


@pytest.mark.parametrize(
    ("resource_id", "words"),
    [
        ("ecs:cn-hangzhou:m-2", "The image is shared with nobody"),
        ("ecs:cn-hangzhou:m-9", "m-9"),
        ("m-1", "The id names no image"),
    ],
)
def test_import_of_what_cannot_be_taken_over_says_why(native, resource_id, words):
    native.program = lambda: share(opts=pulumi.ResourceOptions(import_=resource_id))

    failed = native.preview()

    assert not failed.succeeded
    assert words in failed.output
    assert "Traceback" not in failed.output
