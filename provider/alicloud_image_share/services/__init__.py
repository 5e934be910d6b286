"""The services: one pure module each, found by listing this folder.

A service module translates and does nothing else. It has

- `API`: an `Api`; `LIMITS`: a `Limits`;
- `image_call(image, page)`: which images have this id, or a similar one;
- `images_call(region, page)`: which images the caller owns;
- `parse_images(answer)`: whose images those are, whether they can be shared, what the next page is asked by;
- `accounts_call(image, page)` and `parse_accounts(answer)`: who can use it, page by page from 1;
- `change_calls(image, batch)`: the calls that carry out one batch;
- where `API.regional`: `regions_call(region)` and `parse_regions(answer)`: the regions that the service has.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol, cast

from alicloud_image_share.model import Api, Batch, Call, ImageKey, ImagesPage, Limits, Page


class Service(Protocol):
    """What every service module offers."""

    @property
    def API(self) -> Api:  # noqa: N802 - a module constant, seen as an attribute
        """Where the service is called."""

    @property
    def LIMITS(self) -> Limits:  # noqa: N802
        """What one call carries and what one image holds."""

    def image_call(self, image: ImageKey, page: str | None = None) -> Call:
        """Return the call that describes the image; others may be listed along, and several pages of them."""

    def images_call(self, region: str | None, page: str | None = None) -> Call:
        """Return the call that lists a page of the caller's own images in whatever status."""

    def parse_images(self, answer: Mapping[str, Any]) -> ImagesPage:
        """Return a page of images; those of others, which some services list along, are not `own`."""

    def accounts_call(self, image: ImageKey, page: int) -> Call:
        """Return the call that lists a page, from 1, of the accounts that can use the image."""

    def parse_accounts(self, answer: Mapping[str, Any]) -> Page:
        """Return the accounts of one page."""

    def change_calls(self, image: ImageKey, batch: Batch) -> tuple[Call, ...]:
        """Return the calls that add and remove the accounts of one batch."""


class RegionalService(Service, Protocol):
    """What a service module with regions offers besides."""

    def regions_call(self, region: str) -> Call:
        """Return the call that lists the regions of the service, sent to one of them."""

    def parse_regions(self, answer: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the ids of the regions."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of all services, sorted: the modules of this folder."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def service(name: str) -> Service:
    """Return the module of a service; the name is one of `names()`."""
    if name not in names():
        raise KeyError(name)
    return cast(Service, importlib.import_module(f"{__name__}.{name}"))


def regional(name: str) -> RegionalService:
    """Return the module of a service whose `API.regional` is true."""
    return cast(RegionalService, service(name))
