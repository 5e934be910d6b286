"""Shares of one stack file that must not stand beside each other: a run refuses them, too."""

from __future__ import annotations

from collections.abc import Iterator

from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.stack_file.definitions import ShareDefinition, StackValues, definitions
from alicloud_image_share.stack_file.place import Problem


def clash_problems(values: StackValues, home: str | None) -> Iterator[Problem]:
    """Find shares of one image that list the same account, or of which one is exclusive.

    Only for values without problems; `home` is the region of the stack, for a share that names none.
    """
    shares_of: dict[ImageKey, list[ShareDefinition]] = {}
    for share in definitions(values):
        others = shares_of.setdefault(share.key(home), [])
        reason = next(filter(None, (_clash(other, share) for other in others)), "")
        if reason:
            yield values.shares_place.at(share.name).problem(reason)
        others.append(share)


def _clash(other: ShareDefinition, share: ShareDefinition) -> str:
    """Return why two shares of one image must not stand beside each other; empty where they may."""
    if other.exclusive or share.exclusive:
        exclusive = share.name if share.exclusive else other.name
        both = f"{other.name} is of the same image, and {exclusive} is exclusive"
        return f"{both}; put all accounts into one share"
    if other.notes.keys() & share.notes.keys():
        return f"{other.name} lists the same account for the same image; take the account off one of them"
    return ""
