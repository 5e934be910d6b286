"""The environments of Pulumi Cloud that a stack file imports: they can set keys, roles, endpoints and rules.

The engine opens them in every run, and neither state nor history says which they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from alicloud_image_share.review.field_change import IMPORTS, FieldChange
from alicloud_image_share.review.model import Review

_NOT_KNOWN = "(not known)"


def with_environments(review: Review, imported: Any) -> Review:
    """Return a review that names what a stack file has under `environment:`, and has it approved along."""
    names = tuple(_names(imported)) if imported else ()
    if not names:
        return review
    listed = ", ".join(names)
    line = (
        f"environment: the stack file imports {listed}; which variables and settings come from there, and"
        " whether these have changed since the last up, is not shown"
    )
    change = FieldChange("", "", IMPORTS, _NOT_KNOWN, listed)
    return replace(review, not_checked=(*review.not_checked, line), settings=(*review.settings, change))


def _names(imported: Any) -> Iterator[str]:
    """Yield the names, in their order, for the last one counts; what a file writes out has a digest."""
    if isinstance(imported, Mapping):
        own = {key: value for key, value in imported.items() if key != "imports"}
        yield from _names(imported.get("imports") or [])
        if own:
            text = json.dumps(own, sort_keys=True, default=str)
            yield f"values of its own (SHA-256 {hashlib.sha256(text.encode()).hexdigest()})"
        return
    for entry in imported if isinstance(imported, list) else [imported]:
        yield entry if isinstance(entry, str) else json.dumps(entry, sort_keys=True, default=str)
