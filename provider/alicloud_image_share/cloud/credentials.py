"""Keys, of the user's own or temporary ones, and how those that expire are fetched anew before they do."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credential_forms import is_credential
from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.errors import ConfigurationError, ShareError

MARGIN = 300.0
"""Seconds before the end at which a key is fetched anew: what is under way with it is over by then."""
PATIENCE = 30.0
"""Seconds that fetching may take while the last key is still good."""
PAUSE = 30.0
"""Seconds after which fetching is tried again, where it failed and the last key is still good."""

_NEXT = (
    "configure alicloud:accessKey and alicloud:secretKey, or alicloud:profile, or the environment variables"
    " ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY"
)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)? ?([Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)


class NoCredentialsError(ConfigurationError):
    """There are no usable credentials; `tried` says of each place why, for who looks into it."""

    is_shortened = False
    """Whether another message of the run has told it whole."""

    def __init__(self, reason: str, tried: tuple[str, ...] = ()) -> None:
        detail = f" ({reason})" if reason else ""
        self.sentence = f"no usable credentials were found{detail}; {_NEXT}."
        doctor = " `image-share doctor` says what was tried." if tried else ""
        super().__init__(self.sentence + doctor)
        self.tried = tried

    def shorten(self) -> None:
        """Point to another message of the run, which has said the same before."""
        self.is_shortened = True
        self.args = ("no usable credentials were found; another message of this run says what to do.",)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key, with a token where it is a temporary one."""

    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires: float = math.inf
    """Seconds since the epoch."""

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> AccessKey:
        """Read a temporary key as STS and the metadata service write it.

        Raises KeyError, TypeError or ValueError; none of them shows a part of the key.
        """
        parts = [document[name] for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken")]
        if not all(isinstance(text, str) and text and is_credential(text) for text in parts):
            raise TypeError("a part of the key is not text")
        return cls(parts[0], parts[1], parts[2], seconds_since_epoch(document["Expiration"]))


def seconds_since_epoch(text: str) -> float:
    """Read a time with or without a fraction and an offset; UTC is meant where none is given."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError("the expiration is not a time")
    day, minute, second, zone = match.groups()
    zone = "+0000" if zone in (None, "Z", "z") else zone.replace(":", "").ljust(5, "0")
    return datetime.strptime(f"{day}T{minute}{second or ':00'}{zone}", "%Y-%m-%dT%H:%M:%S%z").timestamp()


KeyFetcher = Callable[[Deadline], AccessKey]
"""Fetches a key until a deadline; raises ConfigurationError where there is none."""


class RenewableKey:
    """The key of one source, renewed in time; safe for several threads."""

    def __init__(self, fetch: KeyFetcher, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._key: AccessKey | None = None
        self._renew_at = self._expires_at = 0.0

    def current(self, deadline: Deadline) -> AccessKey:
        """Return a key that is good for some minutes; fetch it where there is none, until the deadline."""
        with self._lock:
            if self._key is None or self._clock.now() >= self._renew_at:
                self._key = self._renew(self._key, deadline)
            return self._key

    def _renew(self, old: AccessKey | None, deadline: Deadline) -> AccessKey:
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
        lifetime = key.expires - self._clock.wall()
        if lifetime <= 0:
            raise ConfigurationError("the credentials have expired already; set the clock of this machine.")
        self._expires_at = self._clock.now() + lifetime
        self._renew_at = self._expires_at - min(MARGIN, lifetime / 4)
        return key


class Credentials:
    """What signs the calls of one client."""

    def __init__(self, key: RenewableKey) -> None:
        self._key = key
        self._secrets: dict[str, None] = {}

    def current(self, deadline: Deadline) -> AccessKey:
        """Return the key to sign with, renewed in time; raise ConfigurationError without any."""
        key = self._key.current(deadline)
        # All that were ever used: the refusal of a call may arrive after they have been renewed.
        self._secrets.update(dict.fromkeys(filter(None, (key.key_id, key.secret, key.token))))
        return key

    def redact(self, text: str) -> str:
        """Return a text about a call without the credentials: some refusals quote the request."""
        return redact(text, tuple(self._secrets))
