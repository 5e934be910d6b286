"""Credentials, found in the order of pulumi-alicloud: static keys, a profile, the default chain.

They are found at the first call, once for a process, and renewed by the SDK before they expire.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote

from alibabacloud_credentials.client import Client
from alibabacloud_credentials.exceptions import CredentialException
from alibabacloud_credentials.models import Config, CredentialModel
from alibabacloud_credentials.provider import CLIProfileCredentialsProvider

from alicloud_image_share.errors import ConfigurationError

if TYPE_CHECKING:
    from alicloud_image_share.config import Settings

NEXT = (
    "configure alicloud:accessKey and alicloud:secretKey, or alicloud:profile, or the environment variables"
    " ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY"
)

_OTHER_FORM = (AttributeError, KeyError, TypeError, RecursionError)
"""What the SDK comes upon in a credentials file that is JSON, and not what it takes it for."""


class Credentials:
    """The credentials of one configuration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Client | None = None

    def client(self) -> Client:
        """Return the SDK's source of credentials, proven to give some; raise ConfigurationError else."""
        with self._lock:
            try:
                if self._client is None:
                    self._client = self._find()
                _check(self._client.get_credential())
            except (CredentialException, OSError, ValueError, *_OTHER_FORM) as exc:
                self._client = None
                raise ConfigurationError(
                    f"no usable credentials were found ({self._reason(exc)}); {NEXT}."
                ) from exc
            return self._client

    def hidden_in(self, words: str) -> str:
        """Return what was said about a call without the credentials: some refusals quote the request."""
        used = self.client().get_credential()
        for secret in filter(None, (used.access_key_id, used.access_key_secret, used.security_token)):
            in_query = quote(secret, safe="")
            for form in (secret, in_query, quote(in_query, safe="")):
                words = words.replace(form, "…")
        return words

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


def _check(credential: CredentialModel) -> None:
    """Raise TypeError where a file holds something else than text; signing would."""
    for value in (credential.access_key_id, credential.access_key_secret, credential.security_token):
        if not isinstance(value, str | None):
            raise TypeError(type(value))
