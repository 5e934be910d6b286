"""Check the inputs of an ImageShare: every rule on their form, and nothing else.

A failure is one sentence that starts with the field and shows the one bad value, never the whole property;
where the accounts are secret it shows the position instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from alicloud_image_share import services
from alicloud_image_share.model import UNKNOWN, Unknown
from alicloud_image_share.role_arn import NOT_A_ROLE, is_role

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"exclusive": False, "share_to_ecs": None, "role_arn": None, "timeout": 300, "accounts_secret": False}
)
"""Inputs that are not stored while they have this value, so that a default can change later."""

FIELDS = ("service", "image_id", "region_id", "accounts", *DEFAULTS)

ACCOUNT_ID = re.compile(r"[1-9][0-9]{4,19}", re.ASCII)
_IMAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_REGION_ID = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+", re.ASCII)
_EXACT_FLOAT = 2**53
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Checked:
    """Inputs in the form that state keeps, and one sentence for each thing that is wrong with them."""

    inputs: dict[str, Any]
    failures: tuple[str, ...]


def show(value: object) -> str:
    """Show one bad value in a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def account_map(accounts: object) -> object:
    """Turn a list or a map of accounts into a map id → note; give back as a list of ids what is no such map.

    Used by the program before the SDK serialises the value, which would lose a None note and the digits of a
    large number. What is wrong stays visible in the returned list, for check to name it.
    """
    if isinstance(accounts, Mapping):
        pairs = [(_exact(key), "" if note is None else note) for key, note in accounts.items()]
    elif isinstance(accounts, Iterable) and not isinstance(accounts, str | bytes):
        pairs = [(_exact(item), "") for item in accounts]
    else:
        return accounts
    ids = [key for key, _ in pairs]
    if all(isinstance(key, str) and ACCOUNT_ID.fullmatch(key) for key in ids) and len(set(ids)) == len(ids):
        return dict(pairs)
    return ids


def known_accounts(accounts: object) -> dict[str, str]:
    """Return id → note of the well-formed accounts in a list that may not be wholly known yet."""
    notes = accounts if isinstance(accounts, Mapping) else {}
    ids = accounts if isinstance(accounts, list | tuple | Mapping) else ()
    pairs = ((_account(item), notes.get(item, "")) for item in ids)
    return {account: note if isinstance(note, str) else "" for account, note in pairs if account}


def check(
    news: Mapping[str, Any],
    *,
    default_region: str | None,
    quotas: Mapping[str, int],
    before: Collection[str] = (),
) -> Checked:
    """Check the inputs and put them into the form that state keeps.

    `default_region` is taken where the program names none; `quotas` maps a service to the accounts that one
    image may have, for the services that have such a limit. It stops nobody who only takes accounts off the
    list that was there `before`.
    """
    failures: list[str] = []
    given = {key: value for key, value in news.items() if value is not None}
    failures += [f"{_name(key)}: there is no such field." for key in sorted(given.keys() - set(FIELDS))]
    inputs = {key: given[key] for key in FIELDS if key in given}
    secret = given.get("accounts_secret") is True

    service = _service(given.get("service"), failures)
    _image_id(given.get("image_id"), failures)
    region = _region(service, given.get("region_id"), default_region, failures)
    if region is not None:
        inputs["region_id"] = region
    if "accounts" in given:
        inputs["accounts"] = _accounts(given["accounts"], secret, failures)
    else:
        failures.append("accounts: it is required.")
    _flags(given, service, failures)
    _room(inputs.get("accounts"), given, failures)
    _quota(inputs.get("accounts"), before, service, quotas, failures)
    stored = {key: value for key, value in inputs.items() if key not in DEFAULTS or value != DEFAULTS[key]}
    return Checked(stored, tuple(failures))


def _name(key: str) -> str:
    return key if key.isidentifier() and len(key) <= 60 else show(key)


def _exact(value: object) -> object:
    # The wire has floats only; a whole number is text before it gets there, so no digit is lost.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _service(value: object, failures: list[str]) -> str | None:
    if isinstance(value, str) and value in services.names():
        return value
    if value is not UNKNOWN:
        known = ", ".join(services.names())
        failures.append(f"service: {show(value)} is not one of the services: {known}.")
    return None


def _image_id(value: object, failures: list[str]) -> None:
    if value is not UNKNOWN and not (isinstance(value, str) and _IMAGE_ID.fullmatch(value)):
        failures.append(f"image_id: {show(value)} is not an image id.")


