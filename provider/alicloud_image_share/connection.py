"""The connection of a command that runs beside the engine, with the same configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alicloud_image_share.clock import Clock
from alicloud_image_share.owners import Owners
from alicloud_image_share.request import Reads

if TYPE_CHECKING:
    from alicloud_image_share.config import Settings
    from alicloud_image_share.request import ReadsAndWrites, Tell


class Connection:
    """A configuration, and the one way to the cloud that belongs to it; as a role, where one is given."""

    def __init__(
        self, settings: Settings, tell: Tell, clock: Clock | None = None, role_arn: str | None = None
    ) -> None:
        self.tell = tell
        self.clock = clock or Clock()
        self._owners = Owners(settings, self.clock, tell)
        self._role_arn = role_arn

    @property
    def openapi(self) -> ReadsAndWrites:
        """What sends calls; raises ConfigurationError where configuration is malformed."""
        return self._owners.openapi(self._role_arn)

    @property
    def reader(self) -> Reads:
        """What can send reads and nothing else."""
        return ReadOnly(self.openapi)

    @property
    def caller(self) -> str:
        """The account that the credentials belong to; asked once."""
        return self._owners.caller(self._role_arn)


class ReadOnly:
    """A connection without its writes: who is handed this cannot change anything."""

    def __init__(self, openapi: Reads) -> None:
        self.read = openapi.read
