"""Configuration: the keys of pulumi-alicloud and our own, read once, without a call and without raising.

What is malformed becomes a sentence in `Settings.problems`, which check reports; what is missing is found by
the first call that needs it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import ip_address
from math import ceil
from types import MappingProxyType
from typing import Any

from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.model import Api, Limits
from alicloud_image_share.rule_settings import read_rules
from alicloud_image_share.rules import Rules

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
        "assumeRole": ("ALICLOUD_ASSUME_ROLE_ARN",),
        "protocol": ("ALICLOUD_PROTOCOL",),
    }
)
"""Configuration key → the environment variables that stand in for it, the first one that is set wins."""

NOT_YET = ("assumeRole", "assumeRoleWithOidc", "ecsRoleName", "credentialsUri")
"""Ways to get credentials that this version refuses instead of ignoring them."""

STS = Api(
    version="2015-04-01",
    ram_prefix="sts",
    endpoint="sts.aliyuncs.com",
    endpoint_keys=("sts",),
    regional=False,
)

Lookup = Callable[[str], "str | None"]

_HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """Everything that is configured for one provider process; hashable, to find the process's run by it."""

    region: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    profile: str | None = None
    shared_credentials_file: str | None = None
    account_id: str | None = None
    endpoints: tuple[tuple[str, str], ...] = ()
    protocol: str = "HTTPS"
    max_retry_timeout: float | None = None
    """Seconds that the retries of one call may take; the timeout of a share bounds them too."""
    read_timeout: int = 10_000
    """Milliseconds, as in pulumi-alicloud."""
    connect_timeout: int = 5_000
    """Milliseconds, as in pulumi-alicloud."""
    accounts_per_image: tuple[tuple[str, int], ...] = ()
    calls_per_minute: tuple[tuple[str, int], ...] = ()
    timeout: float | None = None
    probe: bool = True
    """Whether to find out, by further calls, which account of a refused call is at fault."""
    rules: Rules = field(default_factory=Rules)
    previews_live: bool = False
    """Whether check reads what it is about to change: `image-shares:preflight: preview`."""
    problems: tuple[str, ...] = ()

    def endpoint(self, api: Api, region: str | None) -> str:
        """Return the host to call; raise ConfigurationError where plain HTTP would leave this machine."""
        configured = dict(self.endpoints)
        host = next((configured[key] for key in api.endpoint_keys if key in configured), None)
        host = host or api.endpoint.format(region=region)
        if self.protocol == "HTTP" and not _is_loopback(host):
            raise ConfigurationError(
                f"alicloud:protocol: HTTP is accepted for loopback hosts only, and {host} is none;"
                f" take it away, or name a loopback host as {api.endpoint_keys[0]} in alicloud:endpoints."
            )
        return host

    def limits(self, service: str, limits: Limits) -> Limits:
        """Return the limits of a service with the quota that `image-shares:accountsPerImage` sets."""
        quota = dict(self.accounts_per_image).get(service, limits.accounts_per_image)
        return replace(limits, accounts_per_image=quota)


def read_settings(lookup: Lookup, environment: Mapping[str, str], services: tuple[str, ...]) -> Settings:
    """Read the configuration; `lookup` gives the text of `alicloud:region` and the like, or None."""
    problems: list[str] = []

    def text(key: str) -> str | None:
        names = (environment.get(name) for name in ENVIRONMENT.get(key, ()))
        return lookup(f"alicloud:{key}") or next(filter(None, names), None)

    def flag(key: str, *, default: bool) -> bool:
        value = (lookup(key) or str(default)).lower()
        if value not in ("true", "false"):
            problems.append(f"{key}: {_short(value)} is neither true nor false.")
        return value == "true"

    def per_service(key: str) -> tuple[tuple[str, int], ...]:
        value = _structured(lookup(key), key, problems)
        if not isinstance(value, dict):
            problems.extend([f"{key}: it maps a service to a number."] if value is not None else [])
            return ()
        return tuple(sorted(_counts(value, key, services, problems)))

    number = partial(_number, lookup, problems)
    problems.extend(_refusals(text, environment))
    return Settings(
        region=text("region"),
        access_key=text("accessKey"),
        secret_key=text("secretKey"),
        security_token=text("securityToken"),
        profile=text("profile"),
        shared_credentials_file=text("sharedCredentialsFile"),
        account_id=text("accountId"),
        endpoints=_endpoints(lookup("alicloud:endpoints"), environment, problems),
        protocol=_protocol(text("protocol"), problems),
        max_retry_timeout=number("alicloud:maxRetryTimeout"),
        read_timeout=ceil(number("alicloud:clientReadTimeout") or Settings.read_timeout),
        connect_timeout=ceil(number("alicloud:clientConnectTimeout") or Settings.connect_timeout),
        accounts_per_image=per_service("image-shares:accountsPerImage"),
        calls_per_minute=per_service("image-shares:callsPerMinute"),
        timeout=number("image-shares:timeout"),
        probe=flag("image-shares:probe", default=True),
        rules=read_rules(lookup, problems),
        previews_live=_preflight(lookup("image-shares:preflight"), problems) == "preview",
        problems=tuple(problems),
    )


