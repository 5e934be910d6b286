"""A run with the credentials under test, against a simulator with two accounts that own an image each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_simulator import OTHER, OWNER, Account, Simulator
from tests.support.clock import Time

Properties = dict[str, Any]
A, B, C = "1550000000000001", "1550000000000002", "1550000000000003"


def role(account: Account, name: str = "images") -> str:
    """Name a role of an account."""
    return f"acs:ram::{account.id}:role/{name}"


def keys(account: Account = OWNER) -> Properties:
    """Configure the key of an account."""
    return {"accessKey": account.key, "secretKey": account.secret}


def share(account: Account, *accounts: str, **more: Any) -> Properties:
    """Ask for an image of an account to be shared."""
    named = {"service": "ecs", "image_id": f"m-{account.id}", "region_id": "cn-hangzhou"}
    return {**named, "accounts": dict.fromkeys(accounts or (A,), ""), **more}


@dataclass
class World:
    """The simulator, with an image of each account, and the clock that it shares with provider processes."""

    cloud: Simulator
    time: Time

    def run(self, environment: dict[str, str] | None = None, **config: Any) -> Run:
        """Start a provider process with this configuration beside the endpoints, and these variables."""
        hosts = dict.fromkeys(("ecs", "ecd", "ens", "swas", "sts"), self.cloud.address)
        given = {"region": "cn-hangzhou", "protocol": "HTTP", "endpoints": [hosts], **config}
        texts = {
            f"alicloud:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in given.items()
        }
        settings = read_settings(texts.get, environment or {}, services.names())
        return Run(
            settings, Engine(None), Clock(lambda: self.time.now, self.time.sleep, lambda: self.time.now)
        )

    def live(self, account: Account) -> set[str]:
        """Give who can use the image of an account."""
        images: Any = self.cloud.state()["images"]
        return next(set(image["accounts"]) for image in images if image["owner_id"] == account.id)

    def actions(self) -> list[tuple[Any, Any]]:
        """Give action and caller of every call so far."""
        return [(call["action"], call["account"]) for call in self.cloud.calls()]

    def remove_images(self) -> None:
        """Delete every image."""
        self.cloud.put_state({"images": []})


@pytest.fixture
def world() -> Iterator[World]:
    time = Time()
    with Simulator(clock=lambda: time.now) as cloud:
        images = [
            {"service": "ecs", "image_id": f"m-{account.id}", "owner_id": account.id}
            for account in (OWNER, OTHER)
        ]
        cloud.put_state({"images": images})
        yield World(cloud, time)
