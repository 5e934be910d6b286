"""Limits that are configured for each service; of several, the stricter one counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alicloud_image_share.cloud import services as known
from alicloud_image_share.cloud.config_reader import ConfigReader
from alicloud_image_share.sharing.accounts import show


def strictest_limits(
    readers: Sequence[ConfigReader], services: tuple[str, ...], key: str
) -> tuple[tuple[str, int], ...]:
    """Return the limit of each service that is configured; rules from outside only lower one."""
    limits, *others = (dict(_per_service(reader, services, key)) for reader in readers)
    for other in others:
        for service, limit in other.items():
            present = limits.get(service, default_limit(service, key))
            limits[service] = limit if present is None else min(limit, present)
    return tuple(sorted(limits.items()))


def default_limit(service: str, key: str) -> int | None:
    """Return the limit that holds for a service where `key` configures none; None where there is no limit."""
    module = known.service(service)
    if key.endswith("accountsPerImage"):
        return module.LIMITS.accounts_per_image
    return module.API.calls_per_minute


def _per_service(config: ConfigReader, services: tuple[str, ...], key: str) -> tuple[tuple[str, int], ...]:
    value = config.structured(key)
    if not isinstance(value, dict):
        config.problems.extend([f"{key}: it maps a service to a number."] if value is not None else [])
        return ()
    return tuple(sorted(_counts(value, key, services, config.problems)))


def _counts(
    value: dict[str, Any], key: str, services: tuple[str, ...], problems: list[str]
) -> list[tuple[str, int]]:
    good = []
    for name, count in value.items():
        if name not in services:
            problems.append(
                f"{key}: {show(name)} is not a service with a limit; those are {', '.join(services)}."
            )
        elif isinstance(count, bool) or not isinstance(count, int) or count < 1:
            problems.append(f"{key}: {show(count)} of {name} is not a number above 0.")
        else:
            good.append((name, count))
    return good
