"""What else a preview changes: kinds that can share images are named, all others are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alicloud_image_share.review.engine_step import REVIEWED_TYPES, resource_name

_CHANGES = ("create", "update", "replace", "create-replacement", "delete", "delete-replaced", "import")
"""The engine's operations that change a resource."""

_NO_CHANGES = ("pulumi:pulumi:", "pulumi:providers:")
"""How the types of stacks and providers begin: they change nothing in the cloud."""

_SHARING = {
    "alicloud:ecs/ecsImagePipeline:EcsImagePipeline": "shares the images that it makes",
    "alicloud:resourcemanager/resourceShare:ResourceShare": "shares by Resource Sharing",
    "alicloud:resourcemanager/sharedResource:SharedResource": "shares by Resource Sharing",
    "alicloud:resourcemanager/sharedTarget:SharedTarget": "shares by Resource Sharing",
    "alicloud:simpleapplicationserver/customImage:CustomImage": "can be shared to the owner's ECS",
    "pulumi-python:dynamic": "runs code of the program",
    "pulumi-nodejs:dynamic": "runs code of the program",
    "command:": "runs a command",
}
"""How the types of resources that can share an image begin, and how they do."""


def is_unreviewed(op: str, kind: str, *, custom: bool) -> bool:
    """Tell whether a step changes a resource that no review covers; a component changes nothing itself."""
    return custom and op in _CHANGES and kind not in REVIEWED_TYPES and not kind.startswith(_NO_CHANGES)


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


def _how_it_shares(kind: str) -> str:
    return next((how for beginning, how in _SHARING.items() if kind.startswith(beginning)), "")
