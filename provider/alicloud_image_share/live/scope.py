"""Over which services and regions a report goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alicloud_image_share import services
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.live.model import Place, Unread

ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for: names, or `all`; no services are all of them, no regions the configured one."""

    services: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def places(
        self,
        home: str | None,
        declared: Iterable[Place],
        regions_of: Callable[[str], tuple[str, ...] | Unread],
    ) -> tuple[tuple[Place, ...], tuple[Unread, ...]]:
        """Return the places to read, and the services whose regions are not known.

        `home` is the configured region; where no region is asked for, those of declared images are read too.
        """
        chosen = services.names() if not self.services or ALL in self.services else self.services
        found: set[Place] = set()
        unread = []
        for service in chosen:
            if not services.service(service).API.regional:
                found.add(Place(service))
            elif ALL in self.regions:
                listed = regions_of(service)
                if isinstance(listed, Unread):
                    unread.append(listed)
                else:
                    found.update(Place(service, region) for region in listed)
            else:
                found.update(Place(service, region) for region in self._regions(home))
        if not self.regions:
            found.update(place for place in declared if place.service in chosen)
        if not found and not unread:
            raise ConfigurationError("no region is configured: give --region, or configure alicloud:region.")
        return tuple(sorted(found)), tuple(unread)

    def _regions(self, home: str | None) -> tuple[str, ...]:
        return self.regions or ((home,) if home else ())
