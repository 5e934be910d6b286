"""A field of a share, or a key of the configuration, that changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.review.engine_step import UNKNOWN, is_secret
from alicloud_image_share.sharing.access_end import shown_end
from alicloud_image_share.sharing.model import DEFAULTS, FIELDS
from alicloud_image_share.sharing.printable_text import printable

NEW = "(new share)"
"""Stands for the value before of a share that was not there."""

FIRST = "(first up)"
"""Stands for the value before of the configuration of a stack that was not there."""

IMPORTS = "environment"
"""The key of a stack file for the environments that it imports."""

_OF_THE_IMAGE = ("service", "region_id", "image_id")
_OF_NEW_SHARES = ("exclusive", "role_arn")
"""Fields that are named of a new share too, where they differ from their default."""


@dataclass(frozen=True, slots=True, order=True)
class FieldChange:
    """One such change; values as they are shown."""

    image: str
    """Empty for the configuration."""
    share: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return it in words."""
        return f"{f'{self.share}: ' if self.share else ''}{self.field}: {self.before} → {self.after}"

    @property
    def is_update(self) -> bool:
        """Whether the share was there before."""
        return self.before != NEW


def field_changes(
    image: str, share: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]
) -> tuple[FieldChange, ...]:
    """Return the fields that differ between the inputs of a share, besides its image and accounts."""
    after = {**DEFAULTS, **new}
    if old is None:
        names = [name for name in _OF_NEW_SHARES if after[name] != DEFAULTS[name]]
        return tuple(FieldChange(image, share, name, NEW, _shown(after[name])) for name in names)
    before = {**DEFAULTS, **old}
    return tuple(
        FieldChange(image, share, name, _shown(before[name]), _shown(after[name]))
        for name in changed_fields(old, new)
        if name not in _OF_THE_IMAGE
    )


def end_changes(
    image: str, share: str, before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[FieldChange, ...]:
    """Return the accounts on both lists, id → note, whose access ends at another time."""
    ends = {
        account: (shown_end(before[account]), shown_end(after[account])) for account in before.keys() & after
    }
    return tuple(
        FieldChange(image, share, f"until of {account}", was or "none", now or "none")
        for account, (was, now) in sorted(ends.items())
        if was != now
    )


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the fields that differ between the inputs of a share, besides its accounts.

    A refresh gives the defaults, which check leaves out. Fields of other versions are left out.
    """
    before, after = {**DEFAULTS, **old}, {**DEFAULTS, **new}
    ignored = {"accounts"}
    if ("__provider" in old) is not ("__provider" in new):
        ignored.add("timeout")  # It moves to the other provider, and of a native share it is an option.
    return tuple(
        sorted(name for name in FIELDS if name not in ignored and before.get(name) != after.get(name))
    )


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if value == UNKNOWN:
        return "(known in up)"
    if is_secret(value):
        return "(secret)"
    return printable(value if isinstance(value, str) else json.dumps(value))
