"""One image as the cloud keeps it, and the same image in the control's state document."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from . import documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STATUSES = ("Available", "UnAvailable", "Creating", "Waiting", "Copying", "CreateFailed", "Deprecated")
UNFINISHED = frozenset({"Creating", "Waiting", "Copying"})
DEFAULT_REGION = "cn-hangzhou"
BEGINNING = "2026-01-01T00:00:00Z"
# Of every image, for a state says nothing of it.
OS_NAME = "Alibaba Cloud Linux 3.2104 LTS 64-bit"
OS_TYPE = "linux"
PLATFORM = "Aliyun"
ARCHITECTURE = "x86_64"
DISK_GIB = 40


@dataclass(frozen=True, slots=True)
class Image:
    """An image of one of the services; ``region_id`` is empty where a service knows no regions."""

    service: str
    region_id: str
    image_id: str
    owner_id: str
    name: str = ""
    family: str = ""
    created: str = BEGINNING
    tags: Mapping[str, str] = field(default_factory=dict)
    status: str = "Available"
    encrypted: bool = False
    is_public: bool = False
    accounts: tuple[str, ...] = ()
    shared_times: Mapping[str, str] = field(default_factory=dict)
    in_share: bool = False
    quota: int | None = None

    @property
    def progress(self) -> str:
        """How much of the image is made."""
        return "0%" if self.status in UNFINISHED else "100%"

    @property
    def snapshot_id(self) -> str:
        """The snapshot that the image is made from."""
        return f"s-{self.image_id.removeprefix('m-')}"

    def shared_with(self, accounts: Iterable[str], now: str) -> Image:
        """Return the image as shared with these accounts; whoever is new has been shared with now."""
        times = {
            account: self.shared_time(account) if account in self.accounts else now for account in accounts
        }
        return replace(self, accounts=tuple(times), shared_times=times)

    def shared_time(self, account: str) -> str:
        """Say since when a member has access; a state that doesn't say means: from the beginning."""
        return self.shared_times.get(account, self.created)

    def document(self) -> dict[str, object]:
        """Return the image as the state document shows it: reading it back gives an equal image."""
        shown: dict[str, object] = {member.name: getattr(self, member.name) for member in fields(self)}
        return shown | {
            "region_id": self.region_id or None,
            "tags": dict(self.tags),
            "accounts": list(self.accounts),
            "shared_times": dict(self.shared_times),
        }


def read_image(value: object, place: str, regional: Mapping[str, bool], owner_id: str) -> Image:
    """Read an image of the state document; ``regional`` says of each service whether it has regions."""
    document = documents.members(value, [member.name for member in fields(Image)], place)
    service = documents.one_of(document.need("service", documents.text), f"{place}.service", sorted(regional))
    image = Image(
        service=service,
        region_id=_read_region(document, regional[service]),
        image_id=document.need("image_id", documents.name),
        owner_id=document.take("owner_id", documents.account_id, owner_id),
        name=document.take("name", documents.text, ""),
        family=document.take("family", documents.text, ""),
        created=document.take("created", documents.name, BEGINNING),
        tags=document.take("tags", documents.texts, {}),
        status=document.take("status", _read_status, "Available"),
        encrypted=document.take("encrypted", documents.flag, False),
        is_public=document.take("is_public", documents.flag, False),
        accounts=document.take("accounts", documents.account_ids, ()),
        shared_times=document.take("shared_times", documents.texts, {}),
        in_share=document.take("in_share", documents.flag, False),
        quota=document.take("quota", documents.count, None),
    )
    # Who edits the accounts of a state that was read before need not edit the times.
    times = {account: time for account, time in image.shared_times.items() if account in image.accounts}
    return replace(image, shared_times=times)


def _read_region(document: documents.Members, regional: bool) -> str:
    if regional:
        return document.take("region_id", documents.name, DEFAULT_REGION)
    if document.take("region_id", documents.text, ""):
        raise documents.MalformedDocumentError(
            f"{document.place}.region_id is given, but the service has no regions"
        )
    return ""


def _read_status(value: object, place: str) -> str:
    return documents.one_of(value, place, STATUSES)
