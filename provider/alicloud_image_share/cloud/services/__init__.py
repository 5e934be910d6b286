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
from functools import cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from alicloud_image_share.cloud.service import RegionalService, Service
    from alicloud_image_share.sharing.model import ImageKey


ALL = "all"
"""Stands for every service, or for every region of one, where a user names some."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of all services, sorted: the modules of this folder."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def service(name: str) -> Service:
    """Return the module of a service; the name is one of `names()`."""
    if name not in names():
        raise KeyError(name)
    return cast("Service", importlib.import_module(f"{__name__}.{name}"))


def endpoint_keys() -> tuple[str, ...]:
    """Return the keys of `alicloud:endpoints` that name a host which is called here."""
    return tuple(key for keys in endpoint_keys_of_each() for key in keys)


def endpoint_keys_of_each() -> tuple[tuple[str, ...], ...]:
    """Return the keys of `alicloud:endpoints` for each host that is called here: one has several names."""
    # A program that only declares shares calls none of these, and loads nothing for them.
    from alicloud_image_share.cloud import other_services  # noqa: PLC0415

    of_services = (service(name).API.endpoint_keys for name in names())
    return (*of_services, *(spec.endpoint_keys for spec in other_services.ALL))


def regional(name: str) -> RegionalService:
    """Return the module of a service whose `API.regional` is true."""
    return cast("RegionalService", service(name))


def knows(key: ImageKey) -> bool:
    """Tell whether an image is of a service that there is, with a region where the service has regions."""
    return key.service in names() and service(key.service).API.regional is bool(key.region_id)
