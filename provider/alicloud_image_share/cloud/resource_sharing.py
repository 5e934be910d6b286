"""Resource Sharing, API version 2020-01-10: which images are shared with accounts, folders or a directory.

Facts from the API pages ListSharedResources, ListResourceShares, ListSharedTargets and
ListResourceShareAssociations: it is called in the region of the images; `Self` lists what the caller shares
with others; a page has up to 100 entries and a token for the next one. The region goes with each call, as
older pages have it: an endpoint may serve several. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.cloud import answer_fields as field
from alicloud_image_share.cloud.other_services import RESOURCE_SHARING
from alicloud_image_share.cloud.service import Call
from alicloud_image_share.errors import InconsistentPages
from alicloud_image_share.sharing.resource_share import Principal, ResourceShare

NAME = "resourcesharing"
API = RESOURCE_SHARING
PAGE_SIZE = 100

Entries = list[Mapping[str, Any]]

_GONE = ("Deleted", "Failed", "Disassociated")


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of Resource Sharing, of what the caller shares with others."""

    action: str
    key: str
    """The member of an answer that holds the entries."""
    named_by: tuple[str, ...] = ()
    """Fields of an entry: at least one of them says what is shared, or with whom."""
    texts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    parameter: tuple[str, str] = ("ResourceOwner", "Self")

    def call(self, region: str, token: str | None = None) -> Call:
        """Return the call that lists a page."""
        paging = {"MaxResults": str(PAGE_SIZE), **({"NextToken": token} if token else {})}
        return Call(self.action, {"RegionId": region, **dict([self.parameter]), **paging})

    def parse(self, answer: Mapping[str, Any]) -> tuple[Entries, str | None]:
        """Return the entries of a page, and the token of the next one; None on the last one.

        Raises TypeError or ValueError where an entry does not say what it is of: it would hide an access.
        """
        entries = field.required(answer, self.key)
        for entry in entries:
            names = [field.text(entry, name) for name in self.named_by]
            if not (field.text(entry, _SHARE) and any(names)):
                raise ValueError(f"an entry has no {_SHARE} or none of {', '.join(self.named_by)}")
            for name in self.texts:
                field.text(entry, name)
            for name in self.flags:
                field.flag(entry, name)
        return entries, field.text(answer, "NextToken") or None


_SHARE = "ResourceShareId"
RESOURCES = Listing("ListSharedResources", "SharedResources", ("ResourceId", "ResourceArn"))
SHARES = Listing(
    "ListResourceShares",
    "ResourceShares",
    (_SHARE,),
    ("ResourceShareStatus", "ResourceShareName"),
    ("AllowExternalTargets",),
)
TARGETS = Listing("ListSharedTargets", "SharedTargets", ("TargetId",), flags=("External",))
ASSOCIATIONS = Listing(
    "ListResourceShareAssociations",
    "ResourceShareAssociations",
    ("EntityId",),
    ("AssociationStatus",),
    ("External",),
    ("AssociationType", "Target"),
)
"""The same principals with those that are still being added."""


def images_by_share(resources: Entries, images: Collection[str]) -> dict[str, frozenset[str]]:
    """Return which of the images each resource share holds, without those that hold none."""
    shared: dict[str, set[str]] = {}
    for entry in resources:
        # What is shared may be named by its ARN alone, `acs:ecs:…:image/m-1`.
        image = field.text(entry, "ResourceId") or field.text(entry, "ResourceArn").rpartition("/")[2]
        if image in images:
            shared.setdefault(field.text(entry, "ResourceShareId"), set()).add(image)
    return {share: frozenset(ids) for share, ids in shared.items()}


def resource_shares(
    images: Mapping[str, frozenset[str]], shares: Entries, targets: Entries, associations: Entries
) -> Iterator[ResourceShare]:
    """Yield the resource shares that hold images, of the entries of all pages of all lists.

    One that shares with nobody is left out. Raises InconsistentPages where the lists do not fit together.
    """
    by_id = {field.text(entry, "ResourceShareId"): entry for entry in shares}
    principals = list(_principals(targets, associations))
    for share, ids in images.items():
        if share not in by_id:
            raise InconsistentPages(SHARES.action, f"it does not list {share}, which shares an image")
        of_share = {principal.id: principal for of, principal in principals if of == share}
        if of_share and field.text(by_id[share], "ResourceShareStatus") not in _GONE:
            yield ResourceShare(
                id=share,
                name=field.text(by_id[share], "ResourceShareName") or share,
                allows_outsiders=field.flag(by_id[share], "AllowExternalTargets"),
                images=ids,
                principals=tuple(sorted(of_share.values())),
            )


def _principals(targets: Entries, associations: Entries) -> Iterator[tuple[str, Principal]]:
    """Yield each principal with its share; one that has access after it as one that is being added."""
    for entry in associations:
        if field.text(entry, "AssociationStatus") not in (*_GONE, "Associated"):
            principal = Principal(
                field.text(entry, "EntityId"), field.flag(entry, "External"), is_pending=True
            )
            yield field.text(entry, "ResourceShareId"), principal
    for entry in targets:
        principal = Principal(field.text(entry, "TargetId"), field.flag(entry, "External"))
        yield field.text(entry, "ResourceShareId"), principal
