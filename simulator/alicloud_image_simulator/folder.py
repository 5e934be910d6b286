"""One folder of a resource directory, and the same folder in the control's state document."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from . import documents

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with the accounts that are directly in it."""

    folder_id: str
    owner_id: str
    """The management account of the directory, which alone may list its accounts."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Account id → display name."""

    def document(self) -> dict[str, object]:
        """Return the folder as the state document shows it: reading it back gives an equal one."""
        shown: dict[str, object] = {member.name: getattr(self, member.name) for member in fields(self)}
        return shown | {"accounts": dict(self.accounts)}


def read_folder(value: object, place: str, owner_id: str) -> Folder:
    """Read a folder of the state document."""
    document = documents.members(value, [member.name for member in fields(Folder)], place)
    return Folder(
        folder_id=document.need("folder_id", documents.name),
        owner_id=document.take("owner_id", documents.account_id, owner_id),
        accounts=document.take("accounts", documents.texts, {}),
    )
