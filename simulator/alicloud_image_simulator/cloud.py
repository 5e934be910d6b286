"""What the cloud holds: images, how it behaves, and what readers may still see of the past."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from . import documents
from .behaviour import Behaviour, default_behaviour, read_behaviour
from .folder import Folder, read_folder
from .image import DEFAULT_REGION, Image, read_image
from .rate_limits import RateLimits
from .resource_share import ResourceShare, read_resource_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Identity: TypeAlias = tuple[str, str, str]
Shared: TypeAlias = Literal["accounts", "in_share"]


@dataclass(frozen=True, slots=True)
class Past:
    """An image as it was before something of it was written, and how many reads still show that."""

    image: Image
    reads: int


@dataclass(frozen=True, slots=True)
class Cloud:
    """The state that calls read and change; one thread owns it."""

    images: dict[Identity, Image] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=default_behaviour)
    closed_accounts: frozenset[str] = frozenset()
    resource_shares: tuple[ResourceShare, ...] = ()
    folders: tuple[Folder, ...] = ()
    tokens: dict[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)
    rate_limits: RateLimits = field(default_factory=RateLimits)
    _past: dict[tuple[Identity, Shared], Past] = field(default_factory=dict)

    def find(self, service: str, region_id: str, image_id: str) -> Image | None:
        """Return an image by its identity."""
        return self.images.get((service, region_id, image_id))

    def of(self, service: str, region_id: str) -> Iterator[Image]:
        """Return the images of a service in a region, in the order in which they were put."""
        return (
            image
            for image in self.images.values()
            if (image.service, image.region_id) == (service, region_id)
        )

    def regions(self, service: str) -> tuple[str, ...]:
        """Return the regions of a service: those of its images, and the default one."""
        return tuple(
            sorted(
                {
                    DEFAULT_REGION,
                    *(image.region_id for image in self.images.values() if image.service == service),
                }
            )
        )

    def write(self, image: Image, what: Shared, stale_reads: int) -> None:
        """Replace an image; so many of the next reads of what was written show it as it was."""
        key = (_identity(image), what)
        past = self._past.get(key)
        if past is None or past.reads == 0:
            past = Past(self.images[_identity(image)], 0)
        self._past[key] = replace(past, reads=max(past.reads, stale_reads))
        self.replace(image)

    def replace(self, image: Image) -> None:
        """Replace an image for every reader at once."""
        self.images[_identity(image)] = image

    def read(self, image: Image, what: Shared, stale_reads: int = 0) -> Image:
        """Return the image as this read sees it; with stale reads, this one and the next see the past."""
        key = (_identity(image), what)
        past = self._past.get(key)
        reads = max(past.reads, stale_reads) if past else 0
        if past is None or reads == 0:
            return image
        self._past[key] = replace(past, reads=reads - 1)
        return past.image

    def document(self) -> dict[str, object]:
        """Return the state document: reading it back gives an equal cloud."""
        return {
            "images": [image.document() for image in self.images.values()],
            "behaviour": self.behaviour.document(),
            "closed_accounts": sorted(self.closed_accounts),
            "resource_shares": [share.document() for share in self.resource_shares],
            "folders": [folder.document() for folder in self.folders],
        }


def read_cloud(value: object, regional: Mapping[str, bool], owner_id: str) -> Cloud:
    """Read a state document; ``regional`` says of each service that has images whether it has regions."""
    document = documents.members(
        value, ("images", "behaviour", "closed_accounts", "resource_shares", "folders"), "state"
    )
    nothing: tuple[object, ...] = ()
    nobody: tuple[str, ...] = ()
    images: dict[Identity, Image] = {}
    for index, element in enumerate(document.take("images", documents.items, nothing)):
        place = f"state.images[{index}]"
        image = read_image(element, place, regional, owner_id)
        if _identity(image) in images:
            raise documents.MalformedDocumentError(f"{place} is there already: {' '.join(_identity(image))}")
        images[_identity(image)] = image
    shares = document.take("resource_shares", documents.items, nothing)
    return Cloud(
        images=images,
        behaviour=document.take("behaviour", read_behaviour, default_behaviour()),
        closed_accounts=frozenset(document.take("closed_accounts", documents.account_ids, nobody)),
        resource_shares=tuple(
            read_resource_share(element, f"state.resource_shares[{index}]", owner_id)
            for index, element in enumerate(shares)
        ),
        folders=tuple(
            read_folder(element, f"state.folders[{index}]", owner_id)
            for index, element in enumerate(document.take("folders", documents.items, nothing))
        ),
    )


def _identity(image: Image) -> Identity:
    return image.service, image.region_id, image.image_id
