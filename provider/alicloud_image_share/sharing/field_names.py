"""How other languages spell the fields of a share: `image_id` is imageId in the native provider."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from alicloud_image_share.sharing.model import FIELDS, OUTPUTS


def camel_case(name: str) -> str:
    """Return a name of Python, as other languages spell it: region_id is regionId."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


CAMEL: Mapping[str, str] = MappingProxyType({name: camel_case(name) for name in (*FIELDS, *OUTPUTS)})
"""Every field of a share and its spelling in other languages."""

_FIELD = MappingProxyType({spelling: name for name, spelling in CAMEL.items()})


def python_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a share by the names of Python, in whichever spelling they come."""
    return {_FIELD.get(key, key): value for key, value in values.items()}


def camel_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a share by the names that other languages have for them."""
    return {CAMEL.get(key, key): value for key, value in values.items()}
