"""The connection of a command that runs beside the engine, with the same configuration."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from alicloud_image_share.clock import Clock
from alicloud_image_share.owners import Owners
from alicloud_image_share.request import Reads

if TYPE_CHECKING:
    from alicloud_image_share.config import Settings
    from alicloud_image_share.request import ReadsAndWrites, Tell


class Connection:
    """A configuration, and one way to the cloud that belongs to it: its credentials, or a role on top."""

    def __init__(self, settings: Settings, tell: Tell, clock: Clock | None = None) -> None:
        self.settings = settings
        self.tell = tell
        self.clock = clock or Clock()
        self.role_arn: str | None = None
        self._owners = Owners(settings, self.clock, tell)

    def as_role(self, role_arn: str | None) -> Connection:
        """Return the way of a role on top of the same credentials, which are signed in once."""
        connection = copy(self)
        connection.role_arn = role_arn
        return connection

    @property
    def openapi(self) -> ReadsAndWrites:
        """What sends calls; raises ConfigurationError where configuration is malformed."""
        return self._owners.openapi(self.role_arn)

    @property
    def reader(self) -> Reads:
        """What can send reads and nothing else."""
        return ReadOnly(self.openapi)

    @property
    def caller(self) -> str:
        """The account that the credentials belong to; asked once."""
        return self._owners.caller(self.role_arn)


class ReadOnly:
    """A connection without its writes: who is handed this cannot change anything."""

    def __init__(self, openapi: Reads) -> None:
        self.read = openapi.read