def _number(lookup: Lookup, problems: list[str], key: str) -> float | None:
    value = lookup(key)
    if value is None:
        return None
    try:
        parsed = float(value)
    except ValueError:
        parsed = -1
    if 0 < parsed < 10**9:
        return parsed
    # pulumi-alicloud takes 0 for unset.
    if parsed != 0 or not key.startswith("alicloud:"):
        problems.append(f"{key}: {_short(value)} is not a positive number.")
    return None


def _refusals(text: Lookup, environment: Mapping[str, str]) -> list[str]:
    # With a token file beside it, the role is one that the default chain assumes by itself.
    role_alone = environment.get("ALIBABA_CLOUD_ROLE_ARN") and not environment.get(
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
    )
    refused = [
        f"alicloud:{key}: this version does not support it yet; configure accessKey and secretKey (with a"
        " securityToken), a profile, or leave it to the default credential chain."
        for key in NOT_YET
        if text(key) or (key == "assumeRole" and role_alone)
    ]
    if bool(text("accessKey")) != bool(text("secretKey")):
        refused.append("alicloud:accessKey and alicloud:secretKey: one is set without the other.")
    return refused


def _endpoints(
    value: str | None, environment: Mapping[str, str], problems: list[str]
) -> tuple[tuple[str, str], ...]:
    key = "alicloud:endpoints"
    parsed = _structured(value, key, problems)
    items = [parsed] if isinstance(parsed, dict) else (parsed or [])
    if not (isinstance(items, list) and all(isinstance(item, dict) for item in items)):
        problems.append(f"{key}: {_short(value)} is not a list of maps from a service to a host.")
        return ()
    found = {
        name.removeprefix("ALIBABA_CLOUD_ENDPOINT_").lower(): host
        for name, host in environment.items()
        if name.startswith("ALIBABA_CLOUD_ENDPOINT_") and host
    }
    for item in items:
        found |= {name: host for name, host in item.items() if host}
    for name, host in found.items():
        if not (isinstance(host, str) and _HOST.fullmatch(host)):
            problems.append(f"{key}: {_short(host)} of {name} is not a host name, with or without a port.")
    return tuple(sorted((name, str(host)) for name, host in found.items()))


def _protocol(value: str | None, problems: list[str]) -> str:
    protocol = (value or "HTTPS").upper()
    if protocol not in ("HTTP", "HTTPS"):
        problems.append(f"alicloud:protocol: {_short(value)} is neither HTTPS nor HTTP.")
        return "HTTPS"
    return protocol


def _preflight(value: str | None, problems: list[str]) -> str:
    if value and value not in ("up", "preview"):
        problems.append(f"image-shares:preflight: {_short(value)} is neither up nor preview.")
    return value or "up"


def _structured(value: str | None, key: str, problems: list[str]) -> Any:
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        problems.append(f"{key}: {_short(value)} is not a structured value.")
        return None


def _counts(
    value: dict[str, Any], key: str, services: tuple[str, ...], problems: list[str]
) -> list[tuple[str, int]]:
    good = []
    for name, count in value.items():
        if name not in services:
            problems.append(f"{key}: {_short(name)} is none of the services {', '.join(services)}.")
        elif isinstance(count, bool) or not isinstance(count, int) or count < 1:
            problems.append(f"{key}: {_short(count)} of {name} is not a number above 0.")
        else:
            good.append((name, count))
    return good


def _is_loopback(host: str) -> bool:
    name = host.rsplit(":", 1)[0].strip("[]")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _short(value: object) -> str:
    return repr(value)[:60]
