"""The services: one pure module each, found by listing this folder.

A service module translates and does nothing else. It has

- `API`: an `Api`; `LIMITS`: a `Limits`;
- `image_call(image)` and `parse_image(image, answer)`: whose image it is and whether it can be shared;
- `accounts_call(image, page)` and `parse_accounts(answer)`: who can use it, page by page from 1;
- `change_calls(image, batch)`: the calls that carry out one batch.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol, cast

from alicloud_image_share.model import Api, Batch, Call, Image, ImageKey, Limits, Page


class Service(Protocol):
    """What every service module offers."""

    @property
    def API(self) -> Api:  # noqa: N802 - a module constant, seen as an attribute
        """Where the service is called."""

    @property
    def LIMITS(self) -> Limits:  # noqa: N802
        """What one call carries and what one image holds."""

    def image_call(self, image: ImageKey) -> Call:
        """Return the call that describes the image."""

    def parse_image(self, image: ImageKey, answer: Mapping[str, Any]) -> Image | None:
        """Return what the answer says of exactly this image, None when it is not among those listed."""

    def accounts_call(self, image: ImageKey, page: int) -> Call:
        """Return the call that lists a page, from 1, of the accounts that can use the image."""

    def parse_accounts(self, answer: Mapping[str, Any]) -> Page:
        """Return the accounts of one page."""

    def change_calls(self, image: ImageKey, batch: Batch) -> tuple[Call, ...]:
        """Return the calls that add and remove the accounts of one batch."""


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
