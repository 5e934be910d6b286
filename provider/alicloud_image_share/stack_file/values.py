"""What the stack file says, parsed but not yet checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alicloud_image_share.stack_file.place import Place

ABSENT: Any = object()
"""What stands for a key that the stack does not have; None is a key without a value."""


@dataclass(frozen=True, slots=True)
class StackValues:
    """The values of `image-shares:groups` and `image-shares:shares`, and the files that they come from."""

    groups_place: Place
    shares_place: Place
    groups: Any
    """An empty map where the stack has no groups."""
    shares: Any = ABSENT
