"""The simulator's images as they are, and the calls, for tests whose images have one id each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alicloud_image_simulator import Simulator


def put_images(cloud: Simulator, *images: str, **more: Any) -> None:
    """Put ECS images of the owner into the simulator, shared with nobody."""
    cloud.put_state({"images": [{"service": "ecs", "image_id": image, **more} for image in images]})


def live(cloud: Simulator, image: str = "m-1") -> set[str]:
    """Give who can use an image, as the simulator has it."""
    return next(set(item["accounts"]) for item in cloud.state()["images"] if item["image_id"] == image)


def set_live(cloud: Simulator, accounts: Iterable[str], image: str = "m-1") -> None:
    """Share an image behind the stack's back, with exactly these accounts."""
    state = cloud.state()
    for item in state["images"]:
        if item["image_id"] == image:
            item["accounts"] = list(accounts)
    cloud.put_state(state)


def share_in_console(cloud: Simulator, account: str, image: str = "m-1") -> None:
    """Share an image with one account more, behind the stack's back."""
    set_live(cloud, sorted(live(cloud, image) | {account}), image)


def unshare_in_console(cloud: Simulator, account: str, image: str = "m-1") -> None:
    """Take an account off an image, behind the stack's back."""
    set_live(cloud, sorted(live(cloud, image) - {account}), image)


def actions(cloud: Simulator) -> list[str]:
    """Give the actions called since the log was cleared."""
    return [call["action"] for call in cloud.calls()]


def writes(cloud: Simulator) -> list[str]:
    return [action for action in actions(cloud) if action.startswith("Modify")]


def reads(cloud: Simulator) -> list[str]:
    return [action for action in actions(cloud) if action.startswith("Describe")]
