"""What else a preview changes: kinds that can share images are named, all others are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alicloud_image_share.review.engine_step import REVIEWED_TYPES, resource_name
from alicloud_image_share.review.planned_share import STEPS

_CHANGES_NOTHING = (
    *("same", "read", "read-replacement", "refresh"),
    *("discard", "discard-replaced", "remove-pending-replace"),
)
"""The engine's operations that leave the cloud as it is; one that is not known may change it."""

_OF_THE_ENGINE = ("pulumi:pulumi:", "pulumi:providers:")
"""How the types of stacks and providers begin: they change nothing in the cloud."""

_SHARING = {
    "EcsImagePipeline": "shares the images that it makes",
    "ImageSharePermission": "shares an image",
    "ResourceShare": "shares by Resource Sharing",
    "SharedResource": "shares by Resource Sharing",
    "SharedTarget": "shares by Resource Sharing",
    "CustomImage": "can be shared to the owner's ECS",
}
"""How the names of types end that can share an image, in whichever package, and how they do."""

_RUNNING = {
    "pulumi-python:dynamic": "runs code of the program",
    "pulumi-nodejs:dynamic": "runs code of the program",
    "command:": "runs a command",
    "alicloud:ros/": "runs a template",
    "alicloud:oos/": "runs a template",
    "alicloud:fc/": "runs code",
    "alicloud:fc2/": "runs code",
    "alicloud:fc3/": "runs code",
}
"""How the types of resources begin that can do anything, and how they do."""


def is_unreviewed(op: str, kind: str, *, custom: bool) -> bool:
    """Tell whether a step changes a resource that no review covers; a component changes nothing itself."""
    if not custom or op in _CHANGES_NOTHING or kind.startswith(_OF_THE_ENGINE):
        return False
    return kind not in REVIEWED_TYPES or op not in (*STEPS, "replace")


def unreviewed(others: Mapping[str, str]) -> Iterator[str]:
    """Return what was not reviewed, a line each; `others` maps the urn of a resource to its type."""
    how = {urn: _how_it_shares(kind) for urn, kind in others.items()}
    for urn, sharing in sorted(how.items()):
        if sharing:
            yield f"{resource_name(urn)}, a {others[urn]}, which {sharing}"
    number = sum(not sharing for sharing in how.values())
    if number:
        verb = "other resource changes" if number == 1 else "other resources change"
        yield f"{number} {verb}; not reviewed here"


def can_share(kind: str) -> bool:
    """Tell whether a resource of a type is known to share images."""
    return kind in REVIEWED_TYPES or bool(_how_it_shares(kind))


def _how_it_shares(kind: str) -> str:
    if kind in REVIEWED_TYPES:
        return "is imported, or changes in a way that no review knows"
    runs = next((how for beginning, how in _RUNNING.items() if kind.startswith(beginning)), "")
    return runs or next((how for end, how in _SHARING.items() if kind.lower().endswith(end.lower())), "")
