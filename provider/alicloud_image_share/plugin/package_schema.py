"""The schema of the native provider, from which the SDKs of all languages come."""

from __future__ import annotations

import json
import sys
from functools import cache
from importlib.metadata import version
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.plugin.image_access import ARGUMENTS, FUNCTION, REQUIRED, RESULTS
from alicloud_image_share.plugin.provider_inputs import provider_inputs
from alicloud_image_share.plugin.values import INPUTS, NATIVE
from alicloud_image_share.sharing.model import OUTPUTS
from alicloud_image_share.sharing.share_types import NATIVE_TYPE, SHARE_TYPE

PACKAGE = "image-shares"
VERSION = version("alicloud-image-share")
_SERVICE = f"{PACKAGE}:index:Service"
_HOME = "https://github.com/alicloud-image-share/alicloud-image-share"

_NOTES = {"type": "object", "additionalProperties": {"type": "string"}}
_FIELDS: dict[str, dict[str, Any]] = {
    "service": {
        "type": "string",
        "$ref": f"#/types/{_SERVICE}",
        "description": "The service that the image belongs to. Another one replaces the share.",
    },
    "imageId": {"type": "string", "description": "The image. Another one replaces the share."},
    "regionId": {
        "type": "string",
        "description": "The region of the image; by default that of the provider. Refused for `ens`, whose"
        " images have no region. Another one replaces the share.",
    },
    "accounts": {
        **_NOTES,
        "description": "Who may use the image: account id → note. A note says why, and may be empty;"
        " `partner [until 2027-03-31]` says until when.",
    },
    "exclusive": {
        "type": "boolean",
        "description": "Whether accounts that are not listed lose access; the preview names them. Without it"
        " the share leaves accounts alone that others have given access. Default: false.",
    },
    "shareToEcs": {
        "type": "boolean",
        "description": "Only for `swas`: share the image to the owner's ECS (true), stop that (false), or"
        " leave it as it is (not set).",
    },
    "roleArn": {
        "type": "string",
        "description": "A role to assume, on top of the configured credentials, that owns the image.",
    },
    "ownedAccounts": {
        **_NOTES,
        "description": "Account id → note, of those that the share gave access or took over at its last"
        " create or update.",
    },
    "foreignAccounts": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Accounts that have access and do not belong to this share.",
    },
    "ownerId": {"type": "string", "description": "The account that owns the image."},
}
_REQUIRED = ("service", "imageId", "accounts")
_ALWAYS_KNOWN = (*_REQUIRED, "ownedAccounts", "foreignAccounts")

_EXAMPLE = """The image is shared with each account that is listed. A preview shows accounts one by one.

```yaml
resources:
  golden-web:
    type: image-shares:ImageShare
    properties:
      service: ecs
      imageId: m-bp1abcdefghijklmnopq
      accounts:
        "1234567890123456": team web
```

Import takes the id of the image: `pulumi import image-shares:index:ImageShare web ecs:cn-hangzhou:m-…`.
"""


def schema() -> dict[str, Any]:
    """Return the schema of the package `image-shares` as the engine's GetSchema expects it."""
    inputs = {name: _FIELDS[name] for name in INPUTS}
    outputs = {NATIVE[name]: _FIELDS[NATIVE[name]] for name in OUTPUTS}
    return {
        "name": PACKAGE,
        "displayName": "Image shares for Alibaba Cloud",
        "version": VERSION,
        "description": "Share Alibaba Cloud machine images with other accounts.",
        "keywords": ["pulumi", "alicloud", "image", "category/cloud", "kind/native"],
        "license": "Apache-2.0",
        "publisher": "alicloud-image-share",
        "homepage": _HOME,
        "repository": _HOME,
        "attribution": "",
        "meta": {"supportPack": True},
        "types": {_SERVICE: _services()},
        "provider": {"inputProperties": provider_inputs(), "properties": {}},
        "resources": {
            NATIVE_TYPE: {
                "description": f"An image, shared with other accounts.\n\n{_EXAMPLE}",
                "properties": {**inputs, **outputs},
                "required": list(_ALWAYS_KNOWN),
                "inputProperties": inputs,
                "requiredInputs": list(_REQUIRED),
                "aliases": [{"type": SHARE_TYPE}],
            }
        },
        "functions": {FUNCTION: _function()},
        "language": {
            "nodejs": {"respectSchemaVersion": True},
            "python": {"respectSchemaVersion": True, "pyproject": {"enabled": True}},
            "go": {
                "respectSchemaVersion": True,
                "generateResourceContainerTypes": False,
                "importBasePath": f"{_HOME.removeprefix('https://')}/sdk/go/imageshares",
            },
            "csharp": {"respectSchemaVersion": True},
        },
    }


def _function() -> dict[str, Any]:
    return {
        "description": "Tells who has access to an image of the caller's, without sharing anything.",
        "inputs": {
            "type": "object",
            "properties": {
                name: {**_FIELDS[name], "description": _FIELDS[name]["description"].split(" Another")[0]}
                for name in ARGUMENTS
            },
            "required": list(REQUIRED),
        },
        "outputs": {"type": "object", "properties": dict(RESULTS), "required": list(RESULTS)},
    }


def _services() -> dict[str, Any]:
    return {
        "type": "string",
        "description": "A service that has images.",
        "enum": [{"name": name.capitalize(), "value": name} for name in services.names()],
    }


@cache
def schema_text() -> str:
    """Return the schema as the engine takes it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
