"""What signs the calls of one connection: keys of the user's own, or temporary ones.

Keys of the user's own are found by the SDK, at the first call and once for a process: static keys, a profile,
the default chain.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from urllib.parse import quote

from alibabacloud_credentials.client import Client
from alibabacloud_credentials.exceptions import CredentialException
from alibabacloud_credentials.models import Config, CredentialModel
from alibabacloud_credentials.provider import CLIProfileCredentialsProvider

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.credential_settings import CredentialSettings
from alicloud_image_share.errors import ConfigurationError

NEXT = (
    "configure alicloud:accessKey and alicloud:secretKey, or alicloud:profile, or the environment variables"
    " ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY"
)

_OTHER_FORM = (AttributeError, KeyError, TypeError, RecursionError)
"""What the SDK comes upon in a credentials file that is JSON, and not what it takes it for."""

Take = Callable[[Deadline], CredentialModel]
"""Takes credentials from where they are, until a deadline; raises ConfigurationError where there are none."""


class Credentials:
    """The credentials of one connection, in the form in which the SDK asks for them."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._taken: CredentialModel | None = None
        self._secrets: dict[str, None] = {}

    def make_ready(self, deadline: Deadline) -> None:
        """Take credentials, or renew them where they soon expire; raise ConfigurationError without any."""
        taken = self._take(deadline)
        # All that were ever used: the refusal of a call may arrive after they have been renewed.
        secrets = (taken.access_key_id, taken.access_key_secret, taken.security_token)
        self._secrets.update(dict.fromkeys(filter(None, secrets)))
        self._taken = taken

    def get_credential(self) -> CredentialModel | None:
        """Return what was taken last; called by the SDK when it signs."""
        return self._taken

    def hidden_in(self, words: str) -> str:
        """Return what was said about a call without the credentials: some refusals quote the request."""
        return without(tuple(self._secrets), words)


def without(secrets: Iterable[str], words: str) -> str:
    """Return words with every secret in them hidden, also where it is quoted as in a URL."""
    for secret in secrets:
        in_query = quote(secret, safe="")
        for form in (secret, in_query, quote(in_query, safe="")):
            words = words.replace(form, "…")
    return words


class Found:
    """Keys of the user's own, found by the SDK and, where they expire, renewed by it."""

    def __init__(self, settings: CredentialSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Client | None = None

    def __call__(self, _: Deadline) -> CredentialModel:
        """Return the keys; what was not found is looked for again by the next call."""
        with self._lock:
            try:
                if self._client is None:
                    self._client = self._find()
                return _checked(self._client.get_credential())
            except (CredentialException, OSError, ValueError, *_OTHER_FORM) as exc:
                self._client = None
                raise ConfigurationError(
                    f"no usable credentials were found ({self._reason(exc)}); {NEXT}."
                ) from exc

    def _find(self) -> Client:
        settings = self._settings
        if settings.access_key and settings.secret_key:
            return Client(
                Config(
                    type="sts" if settings.security_token else "access_key",
                    access_key_id=settings.access_key,
                    access_key_secret=settings.secret_key,
                    security_token=settings.security_token,
                )
            )
        if settings.profile or settings.shared_credentials_file:
            return Client(
                provider=CLIProfileCredentialsProvider(
                    profile_name=settings.profile, profile_file=self._file()
                )
            )
        return Client()

    def _reason(self, exc: Exception) -> str:
        if isinstance(exc, _OTHER_FORM):
            return f"{self._file()} is not in the form of a credentials file"
        return str(exc)

    def _file(self) -> str:
        return os.path.expanduser(self._settings.shared_credentials_file or "~/.aliyun/config.json")


def _checked(credential: CredentialModel) -> CredentialModel:
    """Return credentials, all text; raise TypeError where a file holds something else, as signing would."""
    for value in (credential.access_key_id, credential.access_key_secret, credential.security_token):
        if not isinstance(value, str | None):
            raise TypeError(type(value))
    return credential
