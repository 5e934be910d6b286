"""The connection of a command that runs beside the engine, with the same configuration."""

from __future__ import annotations

from functools import cached_property

from alicloud_image_share.clock import Clock
from alicloud_image_share.config import Settings
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.identity import caller_of
from alicloud_image_share.request import Reads, ReadsAndWrites, Tell


class Connection:
    """A configuration, and the one way to the cloud that belongs to it."""

    def __init__(self, settings: Settings, tell: Tell, clock: Clock | None = None) -> None:
        self.settings = settings
        self.tell = tell
        self.clock = clock or Clock()

    @cached_property
    def openapi(self) -> ReadsAndWrites:
        """What sends calls; raises ConfigurationError where configuration is malformed."""
        if self.settings.problems:
            raise ConfigurationError("\n".join(self.settings.problems))
        # Loading the SDK takes a second: not for --help, nor to refuse a command.
        from alicloud_image_share.credentials import Credentials  # noqa: PLC0415
        from alicloud_image_share.openapi import OpenApi  # noqa: PLC0415

        return OpenApi(self.settings, Credentials(self.settings), self.clock)

    @property
    def reader(self) -> Reads:
        """What can send reads and nothing else."""
        return ReadOnly(self.openapi)

    @cached_property
    def caller(self) -> str:
        """The account that the credentials belong to."""
        return caller_of(self.reader, self.settings, self.clock, self.tell)


class ReadOnly:
    """A connection without its writes: who is handed this cannot change anything."""

    def __init__(self, openapi: Reads) -> None:
        self.read = openapi.read
