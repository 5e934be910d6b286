"""Over which services and regions a report goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.inventory.live import ReadFailure, ServiceRegion

ALL = "all"

RegionsOf = Callable[[str], "tuple[str, ...] | ReadFailure"]
"""Gives the regions that a service has."""


@dataclass(slots=True)
class Targets:
    """What is to be read of one account."""

    regions: set[ServiceRegion] = field(default_factory=set)
    failures: list[ReadFailure] = field(default_factory=list)
    """Services all of whose regions are to be read, and which they are is not known."""
    unknown_regions: set[ServiceRegion] = field(default_factory=set)
    """Regions that a service says it does not have."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What options name, or `all`; no services are all of them, no regions the configured one."""

    services: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def targets(self, home: str | None, declared: Iterable[ServiceRegion], regions_of: RegionsOf) -> Targets:
        """Return what to read; raise ConfigurationError where that is nothing.

        `home` is the configured region; where no region is named, those of declared images are read too.
        """
        targets = Targets()
        chosen = services.names() if not self.services or ALL in self.services else self.services
        for service in chosen:
            if not services.service(service).API.regional:
                targets.regions.add(ServiceRegion(service))
            elif ALL in self.regions or self._regions(home):
                self._add(targets, service, home, regions_of)
        if not self.regions:
            targets.regions.update(region for region in declared if region.service in chosen)
        _check_not_empty(targets)
        return targets

    def _add(self, targets: Targets, service: str, home: str | None, regions_of: RegionsOf) -> None:
        """Add a service in its regions; a service that was named itself is believed to be there."""
        named = {ServiceRegion(service, region) for region in self._regions(home)}
        if service in self.services and ALL not in self.regions:
            targets.regions |= named
            return
        listed = regions_of(service)
        if not isinstance(listed, ReadFailure):
            known = {ServiceRegion(service, region) for region in listed}
            targets.regions |= known if ALL in self.regions else named & known
            targets.unknown_regions |= named - known
        elif ALL in self.regions:
            targets.failures.append(listed)
        else:
            # It is not known to be absent, and so is read.
            targets.regions |= named

    def _regions(self, home: str | None) -> tuple[str, ...]:
        if ALL in self.regions:
            return ()
        return self.regions or ((home,) if home else ())


def _check_not_empty(targets: Targets) -> None:
    known = {target.region for target in targets.regions}
    unknown = sorted({target.region for target in targets.unknown_regions} - known)
    if unknown:
        raise ConfigurationError(f"no service has the region {', '.join(unknown)}.")
    if not targets.regions and not targets.failures:
        raise ConfigurationError("no region is configured: give --region, or configure alicloud:region.")
