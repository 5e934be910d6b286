"""A share of the newest images: the stack file says how many of which kind, the cloud which ones they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from alicloud_image_share import services
from alicloud_image_share.stack_file.place import Place, Problem
from alicloud_image_share.stack_file.share import ShareDefinition
from alicloud_image_share.window import Selection

SELECTING = ("family", "name")
"""The fields of which one says that a share rotates."""

REGION = ("region_id", "regions")


@dataclass(frozen=True, slots=True)
class Rotation:
    """Shares of the newest images, a share an image."""

    share: ShareDefinition
    """What the shares have in common; its name is the key in the file, its image is open."""
    selection: Selection
    keep: int
    regions: tuple[str | None, ...] = (None,)
    """Where the images are; None is the region that is configured."""

    def of(self, region: str | None, image_id: str) -> ShareDefinition:
        """Return the share of one image, named by its id: a position would move with each new image."""
        name = f"{self.share.name}-{image_id}"
        return replace(self.share, name=name, region_id=region, image_id=image_id)


ImagesOf = Callable[[Rotation], Iterable[tuple[str | None, str]]]
"""Gives the images of a rotation, each by one of its regions and its id."""


def unknown_images(_rotation: Rotation) -> Iterable[tuple[str | None, str]]:
    """Return none: for whoever only wants what the file itself names."""
    return ()


def rotates(fields: Mapping[str, Any]) -> bool:
    """Tell whether a share is one of the newest images."""
    return any(name in fields for name in SELECTING)


def selection_problems(fields: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    """Find what is missing from a rotation, and what contradicts it."""
    if not rotates(fields):
        for name in ("keep", "regions"):
            if name in fields:
                yield place.at(name).problem("it goes with family or name, which select images")
        return
    if "keep" not in fields:
        yield place.problem("keep is missing: how many of the newest images are shared")
    if "family" in fields and "name" in fields:
        yield place.at("name").problem("family selects the images already; keep one of them")
    for name in ("image_id", "images"):
        if name in fields:
            selecting = next(field for field in SELECTING if field in fields)
            yield place.at(name).problem(f"{selecting} selects the images already; keep one of them")
    if "region_id" in fields and "regions" in fields:
        yield place.at("region_id").problem("regions says this already; keep one of them")
    service = fields.get("service")
    if "family" in fields and service in services.names() and not services.service(service).API.families:
        yield place.at("family").problem(f"{service} images have no family; select them by name")
