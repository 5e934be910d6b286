"""Assume roles: by STS, through the same connection as everything else.

The SDK's own providers call STS by https alone, at one of its own endpoints, and print what they can't read.
"""

from __future__ import annotations

from pathlib import Path

from alicloud_image_share.clock import Deadline
from alicloud_image_share.config import STS
from alicloud_image_share.credential_settings import OidcSettings, RoleSettings
from alicloud_image_share.credentials import without
from alicloud_image_share.errors import CloudError, ConfigurationError
from alicloud_image_share.model import Call
from alicloud_image_share.openapi import OpenApi
from alicloud_image_share.request import Request, Tell
from alicloud_image_share.temporary import Fetch, TemporaryKey


def assumed(openapi: OpenApi, role: RoleSettings, tell: Tell) -> Fetch:
    """Return what assumes a role with the credentials of a connection."""
    next_step = "let the role trust the caller, and grant the caller the RAM action sts:AssumeRole on it"

    def fetch(deadline: Deadline) -> TemporaryKey:
        try:
            return _key(openapi, Call("AssumeRole", _parameters(role), confidential=True), deadline, tell)
        except CloudError as exc:
            raise _not_assumed(role, str(exc), next_step) from exc

    return fetch


def assumed_with_oidc(openapi: OpenApi, oidc: OidcSettings, tell: Tell) -> Fetch:
    """Return what assumes a role with the token of an identity provider, by calls that are not signed."""
    next_step = "let the role trust the provider, its issuer, audience and subject, and give a token of it"

    def fetch(deadline: Deadline) -> TemporaryKey:
        token = _token(oidc)
        parameters = {
            **_parameters(oidc.role),
            "OIDCProviderArn": oidc.provider_arn,
            "OIDCToken": token,
        }
        call = Call("AssumeRoleWithOIDC", parameters, confidential=True)
        try:
            return _key(openapi, call, deadline, tell)
        except CloudError as exc:
            raise _not_assumed(oidc.role, without([token], str(exc)), next_step) from exc

    return fetch


def _key(openapi: OpenApi, call: Call, deadline: Deadline, tell: Tell) -> TemporaryKey:
    request = Request("sts", STS, None, call, deadline, tell)
    return openapi.read(request, lambda answer: TemporaryKey.parse(answer["Credentials"]))


def _parameters(role: RoleSettings) -> dict[str, str]:
    given = {
        "RoleArn": role.arn,
        "RoleSessionName": role.session_name,
        "DurationSeconds": str(role.seconds),
        "Policy": role.policy,
        "ExternalId": role.external_id,
    }
    return {name: value for name, value in given.items() if value}


def _token(oidc: OidcSettings) -> str:
    """Return the token; a file is read each time, for whoever writes it renews it."""
    if oidc.token:
        return oidc.token
    try:
        token = Path(oidc.token_file or "").expanduser().read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        token = ""
    except OSError as exc:
        raise _not_assumed(oidc.role, f"its token can't be read: {exc}", "name a file with a token") from exc
    if not token:
        raise _not_assumed(oidc.role, f"{oidc.token_file} holds no token", "name a file with a token")
    return token


def _not_assumed(role: RoleSettings, reason: str, next_step: str) -> ConfigurationError:
    return ConfigurationError(
        f"the role {role.arn} could not be assumed ({reason.rstrip('.')}); {next_step}."
    )
