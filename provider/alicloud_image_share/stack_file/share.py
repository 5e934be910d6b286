"""One share as a stack file describes it."""

from __future__ import annotations

from dataclasses import dataclass

from alicloud_image_share.inputs import DEFAULTS


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account that a share names, and the groups that it comes from."""

    id: str
    note: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareDefinition:
    """One ImageShare to declare. None is a field that the file does not give."""

    name: str
    """The resource name: the key in the file, for one of several `images` followed by `-` and the region."""
    service: str
    image_id: str
    region_id: str | None = None
    accounts: tuple[ListedAccount, ...] = ()
    exclusive: bool = False
    share_to_ecs: bool | None = None
    role_arn: str | None = None
    timeout: float = DEFAULTS["timeout"]

    @property
    def notes(self) -> dict[str, str]:
        """Account id → note."""
        return {account.id: account.note for account in self.accounts}
