"""The accounts that a run acts as: that of the configured credentials, and one for each role of a share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from alicloud_image_share.cloud.answer_fields import account_id
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.gc_paused import gc_paused_imports
from alicloud_image_share.cloud.other_services import STS
from alicloud_image_share.cloud.request import OnWait, Reads, Request
from alicloud_image_share.cloud.service import Call
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.errors import ConfigurationError

if TYPE_CHECKING:
    from alicloud_image_share.cloud.client import ApiClient
    from alicloud_image_share.cloud.credential_chain import CredentialChain

IDENTITY_SECONDS = 30


class Sessions:
    """The sessions of one configuration; safe for several threads."""

    def __init__(self, settings: Settings, clock: Clock, tell: OnWait) -> None:
        self.settings = settings
        self.clock = clock
        self.tell = tell
        self._lock = threading.Lock()
        self._sessions: dict[str | None, Session] = {}
        self._chain: CredentialChain | None = None

    def of(self, role_arn: str | None = None) -> Session:
        """Return the session of a role, or of the configured credentials; nothing is called yet."""
        with self._lock:
            return self._sessions.setdefault(role_arn, Session(self, role_arn))

    @property
    def chain(self) -> CredentialChain:
        """What finds the configured credentials, and signs in with them."""
        with self._lock:
            if self._chain is None:
                # Loading what signs and sends takes time, and a run without a change calls nothing.
                with gc_paused_imports():
                    from alicloud_image_share.cloud.credential_chain import CredentialChain  # noqa: PLC0415
                    from alicloud_image_share.cloud.network import Network  # noqa: PLC0415
                    from alicloud_image_share.cloud.temporary_credentials import KeySources  # noqa: PLC0415

                network = Network(self.clock)
                self._chain = CredentialChain(KeySources(self.settings, self.clock, self.tell, network))
            return self._chain


class Session:
    """One set of credentials: the client that signs with them, and the account that they belong to."""

    def __init__(self, sessions: Sessions, role_arn: str | None) -> None:
        self.sessions = sessions
        self.role_arn = role_arn
        """The role that is assumed on top of the configured credentials; None where they act themselves."""
        self._signing_in = threading.Lock()
        self._asking = threading.Lock()
        self._client: ApiClient | None = None
        self._account_id: str | None = None

    @property
    def client(self) -> ApiClient:
        """What sends calls.

        Made at the first use. Raises ConfigurationError where configuration is malformed: refresh and destroy
        check nothing, and what was meant to be called is not known then.
        """
        with self._signing_in:
            if self._client is None:
                self._client = self._sign_in()
            return self._client

    def read_only(self) -> Reads:
        """Return what can send reads and nothing else."""
        return ReadOnly(self.client)

    @property
    def account_id(self) -> str:
        """The account that the credentials belong to; asked once.

        Raises ConfigurationError where `alicloud:accountId`, which is about the configured credentials, names
        another one.
        """
        with self._asking:
            if self._account_id is None:
                self._account_id = self._ask_account_id()
        expected = None if self.role_arn else self.sessions.settings.account_id
        if expected not in (None, self._account_id):
            raise ConfigurationError(
                f"alicloud:accountId is {expected}, and the credentials belong to account {self._account_id};"
                " use credentials of that account, or correct the setting."
            )
        return self._account_id

    def _ask_account_id(self) -> str:
        deadline = Deadline.after(self.sessions.clock, IDENTITY_SECONDS)
        request = Request("sts", STS, None, Call("GetCallerIdentity", {}), deadline, self.sessions.tell)
        return self.client.read(request, lambda answer: account_id(answer["AccountId"]))

    def _sign_in(self) -> ApiClient:
        settings = self.sessions.settings
        if settings.problems:
            raise ConfigurationError("\n".join(settings.problems))
        chain = self.sessions.chain
        if self.role_arn is None:
            return chain.sign_in()
        return chain.sign_in_as(self.sessions.of().client, self.role_arn)


class ReadOnly:
    """A client without its writes: who is handed this cannot change anything."""

    def __init__(self, client: Reads) -> None:
        self.read = client.read
