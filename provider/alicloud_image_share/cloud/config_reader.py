"""Reads configuration, and the environment variables that stand in for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.strict_json import parse_json

ENVIRONMENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "region": ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"),
        "accessKey": ("ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"),
        "secretKey": (
            "ALICLOUD_SECRET_KEY",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABACLOUD_ACCESS_KEY_SECRET",
        ),
        "securityToken": (
            "ALICLOUD_SECURITY_TOKEN",
            "ALIBABA_CLOUD_SECURITY_TOKEN",
            "ALIBABACLOUD_SECURITY_TOKEN",
        ),
        "profile": ("ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"),
        "sharedCredentialsFile": ("ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"),
        "ecsRoleName": ("ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"),
        "credentialsUri": ("ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"),
        "assumeRole": ("ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"),
        "accountId": ("ALICLOUD_ACCOUNT_ID", "ALIBABA_CLOUD_ACCOUNT_ID"),
        "protocol": ("ALICLOUD_PROTOCOL",),
        "maxRetryTimeout": ("MAX_RETRY_TIMEOUT",),
        "clientReadTimeout": ("CLIENT_READ_TIMEOUT",),
        "clientConnectTimeout": ("CLIENT_CONNECT_TIMEOUT",),
        "sourceIp": ("ALICLOUD_SOURCE_IP", "ALIBABA_CLOUD_SOURCE_IP"),
        "secureTransport": ("ALICLOUD_SECURE_TRANSPORT", "ALIBABA_CLOUD_SECURE_TRANSPORT"),
        "securityTransport": ("ALICLOUD_SECURITY_TRANSPORT", "ALIBABA_CLOUD_SECURITY_TRANSPORT"),
        "skipRegionValidation": ("ALICLOUD_SKIP_REGION_VALIDATION",),
    }
)
"""Configuration key → the environment variables that stand in for it, the first one that is set wins."""

HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?", re.ASCII)

Lookup = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class ConfigReader:
    """Configuration and environment; what is malformed is added to the problems."""

    lookup: Lookup
    """Gives the text of `alicloud:region` and the like, or None."""
    environment: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, key: str) -> str | None:
        """Return the text of a key of pulumi-alicloud, without the blanks around it."""
        return (self.lookup(f"alicloud:{key}") or "").strip() or self.variable(*ENVIRONMENT.get(key, ()))

    def variable(self, *names: str) -> str | None:
        """Return the first of these environment variables that is set."""
        texts = ((self.environment.get(name) or "").strip() for name in names)
        return next(filter(None, texts), None)

    def origin(self, key: str) -> str:
        """Return where the text of a key comes from, for messages."""
        if (self.lookup(f"alicloud:{key}") or "").strip():
            return f"alicloud:{key}"
        return next(
            (f"{name} of the environment" for name in ENVIRONMENT.get(key, ()) if self.variable(name)), ""
        )

    def half_a_key_pair(self) -> Iterator[str]:
        """Name the half of a key pair that is set without the other one, and how to set the other one."""
        there = [key for key in ("accessKey", "secretKey") if self.text(key)]
        if len(there) == 1:
            missing = "secretKey" if there == ["accessKey"] else "accessKey"
            yield (
                "alicloud:accessKey and alicloud:secretKey: one is set without the other."
                f" {self.origin(there[0])} is set; set alicloud:{missing} or {ENVIRONMENT[missing][0]} too."
            )

    def is_true(self, *names: str) -> bool:
        """Tell whether the first of these environment variables that is set says `true`."""
        return (self.variable(*names) or "").lower() == "true"

    def structured(self, key: str, *, shown: bool = True) -> Any:
        """Return a structured value, or None; `shown` tells that it may stand in a message."""
        value = self.lookup(key)
        if not value:
            return None
        try:
            return parse_json(value)
        except ValueError:
            self.problems.append(f"{key}: {show(value) if shown else 'it'} is not a structured value.")
            return None

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a value that is true or false."""
        value = (self.lookup(key) or str(default)).lower()
        if value not in ("true", "false"):
            self.problems.append(f"{key}: {show(value)} is neither true nor false.")
        return value == "true"

    def number(self, key: str) -> float | None:
        """Return a positive number; None where it is not set, for pulumi-alicloud also where it is 0."""
        value = self.lookup(key)
        if value is None:
            variables = (
                ENVIRONMENT.get(key.removeprefix("alicloud:"), ()) if key.startswith("alicloud:") else ()
            )
            value = self.variable(*variables)
            key = next(filter(self.environment.get, variables), key)
        if value is None:
            return None
        try:
            parsed = float(value)
        except ValueError:
            parsed = -1
        if 0 < parsed < 10**9:
            return parsed
        if parsed != 0 or key.startswith("image-shares:"):
            self.problems.append(f"{key}: {show(value)} is not a positive number.")
        return None


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Tell whether a host, with or without a port, is this machine."""
    name = host.rsplit(":", 1)[0].strip("[]")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
