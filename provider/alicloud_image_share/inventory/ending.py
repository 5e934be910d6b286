"""Whose access ends soon, by what the stacks say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from alicloud_image_share.inventory.declared import DeclaredStack
from alicloud_image_share.sharing.access_end import ending
from alicloud_image_share.sharing.notices import Kind, Notice, about


def ending_soon(stacks: Iterable[DeclaredStack], now: datetime) -> Iterator[Notice]:
    """Give a notice for each share with access that ends soon; secret accounts are counted."""
    for stack in stacks:
        for share in stack.shares:
            soon = ending(share.definition.notes, now, stack.settings.ends.warn_days)
            if soon:
                yield about(share.key, Kind.ENDING, soon, soon, secret=share.secret)
