"""One resource share as the cloud keeps it, and the same share in the control's state document."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial

from . import documents
from .image import BEGINNING, DEFAULT_REGION

STATUSES = ("Active", "Pending", "Deleting", "Deleted")


@dataclass(frozen=True, slots=True)
class ResourceShare:
    """What Resource Sharing shares with accounts, folders and directories."""

    share_id: str
    name: str
    owner_id: str
    region_id: str = DEFAULT_REGION
    status: str = "Active"
    allow_external_targets: bool = False
    images: tuple[str, ...] = ()
    """The ids of images."""
    targets: tuple[str, ...] = ()
    """Accounts (digits), folders (``fd-…``), resource directories (``rd-…``)."""
    external_targets: tuple[str, ...] = ()
    """Those of the targets that are outside of the owner's resource directory."""
    pending_targets: tuple[str, ...] = ()
    """Targets that have no access yet, for they have not accepted."""
    created: str = BEGINNING

    @property
    def has_ended(self) -> bool:
        """Whether nothing is shared by it any more."""
        return self.status == "Deleted"

    def document(self) -> dict[str, object]:
        """Return the share as the state document shows it: reading it back gives an equal one."""
        shown = {member.name: getattr(self, member.name) for member in fields(self)}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in shown.items()}


def read_resource_share(value: object, place: str, owner_id: str) -> ResourceShare:
    """Read a resource share of the state document."""
    document = documents.members(value, [member.name for member in fields(ResourceShare)], place)
    share_id = document.need("share_id", documents.name)
    return ResourceShare(
        share_id=share_id,
        name=document.take("name", documents.name, share_id),
        owner_id=document.take("owner_id", documents.account_id, owner_id),
        region_id=document.take("region_id", documents.name, DEFAULT_REGION),
        status=document.take("status", partial(documents.one_of, allowed=STATUSES), "Active"),
        allow_external_targets=document.take("allow_external_targets", documents.flag, False),
        images=document.take("images", _names, ()),
        targets=document.take("targets", _names, ()),
        external_targets=document.take("external_targets", _names, ()),
        pending_targets=document.take("pending_targets", _names, ()),
        created=document.take("created", documents.name, BEGINNING),
    )


def _names(value: object, place: str) -> tuple[str, ...]:
    return tuple(
        documents.name(element, f"{place}[{index}]")
        for index, element in enumerate(documents.items(value, place))
    )
