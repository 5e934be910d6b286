"""Check the inputs of an ImageShare: every rule on their form, and nothing else.

A failure is one sentence that starts with the field and shows the one bad value, never the whole property;
where the accounts are secret it shows the position instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.lifecycle.owner_on_list import ConfiguredOwner
from alicloud_image_share.sharing.access_end import ended as ended_of
from alicloud_image_share.sharing.accounts import checked_accounts, show
from alicloud_image_share.sharing.model import (
    DEFAULTS,
    FIELDS,
    IMAGE_ID,
    LONGEST_TIMEOUT,
    NO_NOTES,
    REGION_ID,
    UNKNOWN,
    Unknown,
)
from alicloud_image_share.sharing.spelling import did_you_mean

NO_OWNER = ConfiguredOwner()


@dataclass(frozen=True, slots=True)
class CheckedInputs:
    """Inputs in the form that state keeps, and one sentence for each thing that is wrong with them."""

    inputs: dict[str, Any]
    failures: tuple[str, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    """The owner of the image, account id → note, where it was left out of the list."""
    ended: Mapping[str, str] = field(default_factory=dict)
    """Accounts that were left out because their access has ended, account id → note."""


def check(
    news: Mapping[str, Any],
    *,
    default_region: str | None,
    quota: int | None,
    before: Mapping[str, str] = NO_NOTES,
    owner: ConfiguredOwner = NO_OWNER,
    now: datetime | None = None,
) -> CheckedInputs:
    """Check the inputs and put them into the form that state keeps.

    `default_region` is taken where the program names none; `quota` is how many accounts one image of this
    service may have, None where there is no limit. It stops nobody who only takes accounts off the list that
    was there `before`: account id → note, as state has it. `owner` is left out of the list, or refused.
    Whoever has access until a time before `now` is left out, too; without it nobody's access has ended.
    """
    failures: list[str] = []
    named_inputs = {key: value for key, value in news.items() if value is not None}
    failures += [
        f"{_name(key)}: there is no such field." for key in sorted(named_inputs.keys() - set(FIELDS))
    ]
    inputs = {key: named_inputs[key] for key in FIELDS if key in named_inputs}
    secret = named_inputs.get("accounts_secret") is True

    service = _image(inputs, named_inputs, default_region, failures)
    if "accounts" in named_inputs:
        inputs["accounts"] = checked_accounts(named_inputs["accounts"], secret, failures, before)
    else:
        failures.append("accounts: it is required.")
    ended = _without_ended(inputs, now)
    left_out = _without_owner(inputs, owner, before, failures)
    _flags(named_inputs, service, failures)
    accounts = inputs.get("accounts")
    if isinstance(accounts, dict) and not failures:
        failures.extend(_count_problems(accounts, named_inputs, before, quota, ended))
    stored = {key: value for key, value in inputs.items() if key not in DEFAULTS or value != DEFAULTS[key]}
    return CheckedInputs(stored, tuple(failures), left_out, ended)


def _without_ended(inputs: dict[str, Any], now: datetime | None) -> Mapping[str, str]:
    """Leave whoever has no access any more out of the list; return who was left out."""
    accounts = inputs.get("accounts")
    if now is None or not isinstance(accounts, dict):
        return NO_NOTES
    left_out = ended_of(accounts, now)
    inputs["accounts"] = {account: note for account, note in accounts.items() if account not in left_out}
    return left_out


def _without_owner(
    inputs: dict[str, Any], owner: ConfiguredOwner, before: Collection[str], failures: list[str]
) -> Mapping[str, str]:
    """Leave the owner out of the list where that is configured, else refuse it; return who was left out."""
    accounts, secret = inputs.get("accounts"), inputs.get("accounts_secret") is True
    listed = owner.newly_listed_in(accounts, before)
    if listed is None or not isinstance(accounts, dict):
        return NO_NOTES
    if not owner.skips:
        failures.append(owner.refusal(secret=secret))
        return NO_NOTES
    left_out = {listed: accounts.pop(listed)}
    if not accounts and (inputs.get("exclusive") or inputs.get("share_to_ecs") is None):
        failures.append(owner.nobody_left(listed, secret=secret))
    return left_out


def _image(
    inputs: dict[str, Any], named_inputs: Mapping[str, Any], default_region: str | None, failures: list[str]
) -> str | None:
    """Check what names the image, and put its region in; return the service, where it is known."""
    service = _service(named_inputs.get("service"), failures)
    _image_id(named_inputs.get("image_id"), failures)
    region = _region(service, named_inputs.get("region_id"), default_region, failures)
    if region is not None:
        inputs["region_id"] = region
    return service


def _name(key: str) -> str:
    return key if key.isidentifier() and len(key) <= 60 else show(key)


def _service(value: object, failures: list[str]) -> str | None:
    if isinstance(value, str) and value in services.names():
        return value
    if value is not UNKNOWN:
        known = ", ".join(services.names())
        meant = did_you_mean(value, services.names()) if isinstance(value, str) else ""
        failures.append(f"service: {show(value)} is not one of the services: {known}.{meant}")
    return None


def _image_id(value: object, failures: list[str]) -> None:
    if value is not UNKNOWN and not (isinstance(value, str) and IMAGE_ID.fullmatch(value)):
        failures.append(f"image_id: {show(value)} is not an image id.")


def _region(
    service: str | None, value: object, default: str | None, failures: list[str]
) -> str | Unknown | None:
    if service is None or value is UNKNOWN:
        return UNKNOWN if value is UNKNOWN else None
    if not services.service(service).API.regional:
        if value is not None:
            failures.append(f"region_id: {show(value)} is set, but {service} images have no region.")
        return None
    region = default if value is None else value
    if region is None:
        failures.append("region_id: it is required where alicloud:region is not configured.")
        return None
    if not (isinstance(region, str) and REGION_ID.fullmatch(region)):
        failures.append(f"region_id: {show(region)} is not a region id.")
        return None
    return region


def _flags(inputs: Mapping[str, Any], service: str | None, failures: list[str]) -> None:
    failures += [
        f"{key}: {show(inputs[key])} is neither true nor false."
        for key in ("exclusive", "accounts_secret", "share_to_ecs", "retain_on_delete")
        if key in inputs and not isinstance(inputs[key], bool | Unknown)
    ]
    has_switch = service is None or services.service(service).API.shares_to_ecs
    if not has_switch and isinstance(inputs.get("share_to_ecs"), bool):
        failures.append(
            f"share_to_ecs: {show(inputs['share_to_ecs'])} is set, but only {_switched()} images have it."
        )
    role = inputs.get("role_arn", UNKNOWN)
    if role is not UNKNOWN and not is_role(role):
        failures.append(f"role_arn: {show(role)} {NO_ROLE}.")
    timeout = inputs.get("timeout", UNKNOWN)
    if timeout is not UNKNOWN and not (_is_number(timeout) and 1 <= timeout <= LONGEST_TIMEOUT):
        failures.append(f"timeout: {show(timeout)} is not a number of seconds from 1 to {LONGEST_TIMEOUT}.")


def _switched() -> str:
    return " and ".join(name for name in services.names() if services.service(name).API.shares_to_ecs)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _count_problems(
    accounts: Mapping[str, str],
    inputs: Mapping[str, Any],
    before: Collection[str],
    quota: int | None,
    ended: Collection[str],
) -> Iterator[str]:
    if not (accounts or ended) and not inputs.get("exclusive") and inputs.get("share_to_ecs") is None:
        yield "accounts: must not be empty, unless exclusive=True (remove everybody) or share_to_ecs is set."
    if quota is not None and len(accounts) > quota and accounts.keys() - before:
        yield (
            f"accounts: {len(accounts)} listed, but an {inputs['service']} image can be shared with {quota}."
            f" Remove {len(accounts) - quota}, or set image-shares:accountsPerImage if your quota was raised."
        )
