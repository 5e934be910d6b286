"""What a SharedImage declares; to mocks of the engine, for the plugin of pulumi-alicloud is a download."""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_alicloud
import pytest
from pulumi.runtime import rpc

from alicloud_image_share import SharedImage
from tests.support.mocked_engine import mocked_engine

ROOT = Path(__file__).parents[2]
TEAMS = {"1234567890123456": "team web"}
SHARE, COPY, IMAGE, PROVIDER = (
    "pulumi-python:dynamic/alicloud:ImageShare",
    "alicloud:ecs/imageCopy:ImageCopy",
    "alicloud:ecs/image:Image",
    "pulumi:providers:alicloud",
)


class Mocks(pulumi.runtime.Mocks):
    """An engine that makes everything and keeps what it was asked for."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], dict[str, Any]] = {}
        self.providers: dict[tuple[str, str], str] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.made[args.typ, args.name] = args.inputs
        self.providers[args.typ, args.name] = args.provider
        return f"id-of-{args.name}", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:  # noqa: ARG002 - no program here calls
        return {}

    def names(self, kind: str) -> list[str]:
        return sorted(name for made, name in self.made if made == kind)


@pytest.fixture
def mocks() -> Iterator[Mocks]:
    made = Mocks()
    with mocked_engine(made):
        yield made


def run(program: Callable[[], SharedImage]) -> tuple[SharedImage, dict[str, str]]:
    """Run a program to its end; return its component and the images that it gives."""
    found: dict[str, Any] = {}

    @pulumi.runtime.test
    def until_done() -> pulumi.Output[None]:
        found["component"] = program()
        return found["component"].image_ids.apply(lambda images: found.update(images=images))

    until_done()
    return found["component"], found["images"]


def shared(**arguments: Any) -> SharedImage:
    given = {"accounts": TEAMS, "region_id": "cn-hangzhou", **arguments}
    return SharedImage("golden", **given)


def test_image_by_id_is_shared_and_nothing_is_made_beside(mocks):
    component, images = run(lambda: shared(image_id="m-1"))

    assert images == {"cn-hangzhou": "m-1"}
    assert list(component.shares) == ["cn-hangzhou"]
    assert {kind for kind, _ in mocks.made} == {"alicloud-image-share:index:SharedImage", SHARE}
    assert mocks.made[SHARE, "golden-cn-hangzhou"]["accounts"] == TEAMS


def test_image_is_copied_to_each_region_by_a_provider_of_that_region(mocks):
    _, images = run(
        lambda: shared(image_id="m-1", copy_to=["cn-shanghai", "cn-beijing"], image_name="golden-1")
    )

    assert images == {
        "cn-hangzhou": "m-1",
        "cn-shanghai": "id-of-golden-cn-shanghai",
        "cn-beijing": "id-of-golden-cn-beijing",
    }
    assert mocks.names(COPY) == mocks.names(PROVIDER) == ["golden-cn-beijing", "golden-cn-shanghai"]
    for region in ("cn-shanghai", "cn-beijing"):
        name = f"golden-{region}"
        copied = {"sourceImageId": "m-1", "sourceRegionId": "cn-hangzhou", "imageName": "golden-1"}
        assert mocks.made[COPY, name] == copied
        assert mocks.providers[COPY, name].endswith(f"{PROVIDER}::{name}::id-of-{name}")
        assert mocks.made[PROVIDER, name]["region"] == region


def test_every_region_is_shared_with_the_same_accounts_and_options(mocks):
    run(lambda: shared(image_id="m-1", copy_to=["cn-shanghai"], exclusive=True, timeout=60))

    for region, image in (("cn-hangzhou", "m-1"), ("cn-shanghai", "id-of-golden-cn-shanghai")):
        share = mocks.made[SHARE, f"golden-{region}"]
        assert (share["service"], share["region_id"], share["image_id"]) == ("ecs", region, image)
        assert (share["accounts"], share["exclusive"], share["timeout"]) == (TEAMS, True, 60)


@pytest.mark.parametrize(("source", "wire"), [("instance_id", "instanceId"), ("snapshot_id", "snapshotId")])
def test_image_is_made_in_its_region_and_the_copies_are_of_it(mocks, source, wire):
    _, images = run(lambda: shared(copy_to=["cn-shanghai"], **{source: "source-1"}))

    assert images["cn-hangzhou"] == "id-of-golden-cn-hangzhou"
    assert mocks.made[IMAGE, "golden-cn-hangzhou"] == {wire: "source-1"}
    assert mocks.made[COPY, "golden-cn-shanghai"]["sourceImageId"] == "id-of-golden-cn-hangzhou"
    assert mocks.made[SHARE, "golden-cn-hangzhou"]["image_id"] == "id-of-golden-cn-hangzhou"
    assert mocks.made[PROVIDER, "golden-cn-hangzhou"]["region"] == "cn-hangzhou"


def test_providers_are_given_what_the_stack_configures(mocks):
    roles = [{"roleArn": "acs:ram::1:role/images"}]
    pulumi.runtime.set_all_config(
        {
            "alicloud:accessKey": "key",
            "alicloud:secretKey": "secret",
            "alicloud:assumeRole": json.dumps(roles[0]),
            "alicloud:clientReadTimeout": "5000",
            "alicloud:region": "cn-qingdao",
        },
        ["alicloud:secretKey"],
    )

    run(lambda: shared(image_id="m-1", copy_to=["cn-shanghai"]))

    given = mocks.made[PROVIDER, "golden-cn-shanghai"]
    assert (given["region"], given["accessKey"]) == ("cn-shanghai", "key")
    assert given["secretKey"] == {rpc._special_sig_key: rpc._special_secret_sig, "value": "secret"}
    assert json.loads(given["assumeRole"]) == roles[0]
    assert json.loads(given["clientReadTimeout"]) == 5000


def test_region_is_the_configured_one_where_none_is_given(mocks):
    pulumi.runtime.set_all_config({"alicloud:region": "cn-qingdao"})

    _, images = run(lambda: shared(image_id="m-1", region_id=None))

    assert images == {"cn-qingdao": "m-1"}
    assert mocks.names(SHARE) == ["golden-cn-qingdao"]


@pytest.mark.usefixtures("mocks")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "golden: give image_id, instance_id or snapshot_id"),
        ({"image_id": "m-1", "instance_id": "i-1"}, "one of them only"),
        ({"image_id": "m-1", "region_id": None}, "no region is known"),
        ({"image_id": "m-1", "copy_to": ["cn-hangzhou"]}, "other regions than cn-hangzhou"),
        ({"image_id": "m-1", "copy_to": ["cn-beijing", "cn-beijing"]}, "each of them once"),
        ({"image_id": "m-1", "copy_to": "cn-beijing"}, "copy_to is a list"),
    ],
)
def test_arguments_that_contradict_each_other_are_refused(arguments, words):
    with pytest.raises(pulumi.RunError, match=words):
        run(lambda: shared(**arguments))


@pytest.mark.usefixtures("mocks")
def test_alicloud_provider_given_to_the_component_is_refused():
    def program() -> SharedImage:
        provider = pulumi_alicloud.Provider("elsewhere", region="cn-shanghai")
        return shared(image_id="m-1", opts=pulumi.ResourceOptions(provider=provider))

    with pytest.raises(pulumi.RunError, match="SharedImage golden: a provider of the package alicloud"):
        run(program)


def test_program_of_this_repository_copies_its_image_and_shares_it_in_each_region(mocks):
    @pulumi.runtime.test
    def program() -> None:
        runpy.run_path(str(ROOT / "stacks/regions/__main__.py"))

    program()

    assert mocks.names(COPY) == ["golden-web-cn-shanghai"]
    assert mocks.names(SHARE) == ["golden-web-cn-hangzhou", "golden-web-cn-shanghai"]


def test_requirements_keep_the_packages_of_the_project():
    names = {re.split("[=>~ ]", line)[0] for line in (ROOT / "requirements.txt").read_text().splitlines()[1:]}

    assert {"pulumi", "pulumi-alicloud", "alibabacloud-tea-openapi", "pytest"} <= names


@pytest.mark.usefixtures("mocks")
def test_missing_pulumi_alicloud_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "pulumi_alicloud", None)

    with pytest.raises(pulumi.RunError, match=r"golden: .* pip install pulumi-alicloud"):
        run(lambda: shared(image_id="m-1", copy_to=["cn-shanghai"]))
