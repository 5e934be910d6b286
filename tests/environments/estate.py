"""Three accounts with twenty images in each of four regions, and what else lies beside them."""

from __future__ import annotations

import itertools
from typing import Any

from alicloud_image_simulator import Account, Simulator

CENTRAL = Account("1600000000000001", "SIMULATED-KEY-OF-CENTRAL", "simulated-secret-of-central")
OWNERS = {
    "web": Account("1600000000000011", "SIMULATED-KEY-OF-WEB", "simulated-secret-of-web"),
    "data": Account("1600000000000012", "SIMULATED-KEY-OF-DATA", "simulated-secret-of-data"),
    "build": Account("1600000000000013", "SIMULATED-KEY-OF-BUILD", "simulated-secret-of-build"),
}
REGIONS = {"cn-hangzhou": "bp1", "cn-shanghai": "uf6", "cn-beijing": "2ze", "cn-shenzhen": "wz9"}
"""Region → what the ids of its images begin with."""

TOO_OLD, WANTED, FOREIGN = 0, range(1, 21), 21
"""Numbers of the images that a team has in a region, the oldest first."""

PLACES = list(itertools.product(OWNERS, REGIONS))


def image_id(team: str, region: str, number: int) -> str:
    """Name an image, as the cloud does."""
    return f"m-{REGIONS[region]}{team}{number:02}"


def wanted() -> list[tuple[str, str]]:
    """Give the images that are to be shared, each with the account that owns it."""
    return [(image_id(*place, number), OWNERS[place[0]].id) for place in PLACES for number in WANTED]


def every_image() -> list[dict[str, Any]]:
    """Give every image: the wanted ones, an older one of the same family, and a newer one of another."""
    numbers = (TOO_OLD, *WANTED, FOREIGN)
    return [_image(team, region, number) for (team, region), number in itertools.product(PLACES, numbers)]


def _image(team: str, region: str, number: int) -> dict[str, Any]:
    return {
        "service": "ecs",
        "image_id": image_id(team, region, number),
        "region_id": region,
        "owner_id": OWNERS[team].id,
        "family": f"scratch-{team}" if number == FOREIGN else f"golden-{team}",
        "created": f"2026-10-{number + 1:02}T06:00:00Z",
    }


def shared(cloud: Simulator) -> dict[tuple[str, str], list[str]]:
    """Give who can use what: image and owner → accounts, of all images that anybody can use."""
    images: Any = cloud.state()["images"]
    return {(one["image_id"], one["owner_id"]): sorted(one["accounts"]) for one in images if one["accounts"]}


def writes(cloud: Simulator) -> list[tuple[str, str]]:
    """Give the image and the caller of each call that changes something."""
    calls: Any = cloud.calls()
    reading = ("Describe", "List", "Get", "AssumeRole")
    written = [call for call in calls if not call["action"].startswith(reading)]
    assert all(call["status"] == 200 for call in written)
    return [(call["parameters"]["ImageId"], call["account"]) for call in written]
