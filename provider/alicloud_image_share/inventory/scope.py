"""Over which services and regions a report goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import region_meant
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.inventory.live import ReadFailure, ServiceRegion

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
    """What options name, or `all`; no services are all of them, and no regions all that each service has."""

    services: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    resource_shares: bool = True
    """Whether shares made by Resource Sharing are looked at, too."""

    @property
    def narrowing(self) -> str:
        """What options leave out, as the end of a sentence; empty where they leave nothing out."""
        limits = [("service", self.services)] if self.services and services.ALL not in self.services else []
        limits += [("region", self.regions)] if not self._takes_all_regions else []
        parts = [f"no other {word} than {' and '.join(dict.fromkeys(names))}" for word, names in limits]
        looked_at = [f"{' and '.join(parts)} was looked at"] if parts else []
        left_out = [] if self.resource_shares else ["shares made by Resource Sharing were left out"]
        return "; ".join((*looked_at, *left_out))

    def targets(self, home: str | None, declared: Iterable[ServiceRegion], regions_of: RegionsOf) -> Targets:
        """Return what to read; raise ConfigurationError where that is nothing.

        All regions are those that a service lists, and those of the declared images. Where the list cannot be
        read, that is a failure, and `home`, the configured region, stands for it.
        """
        targets = Targets()
        chosen = services.names() if not self.services or services.ALL in self.services else self.services
        for service in chosen:
            if not services.service(service).API.regional:
                targets.regions.add(ServiceRegion(service))
            elif self._takes_all_regions:
                _add_all(targets, service, home, regions_of)
            else:
                self._add_named(targets, service, regions_of)
        if self._takes_all_regions:
            targets.regions.update(region for region in declared if region.service in chosen)
        _check_known(targets)
        return targets

    @property
    def _takes_all_regions(self) -> bool:
        return not self.regions or services.ALL in self.regions

    def _add_named(self, targets: Targets, service: str, regions_of: RegionsOf) -> None:
        """Add a service in the regions that are named.

        A service that is named too is believed to be in them, unless one of them may be mistyped.
        """
        named = {ServiceRegion(service, region) for region in self.regions}
        is_believed = service in self.services and not any(map(region_meant, self.regions))
        listed = () if is_believed else regions_of(service)
        if is_believed or isinstance(listed, ReadFailure):
            # It is not known to be absent, and so is read.
            targets.regions |= named
            return
        known = {ServiceRegion(service, region) for region in listed}
        targets.regions |= named & known
        targets.unknown_regions |= named - known


def _add_all(targets: Targets, service: str, home: str | None, regions_of: RegionsOf) -> None:
    listed = regions_of(service)
    if isinstance(listed, ReadFailure):
        targets.failures.append(listed)
        listed = (home,) if home else ()
    targets.regions |= {ServiceRegion(service, region) for region in listed}


def _check_known(targets: Targets) -> None:
    """Refuse a region that no service has."""
    known = {target.region for target in targets.regions}
    unknown = sorted({target.region for target in targets.unknown_regions} - known)
    if unknown:
        meant = dict.fromkeys(filter(None, map(region_meant, unknown)))
        hint = f"; did you mean {' and '.join(meant)}?" if meant else "."
        raise ConfigurationError(f"no service has the region {', '.join(unknown)}{hint}")
