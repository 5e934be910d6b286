"""Configuration: the keys of pulumi-alicloud and our own, read once, without a call and without raising.

What is malformed becomes a sentence in `Settings.problems`, which check reports; what is missing is found by
the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import ceil
from typing import Any

from alicloud_image_share.cloud.config_reader import HOST, Given, Lookup, is_loopback, short
from alicloud_image_share.cloud.credential_settings import CredentialSettings, read_credentials
from alicloud_image_share.cloud.service import Api
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.sharing.model import Limits
from alicloud_image_share.sharing.rule_settings import read_rules
from alicloud_image_share.sharing.rules import Rules

STS = Api(
    version="2015-04-01",
    ram_prefix="sts",
    endpoint="sts.aliyuncs.com",
    endpoint_keys=("sts",),
    regional=False,
)


@dataclass(frozen=True)
class Settings(CredentialSettings):
    """Everything that is configured for one provider process; hashable, to find the process's run by it."""

    region: str | None = None
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
        if self.protocol == "HTTP" and not is_loopback(host):
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
    given = Given(lookup, environment)
    problems = given.problems

    def flag(key: str, *, default: bool) -> bool:
        value = (lookup(key) or str(default)).lower()
        if value not in ("true", "false"):
            problems.append(f"{key}: {short(value)} is neither true nor false.")
        return value == "true"

    def per_service(key: str) -> tuple[tuple[str, int], ...]:
        value = given.structured(key)
        if not isinstance(value, dict):
            problems.extend([f"{key}: it maps a service to a number."] if value is not None else [])
            return ()
        return tuple(sorted(_counts(value, key, services, problems)))

    number = partial(_number, lookup, problems)
    return Settings(
        **vars(read_credentials(given)),
        region=given.text("region"),
        account_id=given.text("accountId"),
        endpoints=_endpoints(given),
        protocol=_protocol(given.text("protocol"), problems),
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
        problems.append(f"{key}: {short(value)} is not a positive number.")
    return None


def _endpoints(given: Given) -> tuple[tuple[str, str], ...]:
    key, problems = "alicloud:endpoints", given.problems
    parsed = given.structured(key)
    items = [parsed] if isinstance(parsed, dict) else (parsed or [])
    if not (isinstance(items, list) and all(isinstance(item, dict) for item in items)):
        problems.append(f"{key}: {short(given.lookup(key))} is not a list of maps from a service to a host.")
        return ()
    found = {
        name.removeprefix("ALIBABA_CLOUD_ENDPOINT_").lower(): host
        for name, host in given.environment.items()
        if name.startswith("ALIBABA_CLOUD_ENDPOINT_") and host
    }
    for item in items:
        found |= {name: host for name, host in item.items() if host}
    for name, host in found.items():
        if not (isinstance(host, str) and HOST.fullmatch(host)):
            problems.append(f"{key}: {short(host)} of {name} is not a host name, with or without a port.")
    return tuple(sorted((name, str(host)) for name, host in found.items()))


def _protocol(value: str | None, problems: list[str]) -> str:
    protocol = (value or "HTTPS").upper()
    if protocol not in ("HTTP", "HTTPS"):
        problems.append(f"alicloud:protocol: {short(value)} is neither HTTPS nor HTTP.")
        return "HTTPS"
    return protocol


def _preflight(value: str | None, problems: list[str]) -> str:
    if value and value not in ("up", "preview"):
        problems.append(f"image-shares:preflight: {short(value)} is neither up nor preview.")
    return value or "up"


def _counts(
    value: dict[str, Any], key: str, services: tuple[str, ...], problems: list[str]
) -> list[tuple[str, int]]:
    good = []
    for name, count in value.items():
        if name not in services:
            problems.append(f"{key}: {short(name)} is none of the services {', '.join(services)}.")
        elif isinstance(count, bool) or not isinstance(count, int) or count < 1:
            problems.append(f"{key}: {short(count)} of {name} is not a number above 0.")
        else:
            good.append((name, count))
    return good
