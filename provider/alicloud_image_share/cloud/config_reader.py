"""Reads configuration, and the environment variables that stand in for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from alicloud_image_share.cloud.environment_variables import ENVIRONMENT
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.strict_json import parse_json

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
        text = self.lookup(key)
        # For pulumi-alicloud a key without a value is one that is not set; a limit of ours would be lost.
        if text is None or (text in ("", "null") and key.startswith("alicloud:")):
            return None
        try:
            value = parse_json(text)
        except ValueError:
            value = None
        if value is None:
            self.problems.append(f"{key}: {show(text) if shown else 'it'} is not a structured value.")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a value that is true or false."""
        value = (self.lookup(key) or str(default)).lower()
        if value not in ("true", "false"):
            self.problems.append(f"{key}: {show(value)} is neither true nor false.")
        return value == "true"

    def flag_if_set(self, key: str) -> bool | None:
        """Return a value that is true or false; None where it is not set."""
        return self.flag(key, default=False) if self.lookup(key) else None

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


def configured_region(config: ConfigReader) -> str | None:
    """Return the region that is configured: as for pulumi-alicloud, that of the profile where no key does it.

    A file that can't be read is reported by the first call that needs it.
    """
    region, profile = config.text("region"), config.text("profile")
    file = config.text("sharedCredentialsFile")
    if region is None and (profile or file):
        from alicloud_image_share.cloud.profiles import (  # noqa: PLC0415 - most have none
            ProfileError,
            named_profile,
            read_profile,
        )

        with suppress(ProfileError):
            region = (named_profile(file, profile) if profile else read_profile(file, None)).text("region_id")
    return region


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Tell whether a host, with or without a port, is this machine."""
    match = HOST.fullmatch(host)
    name = match[1].strip("[]").lower() if match else ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
