"""Whose access ends soon, by what the stacks say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from alicloud_image_share.inventory.declared import DeclaredStack
from alicloud_image_share.sharing.access_end import ending
from alicloud_image_share.sharing.notices import Kind, about, count


def ending_soon(stacks: Iterable[DeclaredStack], now: datetime) -> tuple[str, ...]:
    """Say whose access ends soon, once for all images; secret accounts are counted."""
    images: dict[str, set[str]] = {}
    for stack in stacks:
        for share in stack.shares:
            soon = ending(share.definition.notes, now, stack.settings.ends.warn_days)
            if soon:
                notice = about(share.key, Kind.ENDING, soon, soon, secret=share.secret)
                images.setdefault(notice.sentence, set()).add(notice.image)
    return tuple(
        f"{next(iter(of_images)) if len(of_images) == 1 else count(of_images, 'image')}: {sentence}"
        for sentence, of_images in images.items()
    )
