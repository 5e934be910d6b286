"""The function `getImageAccess`: who has access to an image, for programs that only want to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.lifecycle.partial import Readings
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.model import DEFAULTS, ImageKey

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
    service, region = str(arguments["service"]), arguments.get("regionId")
    if service not in services.names():
        raise ConfigurationError(f"service: {service!r} is none of {', '.join(services.names())}.")
    regional = services.service(service).API.regional
    key = ImageKey(
        service, (region or run.settings.region) if regional else region, str(arguments["imageId"])
    )
    if not services.knows(key):
        no_region = "set regionId, or image-shares:region" if regional else f"{service} images have no region"
        raise ConfigurationError(f"regionId: {no_region}.")
    deadline = Deadline.after(run.clock, DEFAULTS["timeout"])
    described, access = Readings(run).owned(key, arguments.get("roleArn"), deadline)
    return {
        "id": str(key),
        "ownerId": described.owner_id or run.session(arguments.get("roleArn")).account_id,
        "accounts": sorted(access.accounts),
        "everyone": access.everyone,
    }
