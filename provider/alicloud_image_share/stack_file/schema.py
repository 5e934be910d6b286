"""The JSON Schema of a stack file, made of the same fields and keys as its checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS
from alicloud_image_share.stack_file.keys import KEYS, NAMESPACE

_SECRET = {"type": "object", "required": ["secure"]}
"""What the engine writes for a value that is encrypted."""


def stack_file_schema() -> Mapping[str, Any]:
    """Return the schema, of draft 7. It refuses no right file; `image-share validate` finds more mistakes."""
    ours = {
        f"{NAMESPACE}:{name}": {"anyOf": [key.schema, _SECRET], "description": key.description}
        for name, key in KEYS.items()
    }
    keys_of = {NAMESPACE: KEYS, "alicloud": CONFIG_KEYS}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Stack file of alicloud-image-share (Pulumi.<stack>.yaml)",
        "type": ["object", "null"],
        "properties": {
            "config": {
                "type": ["object", "null"],
                "properties": ours,
                "patternProperties": {
                    f"^{namespace}:(?!({'|'.join(sorted(keys))})$)": False
                    for namespace, keys in keys_of.items()
                },
            }
        },
    }
