"""What a service declares of itself: where it is called, within which limits, and by which rights."""

from __future__ import annotations

from dataclasses import dataclass


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
class Api:
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
    shares_to_ecs: bool = False
    """Whether its images can be shared to the owner's ECS."""
    absent_is_empty: bool = False
    """Whether an image that the caller does not see may be answered with an empty list of accounts."""
    ram_actions: tuple[RamAction, ...] = ()
    """Every action that is called; what RAM always allows is left out."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many accounts one batch may add and remove, and how many an image may have."""

    add: int
    remove: int
    accounts_per_image: int | None
    probes: int | None = None
    """How many calls may be spent on finding the account at fault; None leaves it to what a search takes."""
    together: bool = True
    """Whether one call both adds and removes."""
