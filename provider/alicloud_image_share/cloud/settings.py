"""Configuration: the keys of pulumi-alicloud and our own, read once, without a call and without raising.

What is malformed becomes a sentence in `Settings.problems`, which check reports; what is missing is found by
the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import ceil
from typing import Any

from alicloud_image_share.cloud.alicloud_keys import (
    ENDPOINT_KEYS,
    region_problem,
    unknown_keys,
)
from alicloud_image_share.cloud.config_reader import (
    HOST,
    ConfigReader,
    Lookup,
    configured_region,
    is_loopback,
)
from alicloud_image_share.cloud.credential_settings import (
    CredentialSettings,
    read_credentials,
)
from alicloud_image_share.cloud.end_settings import EndSettings, read_end_settings
from alicloud_image_share.cloud.environment_variables import ENVIRONMENT
from alicloud_image_share.cloud.other_services import STS
from alicloud_image_share.cloud.outside_rules import preflight, read_besides
from alicloud_image_share.cloud.service import ServiceSpec
from alicloud_image_share.cloud.service_limits import strictest_limits
from alicloud_image_share.cloud.services import endpoint_keys, endpoint_keys_of_each
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.model import Limits
from alicloud_image_share.sharing.rule_settings import read_rules
from alicloud_image_share.sharing.rules import Rules
from alicloud_image_share.sharing.spelling import did_you_mean


@dataclass(frozen=True)
class Settings(CredentialSettings):
    """Everything that is configured for one provider process; hashable, to find the process's run by it."""

    region: str | None = None
    account_id: str | None = None
    any_region: bool = False
    """Whether the name of a region is taken as it stands."""
    endpoints: tuple[tuple[str, str], ...] = ()
    sts_region: str | None = None
    """The region whose STS is called; else that of the configuration."""
    sts_by_vpc: bool = False
    """Whether STS is called at its address inside of a VPC."""
    global_parameters: tuple[tuple[str, str], ...] = ()
    """SourceIp and SecureTransport, which go with every call."""
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
    outside_rules: tuple[Rules, ...] = ()
    """Rules from outside of the project, or of one provider, which hold besides."""
    skip_owner: bool = False
    """Whether a share leaves the owner of its image out of its list: `image-shares:skipOwner: true`."""
    ends: EndSettings = field(default_factory=EndSettings)
    resource_sharing: bool | None = None
    """False where reports do not read Resource Sharing, True where previews do, too."""
    preflight_in_preview: bool = False
    """Whether check reads what it is about to change: `image-shares:preflight: preview`."""
    problems: tuple[str, ...] = ()

    @property
    def every_rules(self) -> tuple[Rules, ...]:
        """Every set of rules that holds."""
        return (self.rules, *self.outside_rules)

    def endpoint(self, api: ServiceSpec, region: str | None) -> str:
        """Return the host to call.

        Raises ConfigurationError for a mistyped region, and where plain HTTP would leave this machine.
        """
        configured = dict(self.endpoints)
        host = next((configured[key] for key in api.endpoint_keys if key in configured), None)
        host = host or self._default_host(api, region)
        if self.protocol == "HTTP" and not is_loopback(host):
            raise ConfigurationError(
                f"alicloud:protocol: HTTP is only allowed for a loopback host; {host} is not one."
                " Remove alicloud:protocol, or set a loopback host for"
                f" {api.endpoint_keys[0]} in alicloud:endpoints."
            )
        return host

    def _default_host(self, api: ServiceSpec, region: str | None) -> str:
        name = "region_id"
        if api is STS:
            name = "the region of STS" if self.sts_region else "alicloud:region"
            region = self.sts_region or self.region
        problem = region_problem(region, any_region=self.any_region) if region else None
        if problem:
            raise ConfigurationError(f"{name}: {problem}")
        if api is not STS:
            return api.endpoint.format(region=region)
        return f"{'sts-vpc' if self.sts_by_vpc else 'sts'}.{region}.aliyuncs.com" if region else STS.endpoint

    def limits(self, service: str, limits: Limits) -> Limits:
        """Return the limits of a service with the quota that `image-shares:accountsPerImage` sets."""
        quota = dict(self.accounts_per_image).get(service, limits.accounts_per_image)
        return replace(limits, accounts_per_image=quota)


