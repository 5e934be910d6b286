"""Over which services and regions a report goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.inventory.model import Place, Unread

ALL = "all"

RegionsOf = Callable[[str], "tuple[str, ...] | Unread"]
"""Gives the regions that a service has."""


@dataclass(slots=True)
class Places:
    """What a scope comes to."""

    read: set[Place] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    """Services whose regions are asked for and not known."""
    absent: set[Place] = field(default_factory=set)
    """Regions that a service says it does not have."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for: names, or `all`; no services are all of them, no regions the configured one."""

    services: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def places(self, home: str | None, declared: Iterable[Place], regions_of: RegionsOf) -> Places:
        """Return the places to read; raise ConfigurationError where there is none.

        `home` is the configured region; where no region is asked for, those of declared images are read too.
        """
        found = Places()
        chosen = services.names() if not self.services or ALL in self.services else self.services
        for service in chosen:
            if not services.service(service).API.regional:
                found.read.add(Place(service))
            elif ALL in self.regions or self._regions(home):
                self._add(found, service, home, regions_of)
        if not self.regions:
            found.read.update(place for place in declared if place.service in chosen)
        self._must_be_somewhere(found)
        return found

    def _add(self, found: Places, service: str, home: str | None, regions_of: RegionsOf) -> None:
        """Add a service in its regions; one that was named itself is believed to be where it is asked."""
        asked = {Place(service, region) for region in self._regions(home)}
        if service in self.services and ALL not in self.regions:
            found.read |= asked
            return
        listed = regions_of(service)
        if not isinstance(listed, Unread):
            known = {Place(service, region) for region in listed}
            found.read |= known if ALL in self.regions else asked & known
            found.absent |= asked - known
        elif ALL in self.regions:
            found.unread.append(listed)
        else:
            # It is not known to be absent, and so is read.
            found.read |= asked

    def _regions(self, home: str | None) -> tuple[str, ...]:
        if ALL in self.regions:
            return ()
        return self.regions or ((home,) if home else ())

    def _must_be_somewhere(self, found: Places) -> None:
        there = {place.region for place in found.read}
        nowhere = sorted({place.region for place in found.absent} - there)
        if nowhere:
            raise ConfigurationError(f"no service has the region {', '.join(nowhere)}.")
        if not found.read and not found.unread:
            raise ConfigurationError("no region is configured: give --region, or configure alicloud:region.")
