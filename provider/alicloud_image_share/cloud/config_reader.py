"""What a user has given: configuration, and the environment variables that stand in for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

ENVIRONMENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "region": ("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"),
        "accessKey": ("ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        "secretKey": ("ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        "securityToken": ("ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN"),
        "profile": ("ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"),
        "sharedCredentialsFile": ("ALICLOUD_SHARED_CREDENTIALS_FILE",),
        "ecsRoleName": ("ALICLOUD_ECS_ROLE_NAME",),
        "credentialsUri": ("ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"),
        "assumeRole": ("ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"),
        "protocol": ("ALICLOUD_PROTOCOL",),
    }
)
"""Configuration key → the environment variables that stand in for it, the first one that is set wins."""

HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?", re.ASCII)

Lookup = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class Given:
    """Configuration and environment; what is malformed is added to the problems."""

    lookup: Lookup
    """Gives the text of `alicloud:region` and the like, or None."""
    environment: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, key: str) -> str | None:
        """Return the text of a key of pulumi-alicloud."""
        return self.lookup(f"alicloud:{key}") or self.variable(*ENVIRONMENT.get(key, ()))

    def variable(self, *names: str) -> str | None:
        """Return the first of these environment variables that is set."""
        return next(filter(None, (self.environment.get(name) for name in names)), None)

    def structured(self, key: str, *, shown: bool = True) -> Any:
        """Return a structured value, or None; `shown` tells that it may stand in a message."""
        value = self.lookup(key)
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            self.problems.append(f"{key}: {short(value) if shown else 'it'} is not a structured value.")
            return None


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Tell whether a host, with or without a port, is this machine."""
    name = host.rsplit(":", 1)[0].strip("[]")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def short(value: object) -> str:
    """Show one bad value in a message."""
    return repr(value)[:60]
