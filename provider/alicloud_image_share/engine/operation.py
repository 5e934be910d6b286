"""What can be done with a stack."""

from __future__ import annotations

import enum


class Operation(enum.Enum):
    """An operation; the value is its name in messages."""

    PREVIEW = "preview"
    PREVIEW_DESTROY = "preview of destroy"
    UP = "up"
    REFRESH = "refresh"
    CHECK_REFRESH = "check of drift"
    DESTROY = "destroy"

    @property
    def plans(self) -> bool:
        """Whether it only shows what would be done."""
        return self in (Operation.PREVIEW, Operation.PREVIEW_DESTROY, Operation.CHECK_REFRESH)

    @property
    def refreshes(self) -> bool:
        """Whether it reads every image, whatever else is asked for."""
        return self in (Operation.REFRESH, Operation.CHECK_REFRESH)
