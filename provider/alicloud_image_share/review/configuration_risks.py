"""What a change of the configuration risks: looser rules, and another way to the cloud."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import is_region
from alicloud_image_share.cloud.config_reader import is_loopback
from alicloud_image_share.cloud.network_environment import host_of
from alicloud_image_share.cloud.outside_rules import ACCOUNTS_PER_IMAGE, CALLS_PER_MINUTE, LIMITS, PREFLIGHT
from alicloud_image_share.cloud.service_limits import default_limit
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.review.configuration import ConfigurationChange
from alicloud_image_share.review.engine_step import SECRET_TEXT
from alicloud_image_share.review.field_change import FIRST, FieldChange
from alicloud_image_share.review.model import Level, Review, Risk
from alicloud_image_share.review.risks import with_risks
from alicloud_image_share.sharing.allowance import OF_PROVIDER, each_provider
from alicloud_image_share.sharing.loosened import loosened
from alicloud_image_share.sharing.printable_text import printable
from alicloud_image_share.sharing.rule_settings import KEYS
from alicloud_image_share.sharing.strict_json import parse_json

_DOMAINS = ("aliyuncs.com", "alibabacloud.com", "aliyun.com")
"""The cloud's own domains. Customers have hosts there too, such as BUCKET.oss-cn-hangzhou.aliyuncs.com."""

_NOT_WHERE_NOR_WHO = {
    *("alicloud:maxRetryTimeout", "alicloud:clientReadTimeout", "alicloud:clientConnectTimeout"),
    *("alicloud:configurationSource", "alicloud:secretKey", "alicloud:securityToken"),
}
ACCESS_KEY = "alicloud:accessKey"
_HIDDEN_FIELDS = ("oidcToken", "externalId")
_LONGEST = 300
"""Characters of a value that are shown."""


def with_configuration(
    review: Review,
    configured: ConfigurationChange | None,
    configuration: Mapping[str, Any],
    environment: Mapping[str, str],
) -> Review:
    """Return a review with what the change of the configuration risks.

    `configured` is what the engine tells of the last up and of this run; `configuration` holds the values of
    this run where it tells nothing, and `environment` variables that configure the cloud too.
    """
    after = configured.after if configured else _texts(configuration)
    review = replace(review, not_checked=(*review.not_checked, *_hidden_ways(after)))
    risks = [*_foreign_endpoints(after, environment)]
    if configured is None:
        return with_risks(review, risks)
    if configured.before is None:
        return replace(with_risks(review, risks), first_settings=_first(after))
    before = configured.before
    settings = tuple(_changes(before, after))
    risks += [
        Risk(Level.CALLED_OTHERWISE, "", "", f"{change}; the cloud is called elsewhere or as somebody else")
        for change in settings
        if change.field.startswith("alicloud:")
    ]
    risks += [
        Risk(Level.LOOSENED_RULE, "", "", f"{key} is loosened: {meaning}")
        for key, meaning in _loosened(before, after)
    ]
    return replace(with_risks(review, risks), settings=settings)


def _texts(configuration: Mapping[str, Any]) -> dict[str, str]:
    """Return values as the engine gives them; one that is secret is hidden."""
    return {
        key: value if isinstance(value, str) else _as_text(value)
        for key, value in configuration.items()
        if value is not None
    }


def _as_text(value: Any) -> str:
    secret = isinstance(value, Mapping) and "secure" in value
    return SECRET_TEXT if secret else json.dumps(value, default=str)


