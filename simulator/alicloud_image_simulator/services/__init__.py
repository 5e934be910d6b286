"""The services of the cloud, one module each, found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alicloud_image_simulator.service import Service


def every_service() -> tuple[Service, ...]:
    """Return the SERVICE of every module in this folder, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").SERVICE for name in names)
