"""The keys under `image-shares:`, with what their JSON Schema and the documentation say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.stack_file.directory_group import SCHEMA as GROUP_FOLDER
from alicloud_image_share.stack_file.fields import ACCOUNTS, FIELDS
from alicloud_image_share.stack_file.group_file import SCHEMA as GROUP_FILE

NAMESPACE = "image-shares"


@dataclass(frozen=True, slots=True)
class Key:
    """One key; the schema is of its value where that is not secret."""

    schema: Mapping[str, Any]
    description: str


_SHARE = {
    "type": "object",
    "properties": {
        name: {**field.schema, "description": field.description} for name, field in FIELDS.items()
    },
    "additionalProperties": False,
    "required": ["service"],
    "anyOf": [{"required": [name]} for name in ("image_id", "images", "family", "name")],
}
_PER_SERVICE = {
    "type": "object",
    "propertyNames": {"enum": list(services.names())},
    "additionalProperties": {"type": "integer", "minimum": 1},
}
PROVIDER = f"{NAMESPACE}:provider"
DYNAMIC, NATIVE = PROVIDERS = ("dynamic", "native")
"""The providers that shares of a stack file can be of."""
_IMAGES = {"type": "array", "items": {"type": "string"}}

KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "groups": Key(
            {
                "type": ["object", "null"],
                "additionalProperties": {"anyOf": [ACCOUNTS, GROUP_FILE, GROUP_FOLDER]},
            },
            "A map from a name to accounts, to `{file: teams.csv}` or to `{folder: fd-…}`."
            " Whoever joins or leaves a group joins or leaves all its shares.",
        ),
        "shares": Key(
            {"type": "object", "additionalProperties": _SHARE},
            "A map from a name to a share. Write `{}` where the stack shares nothing.",
        ),
        "provider": Key(
            {"enum": list(PROVIDERS)},
            "`native`: shares are those of the native provider; `dynamic` leads back (default: `dynamic`).",
        ),
        "accountsPerImage": Key(
            _PER_SERVICE,
            "How many accounts an image may be shared with, by service, where your quota was raised.",
        ),
        "timeout": Key({}, "Seconds that one operation may take, in place of the `timeout` in state."),
        "callsPerMinute": Key(_PER_SERVICE, "How many calls a minute are made, by service (SWAS: 10)."),
        "probe": Key(
            {},
            "False: do not search, by further calls, for the account at fault in a refused call.",
        ),
        "skipOwner": Key(
            {},
            "True: an image is not shared with the account that owns it, though a list or a group names it.",
        ),
        "warnBeforeEnd": Key(
            {"type": "integer", "minimum": 0},
            "How many days before its end access is named (default: 14).",
        ),
        "resourceSharing": Key(
            {},
            "False: reports do not read shares made by Resource Sharing, and say so. True: previews read"
            " them, too.",
        ),
        "allowedAccounts": Key({}, "The only accounts that may be listed."),
        "deniedAccounts": Key({}, "Accounts that may not be listed."),
        "neverLose": Key({}, "Accounts that may not lose access."),
        "maxRemoved": Key({}, "How many accounts one run may take off one image."),
        "maxUntil": Key(
            {"type": "integer", "minimum": 0},
            "How many days ahead the access of every listed account must end.",
        ),
        "endUnattended": Key(
            {"type": "boolean"},
            "True: `image-share up --only-ended` may take off access that has ended.",
        ),
        "exclusiveAllowed": Key(
            {"anyOf": [{"type": ["boolean", "string"]}, _IMAGES]},
            "Whether shares may be exclusive, or a list of the images where they may.",
        ),
        "allowRemoval": Key(_IMAGES, "Images that `neverLose` and `maxRemoved` do not protect."),
        "preflight": Key(
            {"enum": ["up", "preview"]},
            "`preview`: previews check what `up` checks before it writes (default: `up`).",
        ),
    }
)
"""Every key under `image-shares:`."""