def _settings(texts: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
    shown = {key: text for key, text in texts.items() if text != SECRET_TEXT}
    return read_settings(shown.get, environment, services.names())


def _hidden_ways(texts: Mapping[str, str]) -> Iterator[str]:
    """Say of each secret value that it may lead elsewhere; that keys are secret is as it should be."""
    for key, text in sorted(texts.items()):
        if _is_way(key) and _base(key) != ACCESS_KEY and text == SECRET_TEXT:
            yield f"{key}: it is secret, so where or as whom the cloud is called is not shown"


def _foreign_endpoints(texts: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[Risk]:
    for provider, own in each_provider(texts).items():
        key = f"alicloud:endpoints{OF_PROVIDER}{provider}" if provider else "alicloud:endpoints"
        for name, host in _settings(own, {} if provider else environment).endpoints:
            if not (_is_of_the_cloud(host) or is_loopback(host)):
                text = (
                    f"{key}: {name} is called at {printable(host)}, which is no host of the cloud's services"
                )
                yield Risk(Level.CALLED_OTHERWISE, "", "", text)


def _is_of_the_cloud(host: str) -> bool:
    """Tell an endpoint of a service: SERVICE.REGION or SERVICE alone, below a domain of the cloud."""
    name = host.partition(":")[0].lower().rstrip(".")
    below = next((name.removesuffix(f".{domain}") for domain in _DOMAINS if name.endswith(f".{domain}")), "")
    service, dot, region = below.partition(".")
    return bool(service) and (not dot or region == "vpc-proxy" or is_region(region))


def _base(key: str) -> str:
    return key.partition(OF_PROVIDER)[0]


def _is_way(key: str) -> bool:
    return key.startswith("alicloud:") and _base(key) not in _NOT_WHERE_NOR_WHO


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    for key in sorted(before.keys() | after.keys()):
        counts = _is_way(key) or _base(key) in (*KEYS, *LIMITS)
        if counts and before.get(key) != after.get(key):
            shown = _shown(key, after.get(key))
            if _base(key) == ACCESS_KEY and after.get(key) not in (None, SECRET_TEXT):
                # Another key than the approved one is another change.
                shown += f", SHA-256 {_digest(after[key])}"
            yield FieldChange("", "", key, _shown(key, before.get(key)), shown)


def _first(after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Return what the first up of a stack is configured with; nothing was there to compare it with."""
    return tuple(replace(change, before=FIRST) for change in _changes({}, after))


def _shown(key: str, text: str | None) -> str:
    key = _base(key)
    if text is None:
        return "none"
    if text == SECRET_TEXT or key == ACCESS_KEY:
        return "(hidden)"
    if key == "alicloud:credentialsUri":
        # A path may hold a secret, and another path may give another key.
        return f"an address of {printable(host_of(text, 'no host'))} (SHA-256 {_digest(text)})"
    if key.startswith("alicloud:assumeRole"):
        text = _without_secrets(text)
    shown = printable(text)
    if len(shown) <= _LONGEST:
        return shown
    return f"{shown[:_LONGEST]}… (SHA-256 {_digest(shown)})"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _without_secrets(text: str) -> str:
    try:
        value = parse_json(text)
    except ValueError:
        return "(not readable)"
    items = value if isinstance(value, list) else [value]
    shown = [
        {name: "(hidden)" if name in _HIDDEN_FIELDS else part for name, part in item.items()}
        for item in items
        if isinstance(item, dict)
    ]
    return json.dumps(shown, sort_keys=True)


def _loosened(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return the rules that are looser, of the stack and of each provider that was there before."""
    old, new = each_provider(before), each_provider(after)
    for provider in old:
        # What the stack configures holds for every provider of it.
        was, now = (
            {**own.get(provider, {}), **_rules(own[""])} if provider else own[""] for own in (old, new)
        )
        for key, meaning in _loosened_of_one(was, now):
            yield (f"{key}{OF_PROVIDER}{provider}" if provider else key), meaning


def _rules(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if key in (*KEYS, *LIMITS)}


def _loosened_of_one(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    old, new = _settings(before, {}), _settings(after, {})
    hidden = {key for key in KEYS if SECRET_TEXT in (before.get(key), after.get(key))}
    yield from ((key, words) for key, words in loosened(old.rules, new.rules) if key not in hidden)
    yield from ((key, "it is secret now") for key in sorted(hidden) if before.get(key) != after.get(key))
    yield from _raised(
        ACCOUNTS_PER_IMAGE, "accounts may have access", old.accounts_per_image, new.accounts_per_image
    )
    yield from _raised(CALLS_PER_MINUTE, "calls go out a minute", old.calls_per_minute, new.calls_per_minute)
    if old.preflight_in_preview and not new.preflight_in_preview:
        yield PREFLIGHT, "a preview reads no image before it changes"


Numbers = tuple[tuple[str, int], ...]


def _raised(key: str, what: str, before: Numbers, after: Numbers) -> Iterator[tuple[str, str]]:
    """Return the services whose limit is higher, or gone, compared with before."""
    old, new = dict(before), dict(after)
    for service in services.names():
        default = default_limit(service, key)
        was, now = old.get(service, default), new.get(service, default)
        if was is not None and (now is None or now > was):
            yield key, f"{now if now is not None else 'any number of'} {what} for {service}, and not {was}"