def read_settings(
    lookup: Lookup,
    environment: Mapping[str, str],
    services: tuple[str, ...],
    keys: Iterable[str] = (),
    of_provider: Mapping[str, str] | None = None,
) -> Settings:
    """Read the configuration.

    `lookup` gives the text of a key, `alicloud:region`, or None; `keys` are all that are set, if known.
    `of_provider` are the rules of one provider, and limits, which hold besides.
    """
    config = ConfigReader(lookup, environment)
    credentials, outside = read_credentials(config), read_besides(environment, of_provider)
    problems = config.problems
    problems.extend([*unknown_keys(keys), *outside.problems])
    any_region = (config.text("skipRegionValidation") or "").lower() in ("true", "1")
    readers = [config, *(ConfigReader(texts.get, {}, problems) for texts in outside.texts)]
    number, per_service = config.number, partial(strictest_limits, readers, services)
    return Settings(
        **vars(credentials),
        region=_region(config, any_region=any_region),
        any_region=any_region,
        account_id=config.text("accountId"),
        **_addresses(config),
        max_retry_timeout=number("alicloud:maxRetryTimeout"),
        read_timeout=ceil(number("alicloud:clientReadTimeout") or Settings.read_timeout),
        connect_timeout=ceil(number("alicloud:clientConnectTimeout") or Settings.connect_timeout),
        accounts_per_image=per_service("image-shares:accountsPerImage"),
        calls_per_minute=per_service("image-shares:callsPerMinute"),
        timeout=number("image-shares:timeout"),
        probe=config.flag("image-shares:probe", default=True),
        rules=read_rules(lookup, problems),
        outside_rules=outside.rules,
        skip_owner=config.flag("image-shares:skipOwner", default=False),
        ends=read_end_settings(lookup, environment, problems),
        resource_sharing=config.flag_if_set("image-shares:resourceSharing"),
        preflight_in_preview="preview" in [preflight(reader.lookup, problems) for reader in readers],
        problems=tuple(problems),
    )


def _addresses(config: ConfigReader) -> dict[str, Any]:
    """Return the settings that say where calls go, and what goes with each of them."""
    return {
        "endpoints": _endpoints(config),
        "sts_region": config.variable("ALIBABA_CLOUD_STS_REGION"),
        "sts_by_vpc": config.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"),
        "global_parameters": _global_parameters(config),
        "protocol": _protocol(config),
    }


def _endpoints(config: ConfigReader) -> tuple[tuple[str, str], ...]:
    key, problems = "alicloud:endpoints", config.problems
    parsed = config.structured(key)
    items = [parsed] if isinstance(parsed, dict) else (parsed or [])
    if not (isinstance(items, list) and all(isinstance(item, dict) for item in items)):
        problems.append(f"{key}: {show(config.lookup(key))} is not a list of maps from a service to a host.")
        return ()
    configured: dict[str, Any] = {}
    for item in items:
        configured |= {
            name: host.strip() if isinstance(host, str) else host for name, host in item.items() if host
        }
    hosts, called = {**_endpoints_of_environment(config, configured), **configured}, endpoint_keys()
    for name, host in hosts.items():
        if name not in ENDPOINT_KEYS and name not in called:
            problems.append(f"{key}: {show(name)} is no endpoint.{did_you_mean(name, called)}")
        if not (isinstance(host, str) and HOST.fullmatch(host)):
            problems.append(f"{key}: {show(host)} of {name} is not a host name, with or without a port.")
    return tuple(sorted((name, str(host)) for name, host in hosts.items()))


def _endpoints_of_environment(config: ConfigReader, configured: Container[str]) -> dict[str, str]:
    """Return the hosts of the environment, without those that are configured by any of their names."""
    hosts = {
        name: config.variable(f"ALIBABA_CLOUD_ENDPOINT_{name.upper()}", f"{name.upper()}_ENDPOINT")
        for keys in endpoint_keys_of_each()
        if not any(key in configured for key in keys)
        for name in keys
    }
    return {name: host for name, host in hosts.items() if host}


def _region(config: ConfigReader, *, any_region: bool) -> str | None:
    region = configured_region(config)
    problem = region_problem(region, any_region=any_region) if region else None
    if problem:
        config.problems.append(f"alicloud:region: {problem}")
    return region


def _global_parameters(config: ConfigReader) -> tuple[tuple[str, str], ...]:
    secure = config.text("secureTransport") or config.text("securityTransport")
    pairs = (("SourceIp", config.text("sourceIp")), ("SecureTransport", secure))
    return tuple((name, text) for name, text in pairs if text)


def _protocol(config: ConfigReader) -> str:
    value = config.lookup("alicloud:protocol") or config.variable(*ENVIRONMENT["protocol"])
    protocol = (value or "HTTPS").upper()
    if protocol not in ("HTTP", "HTTPS"):
        config.problems.append(f"alicloud:protocol: {show(value)} is neither HTTPS nor HTTP.")
        return "HTTPS"
    return protocol
