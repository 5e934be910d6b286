"""The smallest RAM policy for shares: from the actions that each service declares, on no more than is named.

https://www.alibabacloud.com/help/en/ram/policy-elements
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from alicloud_image_share import services
from alicloud_image_share.api import RamAction
from alicloud_image_share.model import ImageKey

ANY = "*"
ASSUME_ROLE = "sts:AssumeRole"
LARGEST = 6144
"""Characters that RAM takes in one policy of one's own."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is done with one service."""

    service: str
    images: tuple[ImageKey, ...] = ()
    """Empty: all images of the regions; one whose region is None is meant in each of them."""
    regions: tuple[str, ...] = ()
    """Empty: all regions."""
    to_ecs: bool = True
    """Whether images are shared to the owner's ECS, too, where the service can."""
    lists_regions: bool = False
    """Whether the regions themselves are asked for, as `--region all` does."""

    def actions(self, *, read_only: bool) -> Iterator[RamAction]:
        """Yield the actions that are called."""
        for action in services.service(self.service).API.ram_actions:
            is_asked = (self.to_ecs or not action.to_ecs) and (self.lists_regions or not action.lists_regions)
            if is_asked and not (read_only and action.writes):
                yield action

    def resources(self, action: RamAction) -> tuple[str, ...]:
        """Return what an action is called on."""
        regions = self.regions or (ANY,)
        places = [
            (region, image.image_id)
            for image in self.images
            for region in ((image.region_id,) if image.region_id else regions)
        ]
        places = places if self.images else [(region, ANY) for region in regions]
        return tuple(sorted({action.resource.format(region=region, image=image) for region, image in places}))

    def is_wider(self, *, read_only: bool) -> bool:
        """Tell whether an action can't be held to the images that are named, for it takes no resource."""
        return bool(self.images) and any(
            action.resource == ANY for action in self.actions(read_only=read_only)
        )


def ram_policy(
    needs: Iterable[Need], *, read_only: bool = False, roles: Iterable[str] = ()
) -> dict[str, Any]:
    """Return a policy document that allows what is needed, to assume these roles, and nothing else."""
    granted: dict[tuple[str, ...], dict[str, None]] = {}
    for need in needs:
        prefix = services.service(need.service).API.ram_prefix
        for action in need.actions(read_only=read_only):
            granted.setdefault(need.resources(action), {})[f"{prefix}:{action.name}"] = None
    if assumed := tuple(sorted(roles)):
        granted[assumed] = {ASSUME_ROLE: None}
    statements = [
        {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
        for resources, actions in granted.items()
    ]
    return {"Version": "1", "Statement": statements}


def needs_of(images: Iterable[ImageKey], *, to_ecs: bool = True) -> tuple[Need, ...]:
    """Return what is needed for these images, a service each."""
    by_service: dict[str, list[ImageKey]] = {}
    for image in sorted(set(images), key=str):
        by_service.setdefault(image.service, []).append(image)
    return tuple(Need(name, tuple(found), to_ecs=to_ecs) for name, found in by_service.items())