def _region(
    service: str | None, value: object, default: str | None, failures: list[str]
) -> str | Unknown | None:
    if service is None or value is UNKNOWN:
        return UNKNOWN if value is UNKNOWN else None
    if not services.service(service).API.regional:
        if value is not None:
            failures.append(f"region_id: {show(value)} is given, but {service} images have no region.")
        return None
    region = default if value is None else value
    if region is None:
        failures.append("region_id: it is required where alicloud:region is not configured.")
        return None
    if not (isinstance(region, str) and _REGION_ID.fullmatch(region)):
        failures.append(f"region_id: {show(region)} is not a region id.")
        return None
    return region


def _accounts(value: object, secret: bool, failures: list[str]) -> object:
    """Return the map id → note, UNKNOWN where an id is unknown; what is wrong is added to `failures`."""
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        notes = {str(key): "" if note is None else note for key, note in value.items()}
        ids: Sequence[object] = list(value)
    elif isinstance(value, list | tuple):
        notes, ids = {}, list(value)
    else:
        what = "a value that is" if secret else f"{show(value)} is"
        failures.append(f"accounts: {what} neither a list of account ids nor a map from an id to a note.")
        return {}
    found: dict[str, Any] = {}
    for position, item in enumerate(ids, 1):
        if item is UNKNOWN:
            continue
        account = _account(item)
        shown = f"number {position}" if secret else show(item)
        if account is None:
            failures.append(f"accounts: {shown} is not an account id: {_expected(item)}.")
        elif account in found:
            failures.append(f"accounts: {shown} is there twice.")
        else:
            found[account] = _note(notes.get(str(item), ""), shown, secret, failures)
    return UNKNOWN if any(item is UNKNOWN for item in ids) else dict(sorted(found.items()))


def _account(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOAT:
        value = int(value)
    value = _exact(value)
    return value if isinstance(value, str) and ACCOUNT_ID.fullmatch(value) else None


def _expected(item: object) -> str:
    if isinstance(item, float):
        return "a number of this size has lost digits, write it as text"
    if isinstance(item, str) and ("@" in item or re.search("[A-Za-z]", item)):
        return "images are shared with accounts, not with RAM users; the id has 5 to 20 digits"
    return "it has 5 to 20 digits and does not begin with 0"


def _note(note: object, shown: str, secret: bool, failures: list[str]) -> object:
    if note is not UNKNOWN and not isinstance(note, str):
        what = "" if secret else f", {show(note)},"
        failures.append(f"accounts: the note{what} of {shown} is not text.")
    return note


def _flags(given: Mapping[str, Any], service: str | None, failures: list[str]) -> None:
    failures += [
        f"{key}: {show(given[key])} is neither true nor false."
        for key in ("exclusive", "accounts_secret", "share_to_ecs")
        if not isinstance(given.get(key, False), bool | Unknown)
    ]
    has_switch = service is None or services.service(service).API.shares_to_ecs
    if not has_switch and isinstance(given.get("share_to_ecs"), bool):
        failures.append(
            f"share_to_ecs: {show(given['share_to_ecs'])} is given, but only {_switched()} images have it."
        )
    role = given.get("role_arn", UNKNOWN)
    if role is not UNKNOWN and not is_role(role):
        failures.append(f"role_arn: {show(role)} {NOT_A_ROLE}.")
    timeout = given.get("timeout", 300)
    if timeout is not UNKNOWN and not (_is_number(timeout) and 1 <= timeout <= _DAY):
        failures.append(f"timeout: {show(timeout)} is not a number of seconds from 1 to {_DAY}.")


def _switched() -> str:
    return " and ".join(name for name in services.names() if services.service(name).API.shares_to_ecs)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _room(
    accounts: object,
    given: Mapping[str, Any],
    failures: list[str],
) -> None:
    if not isinstance(accounts, dict) or failures:
        return
    if not accounts and not given.get("exclusive") and given.get("share_to_ecs") is None:
        failures.append("accounts: it is empty, which only exclusive=True or share_to_ecs gives a meaning.")


def _quota(
    accounts: object,
    before: Collection[str],
    service: str | None,
    quotas: Mapping[str, int],
    failures: list[str],
) -> None:
    if not isinstance(accounts, dict) or failures:
        return
    quota = quotas.get(service or "")
    if quota is not None and len(accounts) > quota and accounts.keys() - before:
        failures.append(
            f"accounts: {len(accounts)} are asked, and the limit for one {service} image is {quota};"
            f" where the quota was raised, set image-shares:accountsPerImage."
        )
