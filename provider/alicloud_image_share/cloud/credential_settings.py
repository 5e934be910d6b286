"""Which credentials are configured, with the keys of pulumi-alicloud; nothing is looked for here.

What is malformed becomes a sentence that shows no credential.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alicloud_image_share.cloud.config_reader import HOST, Given, is_loopback, short
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role

SESSION_NAME = "alicloud-image-share"
METADATA_HOST = "100.100.100.200"
HOUR = 3600

ASSUME_ROLE = "alicloud:assumeRole"
_OIDC = "alicloud:assumeRoleWithOidc"
_ROLE_FIELDS = ("roleArn", "sessionName", "policy", "sessionExpiration", "externalId")
_OIDC_FIELDS = (
    *("oidcProviderArn", "roleArn", "roleSessionName", "policy"),
    *("sessionExpiration", "oidcToken", "oidcTokenFile"),
)
_OIDC_VARIABLES = (
    *("ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
)
_URI = re.compile(r"https?://[^\s/?#@]+(/[^\s#]*)?", re.ASCII)
_ROLE_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """A role to assume, and for how long."""

    arn: str
    session_name: str = SESSION_NAME
    seconds: int = HOUR
    policy: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """A role to assume with the token of another identity provider."""

    role: RoleSettings
    provider_arn: str
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None


@dataclass(frozen=True)
class CredentialSettings:
    """Where credentials come from; several ways may be configured, see `sign_in` for their order."""

    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    profile: str | None = None
    shared_credentials_file: str | None = None
    ecs_role_name: str | None = None
    credentials_uri: str | None = field(default=None, repr=False)
    oidc: OidcSettings | None = None
    assume_role: RoleSettings | None = None
    """A role to assume on top of whatever the others give."""
    session_name: str = SESSION_NAME
    """What roles are assumed as where no key says it."""
    metadata_host: str = METADATA_HOST
    needs_metadata_token: bool = False
    """Whether the metadata service may be asked with a token only (IMDSv2)."""


def read_credentials(given: Given) -> CredentialSettings:
    """Read which credentials are configured."""
    if bool(given.text("accessKey")) != bool(given.text("secretKey")):
        given.problems.append("alicloud:accessKey and alicloud:secretKey: one is set without the other.")
    session_name = _session_name(
        given,
        "ALIBABA_CLOUD_ROLE_SESSION_NAME",
        given.variable("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"),
        SESSION_NAME,
    )
    return CredentialSettings(
        access_key=given.text("accessKey"),
        secret_key=given.text("secretKey"),
        security_token=given.text("securityToken"),
        profile=given.text("profile"),
        shared_credentials_file=given.text("sharedCredentialsFile"),
        ecs_role_name=_ecs_role_name(given),
        credentials_uri=_credentials_uri(given),
        oidc=_oidc(given, session_name),
        assume_role=_assume_role(given, session_name),
        session_name=session_name,
        metadata_host=_metadata_host(given),
        needs_metadata_token=(given.variable("ALIBABA_CLOUD_IMDSV1_DISABLED") or "").lower() == "true",
    )


def _assume_role(given: Given, session_name: str) -> RoleSettings | None:
    fields = _fields(given, ASSUME_ROLE, _ROLE_FIELDS)
    variables = ["ALICLOUD_ASSUME_ROLE_ARN"]
    if not given.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE"):
        # With a token file beside it, it is the role that is assumed with the token.
        variables.append("ALIBABA_CLOUD_ROLE_ARN")
    fields.setdefault("roleArn", given.variable(*variables))
    if fields["roleArn"] is None and len(fields) == 1:
        return None
    return _role(given, ASSUME_ROLE, fields, "sessionName", session_name)


def _oidc(given: Given, session_name: str) -> OidcSettings | None:
    fields = _fields(given, _OIDC, _OIDC_FIELDS)
    if not fields and not all(given.environment.get(name) for name in _OIDC_VARIABLES):
        return None
    for name, variable in zip(("roleArn", "oidcProviderArn", "oidcTokenFile"), _OIDC_VARIABLES, strict=True):
        fields.setdefault(name, given.variable(variable))
    role = _role(given, _OIDC, fields, "roleSessionName", session_name)
    provider, token, file = (fields.get(name) for name in ("oidcProviderArn", "oidcToken", "oidcTokenFile"))
    if not provider:
        given.problems.append(f"{_OIDC}: oidcProviderArn is missing.")
    if not (token or file):
        given.problems.append(f"{_OIDC}: oidcToken or oidcTokenFile is missing.")
    if role is None or not provider:
        return None
    return OidcSettings(role, provider, token, file)


def _fields(given: Given, key: str, known: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that are set, of an object or of the only one in a list; one may be a token."""
    value = given.structured(key, shown=False)
    items = value if isinstance(value, list) else [value] if value is not None else []
    if len(items) > 1 or not all(isinstance(item, dict) for item in items):
        given.problems.append(f"{key}: it is neither an object nor a list with one object.")
        return {}
    fields = {name: item for given_ in items for name, item in given_.items() if item not in (None, "", 0)}
    for name in sorted(fields.keys() - set(known)):
        given.problems.append(f"{key}: {short(name)} is none of {', '.join(known)}.")
    for name in [name for name in fields if name != "sessionExpiration"]:
        if not isinstance(fields[name], str):
            given.problems.append(f"{key}: {short(name)} is not text.")
            del fields[name]
    return fields


def _role(
    given: Given, key: str, fields: Mapping[str, Any], name_field: str, session_name: str
) -> RoleSettings | None:
    arn = fields["roleArn"]
    if not is_role(arn):
        given.problems.append(
            f"{key}: {f'roleArn: {short(arn)} {NO_ROLE}' if arn else 'roleArn is missing'}."
        )
        return None
    return RoleSettings(
        arn=arn,
        session_name=_session_name(given, key, fields.get(name_field), session_name),
        seconds=_seconds(given, key, fields.get("sessionExpiration")),
        policy=fields.get("policy"),
        external_id=fields.get("externalId"),
    )


def _session_name(given: Given, key: str, value: str | None, default: str) -> str:
    if value and not _SESSION_NAME.fullmatch(value):
        given.problems.append(f"{key}: {short(value)} is not a session name: 2 to 64 letters, digits, .@_-.")
        return default
    return value or default


def _seconds(given: Given, key: str, value: object) -> int:
    value = value or given.variable("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION") or HOUR
    text = str(value)
    if isinstance(value, bool) or not (re.fullmatch("[0-9]{1,5}", text) and 900 <= int(text) <= 12 * HOUR):
        given.problems.append(f"{key}: sessionExpiration: {short(value)} is not a number from 900 to 43200.")
        return HOUR
    return int(text)


def _ecs_role_name(given: Given) -> str | None:
    name = given.text("ecsRoleName")
    if name and not _ROLE_NAME.fullmatch(name):
        given.problems.append(f"alicloud:ecsRoleName: {short(name)} is not the name of a role.")
        return None
    return name


def _credentials_uri(given: Given) -> str | None:
    uri = given.text("credentialsUri")
    if uri and not _URI.fullmatch(uri):
        # It may hold a token of its own, so it is not shown.
        given.problems.append("alicloud:credentialsUri: it is not an address that begins with http or https.")
        return None
    return uri


def _metadata_host(given: Given) -> str:
    host = given.variable("ALICLOUD_METADATA_HOST")
    if host and not (HOST.fullmatch(host) and is_loopback(host)):
        given.problems.append(f"ALICLOUD_METADATA_HOST: {short(host)} is not a loopback host.")
        return METADATA_HOST
    return host or METADATA_HOST
