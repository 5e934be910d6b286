"""Images over four services and three regions, shared by hand with accounts of a pool."""

from __future__ import annotations

import random
from typing import Any

from alicloud_image_simulator import Simulator

REGIONS = ("cn-hangzhou", "cn-shanghai", "cn-beijing")
SERVICES = ("ecs", "eds", "ens", "swas")
POOL = [str(1_550_000_000_000_000 + n) for n in range(60)]
NO_LIMIT = {"image-shares:callsPerMinute": {"swas": 9999}}


def image(
    service: str = "ecs", image_id: str = "m-1", region: str = REGIONS[0], **fields: Any
) -> dict[str, Any]:
    """Give an image of the state document."""
    return {
        "service": service,
        "image_id": image_id,
        "region_id": None if service == "ens" else region,
        **fields,
    }


def images_shared_by_hand(count: int, chance: random.Random) -> list[dict[str, Any]]:
    """Give so many images, each shared with five accounts; some names come twice."""
    return [
        image(
            service := chance.choice(SERVICES),
            f"m-{number:04}",
            chance.choice(REGIONS),
            name=f"golden {number % (count - 5)}",
            accounts=sorted(chance.sample(POOL, 5)),
            in_share=service == "swas" and chance.random() < 0.5,
        )
        for number in range(count)
    ]


def put(cloud: Simulator, *images: dict[str, Any], **behaviour: Any) -> None:
    """Put images into the simulator, which counts no calls of SWAS."""
    cloud.put_state({"images": list(images), "behaviour": {"swas_calls_a_minute": "none", **behaviour}})


def live(cloud: Simulator) -> dict[tuple[str, str], set[str]]:
    """Who can use what, by service and image id."""
    state: Any = cloud.state()
    return {(one["service"], one["image_id"]): set(one["accounts"]) for one in state["images"]}


def reads(cloud: Simulator) -> list[dict[str, Any]]:
    """The calls that an image service answered and that change nothing."""
    return [call for call in cloud.calls() if call["service"] != "sts" and call not in writes(cloud)]


def writes(cloud: Simulator) -> list[dict[str, Any]]:
    """Every call that changes something."""
    reading = ("Describe", "List", "Get")
    return [call for call in cloud.calls() if not str(call["action"]).startswith(reading)]
