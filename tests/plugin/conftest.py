"""What tests of the native provider need: its executable on PATH, and a stack that declares shares."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pulumi
import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.sharing.share_types import NATIVE_PLUGIN
from alicloud_image_simulator import OWNER, Account, Simulator
from tests.engine.project import Project

TYPE = "image-shares:index:ImageShare"
DYNAMIC_TYPE = "pulumi-python:dynamic/alicloud:ImageShare"
WEB, SHOP, PARTNER = "1550809237710001", "1550809237710002", "1550809237710003"


class NativeShare(pulumi.CustomResource):
    """A share of the native provider, as a generated SDK registers it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        aliases = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=DYNAMIC_TYPE)])
        outputs = dict.fromkeys(("ownedAccounts", "foreignAccounts", "ownerId"))
        super().__init__(TYPE, name, {**outputs, **inputs}, pulumi.ResourceOptions.merge(aliases, opts))


def share(name: str = "web", opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> NativeShare:
    """Declare a share of the image m-1, with both accounts where nothing else is given."""
    given = {"service": "ecs", "imageId": "m-1", "accounts": {WEB: "web", SHOP: "shop"}}
    return NativeShare(name, opts, **{**given, **inputs})


def credentials(cloud: Simulator, owner: Account = OWNER) -> dict[str, Any]:
    """Give the inputs of a native provider that calls the simulator as an owner."""
    return {
        "region": "cn-hangzhou",
        "accessKey": owner.key,
        "secretKey": owner.secret,
        "protocol": "HTTP",
        "endpoints": dict.fromkeys(services.endpoint_keys(), cloud.address),
    }


def live(cloud: Simulator, image_id: str = "m-1") -> set[str]:
    """Give who can use an image."""
    return {
        account
        for image in cloud.state()["images"]
        if image["image_id"] == image_id
        for account in image["accounts"]
    }


@pytest.fixture
def executable(quick_python: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The provider as the console script of the package, on PATH."""
    monkeypatch.setenv("PATH", f"{quick_python.parent}{os.pathsep}{os.environ['PATH']}")
    return quick_python.with_name(NATIVE_PLUGIN)


@pytest.fixture
def native(cloud: Simulator, engine_environment: dict[str, str], executable: Path, tmp_path: Path) -> Project:
    """A stack named dev, empty, whose programs may declare shares of both providers."""
    assert engine_environment
    assert executable
    cloud.put_state(
        {"images": [{"service": "ecs", "image_id": "m-1"}, {"service": "ecs", "image_id": "m-2"}]}
    )
    folder = tmp_path / "project"
    folder.mkdir()
    project = Project(cloud, folder)
    values = credentials(cloud)
    project.configure(**{**values, "endpoints": json.dumps(values["endpoints"])})
    return project
