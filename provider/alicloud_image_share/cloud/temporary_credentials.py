"""Keys that expire, and how they are fetched anew before they do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from alicloud_image_share.cloud.client import OpenApi
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credential_settings import OidcSettings, RoleSettings
from alicloud_image_share.cloud.credentials import without
from alicloud_image_share.cloud.request import Request, Tell
from alicloud_image_share.cloud.service import Call
from alicloud_image_share.cloud.settings import STS
from alicloud_image_share.errors import CloudError, ConfigurationError, ShareError

MARGIN = 300.0
"""Seconds before the end at which a key is fetched anew: what is under way with it is over by then."""
PATIENCE = 30.0
"""Seconds that fetching may take while the last key is still good."""
PAUSE = 30.0
"""Seconds after which fetching is tried again, where it failed and the last key is still good."""


@dataclass(frozen=True, slots=True)
class TemporaryKey:
    """A key with its token, good until it expires."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(repr=False)
    expires: float
    """Seconds since the epoch."""

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> TemporaryKey:
        """Read a key as STS and the metadata service write it.

        Raises KeyError, TypeError or ValueError; none of them shows a part of the key.
        """
        key_id, secret, token = (
            document[name] for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken")
        )
        if not all(isinstance(text, str) and text for text in (key_id, secret, token)):
            raise TypeError("a part of the key is not text")
        expires = datetime.strptime(document["Expiration"], "%Y-%m-%dT%H:%M:%SZ")
        return cls(key_id, secret, token, expires.replace(tzinfo=timezone.utc).timestamp())


Fetch = Callable[[Deadline], TemporaryKey]
"""Fetches a new key until a deadline; raises ConfigurationError where there is none."""


class Renewed:
    """The key of one source, renewed in time; safe for several threads."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._key: TemporaryKey | None = None
        self._renew_at = self._expires_at = 0.0

    def current(self, deadline: Deadline) -> TemporaryKey:
        """Return a key that is good for some minutes; fetch it where there is none, until the deadline."""
        with self._lock:
            if self._key is None or self._clock.now() >= self._renew_at:
                self._key = self._renew(self._key, deadline)
            return self._key

    def _renew(self, old: TemporaryKey | None, deadline: Deadline) -> TemporaryKey:
        is_good = old is not None and self._clock.now() < self._expires_at
        if is_good:
            deadline = Deadline(self._clock, min(deadline.at, self._clock.now() + PATIENCE))
        try:
            key = self._fetch(deadline)
        except ShareError:
            if old is None or self._clock.now() >= self._expires_at:
                raise
            self._renew_at = self._clock.now() + PAUSE
            return old
        left = key.expires - self._clock.wall()
        if left <= 0:
            raise ConfigurationError(
                "credentials were given that have expired already; set the clock of this machine."
            )
        self._expires_at = self._clock.now() + left
        self._renew_at = self._expires_at - min(MARGIN, left / 4)
        return key


def assumed(openapi: OpenApi, role: RoleSettings, tell: Tell) -> Fetch:
    """Return what assumes a role with the credentials of a connection."""
    next_step = "let the role trust the caller, and grant the caller the RAM action sts:AssumeRole on it"

    def fetch(deadline: Deadline) -> TemporaryKey:
        try:
            return _key(openapi, Call("AssumeRole", _parameters(role), confidential=True), deadline, tell)
        except CloudError as exc:
            raise _not_assumed(role, str(exc), next_step) from exc

    return fetch


def assumed_with_oidc(openapi: OpenApi, oidc: OidcSettings, tell: Tell) -> Fetch:
    """Return what assumes a role with the token of an identity provider, by calls that are not signed."""
    next_step = "let the role trust the provider, its issuer, audience and subject, and give a token of it"

    def fetch(deadline: Deadline) -> TemporaryKey:
        token = _token(oidc)
        parameters = {
            **_parameters(oidc.role),
            "OIDCProviderArn": oidc.provider_arn,
            "OIDCToken": token,
        }
        call = Call("AssumeRoleWithOIDC", parameters, confidential=True)
        try:
            return _key(openapi, call, deadline, tell)
        except CloudError as exc:
            raise _not_assumed(oidc.role, without([token], str(exc)), next_step) from exc

    return fetch


def _key(openapi: OpenApi, call: Call, deadline: Deadline, tell: Tell) -> TemporaryKey:
    request = Request("sts", STS, None, call, deadline, tell)
    return openapi.read(request, lambda answer: TemporaryKey.parse(answer["Credentials"]))


def _parameters(role: RoleSettings) -> dict[str, str]:
    given = {
        "RoleArn": role.arn,
        "RoleSessionName": role.session_name,
        "DurationSeconds": str(role.seconds),
        "Policy": role.policy,
        "ExternalId": role.external_id,
    }
    return {name: value for name, value in given.items() if value}


def _token(oidc: OidcSettings) -> str:
    """Return the token; a file is read each time, for whoever writes it renews it."""
    if oidc.token:
        return oidc.token
    try:
        token = Path(oidc.token_file or "").expanduser().read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        token = ""
    except OSError as exc:
        raise _not_assumed(oidc.role, f"its token can't be read: {exc}", "name a file with a token") from exc
    if not token:
        raise _not_assumed(oidc.role, f"{oidc.token_file} holds no token", "name a file with a token")
    return token


def _not_assumed(role: RoleSettings, reason: str, next_step: str) -> ConfigurationError:
    return ConfigurationError(
        f"the role {role.arn} could not be assumed ({reason.rstrip('.')}); {next_step}."
    )
