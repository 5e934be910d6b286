"""Which credentials are configured, with the keys of pulumi-alicloud; nothing is looked for here.

What is malformed becomes a sentence that shows no credential.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from alicloud_image_share.cloud.config_reader import HOST, ConfigReader, is_loopback
from alicloud_image_share.cloud.credential_forms import is_address, is_credential, is_session_name
from alicloud_image_share.cloud.environment_variables import ENVIRONMENT
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.spelling import did_you_mean

SESSION_NAME = "alicloud-image-share"
METADATA_HOST = "100.100.100.200"
HOUR = 3600

ASSUME_ROLE = "alicloud:assumeRole"
ASSUME_ROLE_WITH_OIDC = "alicloud:assumeRoleWithOidc"
_ROLE_FIELDS = ("roleArn", "sessionName", "policy", "sessionExpiration", "externalId")
_OIDC_FIELDS = (
    *("oidcProviderArn", "roleArn", "roleSessionName", "policy"),
    *("sessionExpiration", "oidcToken", "oidcTokenFile"),
)
_OIDC_VARIABLES = MappingProxyType(
    {
        "roleArn": "ALIBABA_CLOUD_ROLE_ARN",
        "oidcProviderArn": "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
        "oidcToken": "ALIBABA_CLOUD_OIDC_TOKEN",
        "oidcTokenFile": "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
    }
)
_ROLE_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """A role to assume, and for how long."""

    arn: str
    session_name: str = SESSION_NAME
    seconds: int | None = None
    """How long a key lives; None where nothing says it."""
    policy: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """A role to assume with the token of another identity provider."""

    role: RoleSettings
    provider_arn: str
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None
    from_variables: bool = field(default=False, compare=False)
    """Whether only variables that other tools use, too, configure it: then it is the last resort."""


@dataclass(frozen=True)
class CredentialSettings:
    """Where credentials come from; several ways may be configured, see `credential_chain` for their order."""

    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    key_origin: str = field(default="", compare=False)
    """Where the access key is configured, for messages."""
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
    skips_metadata: bool = False
    """Whether the default chain leaves the metadata service alone."""
    skips_profiles: bool = False
    """Whether the default chain leaves the file of the cloud's command line alone."""


def read_credentials(config: ConfigReader) -> CredentialSettings:
    """Return keys, role, profile and the other sources as configured; mistakes go to `config.problems`."""
    config.problems.extend(config.half_a_key_pair())
    for key in ("accessKey", "secretKey", "securityToken"):
        if not is_credential(config.text(key) or ""):
            config.problems.append(f"alicloud:{key}: it holds a character that no credential has.")
    session_name = _session_name(
        config,
        "ALIBABA_CLOUD_ROLE_SESSION_NAME",
        config.variable("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"),
        SESSION_NAME,
    )
    return CredentialSettings(
        access_key=config.text("accessKey"),
        secret_key=config.text("secretKey"),
        security_token=config.text("securityToken"),
        key_origin=config.origin("accessKey"),
        profile=config.text("profile"),
        shared_credentials_file=config.text("sharedCredentialsFile"),
        ecs_role_name=_ecs_role_name(config),
        credentials_uri=_credentials_uri(config),
        oidc=_oidc(config),
        assume_role=_assume_role(config, session_name),
        session_name=session_name,
        metadata_host=_metadata_host(config),
        needs_metadata_token=config.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED"),
        skips_metadata=config.is_true("ALIBABA_CLOUD_ECS_METADATA_DISABLED"),
        skips_profiles=config.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"),
    )


def _is_configured(config: ConfigReader, key: str) -> bool:
    """Tell whether an object is there, if only an empty one, whose fields the environment then gives."""
    return config.lookup(key) not in (None, "", "null", "[]")


def _assume_role(config: ConfigReader, session_name: str) -> RoleSettings | None:
    """Read the role to assume on top.

    As for pulumi-alicloud, ALIBABA_CLOUD_ROLE_ARN counts only where assumeRole is configured, if only as
    `{}`: other tools set the variable for a role that is assumed with a token. ALICLOUD_ASSUME_ROLE_ARN says
    what it is for, and counts by itself.
    """
    fields = _fields(config, ASSUME_ROLE, _ROLE_FIELDS)
    arn = config.variable(*ENVIRONMENT["assumeRole"][: 2 if _is_configured(config, ASSUME_ROLE) else 1])
    fields.setdefault("roleArn", arn)
    if fields["roleArn"] is None and len(fields) == 1:
        return None
    fields.setdefault("sessionExpiration", config.variable("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"))
    return _role(config, ASSUME_ROLE, fields, "sessionName", session_name)


