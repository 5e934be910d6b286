"""The accounts that a run acts as: that of the configured credentials, and one for each role of a share."""

from __future__ import annotations

import threading
from copy import copy
from typing import TYPE_CHECKING

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.loading import loading
from alicloud_image_share.cloud.request import Reads, Request, Tell
from alicloud_image_share.cloud.service import Call
from alicloud_image_share.cloud.settings import STS, Settings
from alicloud_image_share.errors import ConfigurationError

if TYPE_CHECKING:
    from alicloud_image_share.cloud.client import OpenApi
    from alicloud_image_share.cloud.request import ReadsAndWrites, Tell
    from alicloud_image_share.cloud.settings import Settings


class Owner:
    """One set of credentials: its connection, and whose it is."""

    def __init__(self, openapi: OpenApi, clock: Clock, tell: Tell) -> None:
        self.openapi = openapi
        self._clock = clock
        self._tell = tell
        self._account: str | None = None
        self._lock = threading.Lock()

    @property
    def account(self) -> str:
        """The id of the account that the credentials belong to; asked once."""
        with self._lock:
            if self._account is None:
                deadline = Deadline.after(self._clock, 30)
                request = Request("sts", STS, None, Call("GetCallerIdentity", {}), deadline, self._tell)
                self._account = self.openapi.read(request, lambda answer: str(answer["AccountId"]))
            return self._account


class Owners:
    """The owners of one configuration, each signed in at its first use; safe for several threads."""

    def __init__(self, settings: Settings, clock: Clock, tell: Tell) -> None:
        self._settings = settings
        self._clock = clock
        self._tell = tell
        self._lock = threading.Lock()
        self._owners: dict[str | None, Owner] = {}

    def openapi(self, role_arn: str | None = None) -> OpenApi:
        """Return the connection of a role, or of the configured credentials.

        Raises ConfigurationError where configuration is malformed, for what was meant to be called is not
        known then: refresh and destroy check nothing.
        """
        return self._owner(role_arn).openapi

    def caller(self, role_arn: str | None = None) -> str:
        """Return the account that a role, or the configured credentials, belong to.

        Raises ConfigurationError where `alicloud:accountId`, which is about the latter, names another one.
        """
        account, configured = self._owner(role_arn).account, self._settings.account_id
        if role_arn is None and configured not in (None, account):
            raise ConfigurationError(
                f"alicloud:accountId is {configured}, and the credentials belong to account {account};"
                " use credentials of that account, or correct the setting."
            )
        return account

    def _owner(self, role_arn: str | None) -> Owner:
        if self._settings.problems:
            raise ConfigurationError("\n".join(self._settings.problems))
        with self._lock:
            return self._signed_in(role_arn)

    def _signed_in(self, role_arn: str | None) -> Owner:
        if role_arn not in self._owners:
            # Loading the SDK takes a second, and a run without a change calls nothing.
            with loading():
                from alicloud_image_share.cloud.sign_in import sign_in, sign_in_as  # noqa: PLC0415

            terms = (self._settings, self._clock, self._tell)
            openapi = (
                sign_in(*terms)
                if role_arn is None
                else sign_in_as(self._signed_in(None).openapi, role_arn, *terms)
            )
            self._owners[role_arn] = Owner(openapi, self._clock, self._tell)
        return self._owners[role_arn]


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
