"""The images that a preview shows of a rotating share, for its groups to be named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from alicloud_image_share.review.facts import PreviewFacts
from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.stack_file import ImagesOf, Rotation, ShareDefinition


def declared_in(
    facts: PreviewFacts, declared: Callable[[ImagesOf], tuple[ShareDefinition, ...]]
) -> tuple[ShareDefinition, ...]:
    """Return what a stack file declares, with the rotating shares that have a step; also those that leave."""
    return declared(partial(_images, facts.changes()))


def _images(changes: Iterable[ShareChange], rotation: Rotation) -> Iterator[tuple[str | None, str]]:
    for image, name in sorted({(one.image, one.name) for one in changes}):
        _, *region, image_id = image.split(":")
        if rotation.of(None, image_id).name == name:
            yield next(iter(region), None), image_id
