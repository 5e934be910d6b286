"""What a service module declares, and what its actions are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .behaviour import Behaviour, Reading
    from .cloud import Cloud, Shared
    from .faults import CallFaults
    from .image import Image
    from .parameters import Page, Parameters
    from .session import Caller, Sessions

Body: TypeAlias = "dict[str, object]"


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call, and what a fault makes of it."""

    action: str
    parameters: Parameters
    caller: Caller
    cloud: Cloud
    now: str
    faults: CallFaults
    seconds: float
    """When it arrived, in seconds since the epoch."""
    accounts: frozenset[str]
    """The ids of the accounts that the simulator knows."""
    sessions: Sessions

    def write(self, image: Image, what: Shared) -> None:
        """Replace an image; how long readers see the past is the behaviour's to say, or a fault's."""
        stale_reads = self.cloud.behaviour.number("stale_reads")
        self.cloud.write(image, what, max(stale_reads, self.faults.stale_reads))

    def read(self, image: Image, what: Shared) -> Image:
        """Return the image as this call sees it."""
        return self.cloud.read(image, what, self.faults.stale_reads)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the cloud: a module in services/ has one as ``SERVICE``.

    An action gets a call and gives the members of its answer beside RequestId. It must raise a RefusalError
    before it changes anything, or change everything that it was asked to, but for what a fault makes of that
    (``faults``). ``calls_a_minute`` limits how
    often one account may call one action. ``parameters`` names what the page of an action lists; an action
    that is not named takes any. ``switches`` are those of the behaviour that only this service has, each with
    all its readings, the default first. ``product`` is what endpoints call it, where that is not its name.
    ``ram`` is what stands before an action in a policy; ``resources`` gives the name of what an action can be
    allowed on, with ``{region}``, ``{account}`` and ``{image}``, for those that take a resource; ``denied``
    gives status and code for a call that no policy allows. ``unsigned`` actions may be called by anybody.
    """

    name: str
    version: str
    ram: str
    actions: Mapping[str, Callable[[Call], Body]]
    parameters: Mapping[str, Page] = field(default_factory=dict)
    switches: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    calls_a_minute: Callable[[Behaviour], int | None] = lambda _: None
    denied: Callable[[Behaviour], tuple[int, str]] = lambda _: (403, "Forbidden.RAM")
    unsigned: frozenset[str] = frozenset()
    has_images: bool = True
    has_regions: bool = True
    product: str = ""
