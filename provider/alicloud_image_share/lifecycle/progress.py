"""How far one operation on one image has come, and what holds when it has succeeded."""

from __future__ import annotations

from dataclasses import dataclass, field

from alicloud_image_share.errors import ResponseLost
from alicloud_image_share.sharing.model import Access, Batch, Image
from alicloud_image_share.sharing.plan import Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """What holds when an operation has succeeded."""

    live: Access
    plan: Plan
    image: Image | None
    """As read before the first write; None where nothing was added and nobody asked for it."""


@dataclass(slots=True)
class Progress:
    """How far the writing has come."""

    before: Access
    live: Access
    plan: Plan
    """What this run is about; who is to leave becomes fewer when another share asks for somebody."""
    sent: set[str] = field(default_factory=set)
    """Every account that a call to add it was sent for, whatever came back."""
    accepted: set[str] = field(default_factory=set)
    """Those of them whose call the cloud accepted."""
    unanswered: set[str] = field(default_factory=set)
    """Those of them whose call got no usable answer."""
    removed: set[str] = field(default_factory=set)
    """Everything whose removal the cloud has accepted."""
    switched_from: bool | None = None
    """What the share to the owner's ECS was before this run switched it."""
    refused: Batch = field(default_factory=Batch)
    """The batch that the cloud refused last."""
    repeated: bool = False
    lost_response: ResponseLost | None = None
    """What came in place of an answer to the last write."""