def _oidc(config: ConfigReader) -> OidcSettings | None:
    """Read the role with a token; as for pulumi-alicloud, variables of assumeRole do not count for it."""
    problems = len(config.problems)
    fields = _fields(config, ASSUME_ROLE_WITH_OIDC, _OIDC_FIELDS)
    is_asked_for = bool(fields) or (
        _is_configured(config, ASSUME_ROLE_WITH_OIDC) and len(config.problems) == problems
    )
    for name, variable in _OIDC_VARIABLES.items():
        fields.setdefault(name, config.variable(variable))
    provider, token, file = (fields.get(name) for name in ("oidcProviderArn", "oidcToken", "oidcTokenFile"))
    if not is_asked_for and not (fields["roleArn"] and provider and (token or file)):
        return None
    variable = "ALIBABA_CLOUD_ROLE_SESSION_NAME"
    session_name = _session_name(config, variable, config.variable(variable), SESSION_NAME)
    role = _role(config, ASSUME_ROLE_WITH_OIDC, fields, "roleSessionName", session_name)
    if not provider:
        config.problems.append(f"{ASSUME_ROLE_WITH_OIDC}: oidcProviderArn is missing.")
    if not (token or file):
        config.problems.append(f"{ASSUME_ROLE_WITH_OIDC}: oidcToken or oidcTokenFile is missing.")
    if role is None or not provider:
        return None
    return OidcSettings(role, provider, token, file, not _is_configured(config, ASSUME_ROLE_WITH_OIDC))


def _fields(config: ConfigReader, key: str, known: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that are set, of an object or of the only one in a list; one may be a token."""
    value = config.structured(key, shown=False)
    items = value if isinstance(value, list) else [value] if value is not None else []
    if len(items) > 1 or not all(isinstance(item, dict) for item in items):
        config.problems.append(f"{key}: it is neither an object nor a list with one object.")
        return {}
    pairs = [pair for each in items for pair in each.items()]
    stripped = {name: item.strip() if isinstance(item, str) else item for name, item in pairs}
    fields = {name: item for name, item in stripped.items() if item not in (None, "", 0)}
    for name in sorted(fields.keys() - set(known)):
        known_names = f"{', '.join(known)}.{did_you_mean(name, known)}"
        config.problems.append(f"{key}: {show(name)} is not a field here; the fields are {known_names}")
    for name in [name for name in fields if name != "sessionExpiration"]:
        if not isinstance(fields[name], str):
            config.problems.append(f"{key}: {show(name)} is not text.")
            del fields[name]
    return fields


def _role(
    config: ConfigReader, key: str, fields: Mapping[str, Any], name_field: str, session_name: str
) -> RoleSettings | None:
    arn = fields["roleArn"]
    if not is_role(arn):
        config.problems.append(
            f"{key}: {f'roleArn: {show(arn)} {NO_ROLE}' if arn else 'roleArn is missing'}."
        )
        return None
    return RoleSettings(
        arn=arn,
        session_name=_session_name(config, key, fields.get(name_field), session_name),
        seconds=_seconds(config, key, fields.get("sessionExpiration")),
        policy=fields.get("policy"),
        external_id=fields.get("externalId"),
    )


def _session_name(config: ConfigReader, key: str, value: str | None, default: str) -> str:
    if value and not is_session_name(value):
        config.problems.append(f"{key}: {show(value)} is not a session name: 2 to 64 letters, digits, .@_-.")
        return default
    return value or default


def _seconds(config: ConfigReader, key: str, value: object) -> int | None:
    if value is None:
        return None
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, bool) or not (re.fullmatch("[0-9]{1,5}", text) and 900 <= int(text) <= 12 * HOUR):
        config.problems.append(f"{key}: sessionExpiration: {show(value)} is not a number from 900 to 43200.")
        return None
    return int(text)


def _ecs_role_name(config: ConfigReader) -> str | None:
    name = config.text("ecsRoleName")
    if name and not _ROLE_NAME.fullmatch(name):
        config.problems.append(f"alicloud:ecsRoleName: {show(name)} is not the name of a role.")
        return None
    return name


def _credentials_uri(config: ConfigReader) -> str | None:
    uri = config.text("credentialsUri")
    if uri and not is_address(uri):
        # It may hold a token of its own, so it is not shown.
        config.problems.append(
            "alicloud:credentialsUri: it is not an address that begins with http or https."
        )
        return None
    return uri


def _metadata_host(config: ConfigReader) -> str:
    host = config.variable("ALICLOUD_METADATA_HOST")
    if host and not (HOST.fullmatch(host) and is_loopback(host)):
        config.problems.append(f"ALICLOUD_METADATA_HOST: {show(host)} is not a loopback host.")
        return METADATA_HOST
    return host or METADATA_HOST
