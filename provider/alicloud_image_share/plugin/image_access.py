"""The function `getImageAccess`: who has access to an image, for programs that only want to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.lifecycle.partial import Readings
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.model import DEFAULTS, IMAGE_ID, REGION_ID, ImageKey

FUNCTION = "image-shares:index:getImageAccess"
REQUIRED = ("service", "imageId")
ARGUMENTS = (*REQUIRED, "regionId", "roleArn")
RESULTS: Mapping[str, Mapping[str, Any]] = {
    "id": {"type": "string", "description": "The id of a share of this image."},
    "ownerId": {"type": "string", "description": "The account that owns the image."},
    "accounts": {
        "type": "array",
        "items": {"type": "string"},
        "description": "The accounts that have access, sorted.",
    },
    "everyone": {
        "type": "boolean",
        "description": "Whether the image is public, or shared with a group: more can use it.",
    },
}


def image_access(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return who has access to an image; raise ShareError where it is not the caller's, or cannot be read."""
    if problems := list(_problems(arguments)):
        raise ConfigurationError("\n".join(problems))
    service, region = arguments["service"], arguments.get("regionId")
    regional = services.service(service).API.regional
    key = ImageKey(service, (region or run.settings.region) if regional else region, arguments["imageId"])
    if not services.knows(key):
        no_region = "set regionId, or image-shares:region" if regional else f"{service} images have no region"
        raise ConfigurationError(f"regionId: {no_region}.")
    deadline = Deadline.after(run.clock, DEFAULTS["timeout"])
    described, access = Readings(run).owned(key, arguments.get("roleArn"), deadline)
    return {
        "id": str(key),
        "ownerId": described.owner_id or run.session(arguments.get("roleArn")).account_id,
        "accounts": sorted(access.accounts),
        "everyone": access.everyone or described.everyone,
    }


def _problems(arguments: Mapping[str, Any]) -> Iterator[str]:
    """Return what is wrong with the arguments, as sentences."""
    given = {name: arguments.get(name) for name in ARGUMENTS}
    yield from (f"{name}: it is required." for name in REQUIRED if given[name] is None)
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    yield from (
        f"{name}: {show(value)} is not text."
        for name, value in given.items()
        if value is not None and name not in texts
    )
    if texts.get("service", "ecs") not in services.names():
        yield f"service: {show(texts['service'])} is none of {', '.join(services.names())}."
    if not IMAGE_ID.fullmatch(texts.get("imageId", "m")):
        yield f"imageId: {show(texts['imageId'])} is not an image id."
    if (region := texts.get("regionId")) and not REGION_ID.fullmatch(region):
        yield f"regionId: {show(region)} is not a region id."
    if (role := texts.get("roleArn")) and not is_role(role):
        yield f"roleArn: {show(role)} {NO_ROLE}."
