"""What can be done with a stack."""

from __future__ import annotations

import enum


class Operation(enum.Enum):
    """An operation; the value is its name in messages."""

    PREVIEW = "preview"
    PREVIEW_DESTROY = "preview of destroy"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"

    @property
    def plans(self) -> bool:
        """Whether it only shows what would be done."""
        return self in (Operation.PREVIEW, Operation.PREVIEW_DESTROY)
