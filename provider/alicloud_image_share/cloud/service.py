"""What a service declares of itself: where it is called, within which limits, and by which rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from alicloud_image_share.sharing.model import Batch, ImageKey, Limits, ListedImage


@dataclass(frozen=True, slots=True)
class RamAction:
    """One action that a RAM policy allows, and what it can be allowed on."""

    name: str
    resource: str = "*"
    """A name with `{region}` and `{image}` in it; `*` where the action takes no resource."""
    writes: bool = False
    to_ecs: bool = False
    """Whether nothing else needs it than the switch that shares an image to the owner's ECS."""
    lists_regions: bool = False
    """Whether nothing else needs it than looking into all regions."""


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """The product that a service's calls belong to: the name for endpoints, the version, where it listens."""

    version: str
    ram_prefix: str
    """The product in the actions of RAM policies."""
    endpoint: str
    """Host name, with `{region}` where it is regional."""
    endpoint_keys: tuple[str, ...]
    """Keys of `alicloud:endpoints` that override the host, the first one that is set wins."""
    regional: bool = True
    calls_per_minute: int | None = None
    """How often an account may call each action; None where no page limits it."""
    families: bool = False
    """Whether its images can belong to a family."""
    resource_shares: bool = False
    """Whether Resource Sharing can share its images, which its own API does not show."""
    shares_to_ecs: bool = False
    """Whether its images can be shared to the owner's ECS."""
    absent_is_empty: bool = False
    """Whether an image that the caller does not see may be answered with an empty list of accounts."""
    ram_actions: tuple[RamAction, ...] = ()
    """Every action that is called; what RAM always allows is left out."""


@dataclass(frozen=True, slots=True)
class ImagesPage:
    """One page of a listing of images; `total` counts all pages, None where the service doesn't count."""

    images: tuple[ListedImage, ...]
    next: str | None = None
    """What to ask the next page by; None on the last one."""
    total: int | None = None

    @classmethod
    def numbered(cls, images: tuple[ListedImage, ...], total: int, number: int, size: int) -> ImagesPage:
        """Return a page of a service that counts its pages from 1."""
        return cls(images, str(number + 1) if number * size < total else None, total)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing of accounts; `total` counts all pages, None where the service is unpaged."""

    accounts: tuple[str, ...]
    total: int | None = None
    everyone: bool = False
    since: Mapping[str, str] = field(default_factory=dict)
    """Account id → when it was given access, in the service's own words; empty where none are given."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a service: an action with its parameters, all text, as they go over the wire."""

    action: str
    parameters: Mapping[str, str]
    token: str | None = None
    """The parameter that takes a token, where the service promises to carry out one token only once."""
    confidential: bool = False
    """Whether parameters or answer hold a credential: nothing goes into the URL, and none of it is quoted."""


class Service(Protocol):
    """What every service module offers; its first lines name the API page and version that it follows.

    A `parse_…` method raises KeyError, TypeError, ValueError or AttributeError for an answer of another form,
    which the client turns into UnreadableResponse.
    """

    @property
    def API(self) -> ServiceSpec:  # noqa: N802 - a module constant, seen as an attribute
        """Where the service is called."""

    @property
    def LIMITS(self) -> Limits:  # noqa: N802
        """How many accounts one call adds or removes, and one image holds (None: not documented)."""

    def image_call(self, image: ImageKey, page: str | None = None) -> Call:
        """Return the call that describes the image; others may be listed along, and several pages of them."""

    def images_call(self, region: str | None, page: str | None = None) -> Call:
        """Return the call that lists a page of the caller's own images in whatever status."""

    def parse_images(self, answer: Mapping[str, Any]) -> ImagesPage:
        """Return a page of images; those of others, which some services list along, are not `own`."""

    def accounts_call(self, image: ImageKey, page: int) -> Call:
        """Return the call that lists a page, from 1, of the accounts that can use the image."""

    def parse_accounts(self, answer: Mapping[str, Any]) -> Page:
        """Return the ids of one page, whether everybody has access, and how many accounts the list has."""

    def change_calls(self, image: ImageKey, batch: Batch) -> tuple[Call, ...]:
        """Return the calls that add and remove the accounts of one batch."""


class RegionalService(Service, Protocol):
    """What a service module with regions offers besides."""

    def regions_call(self, region: str) -> Call:
        """Return the call that lists the regions of the service, sent to one of them."""

    def parse_regions(self, answer: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the ids of the regions, such as cn-hangzhou, in the order of the answer."""
