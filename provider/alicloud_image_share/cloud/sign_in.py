"""Sign in: from what is configured to a connection whose calls are signed.

Taken is the first that is configured, as in pulumi-alicloud: keys, a profile, the role of the ECS instance, a
role assumed with a token of an identity provider, the address of a server that gives keys, the default chain.
`alicloud:assumeRole` is assumed on top of it, and the role of a share on top of that.
"""

from __future__ import annotations

from alibabacloud_credentials.models import CredentialModel

from alicloud_image_share.cloud.client import OpenApi
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credential_settings import RoleSettings
from alicloud_image_share.cloud.credentials import Credentials, Found, Take
from alicloud_image_share.cloud.metadata_credentials import from_metadata, from_uri
from alicloud_image_share.cloud.request import Tell
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.cloud.temporary_credentials import Fetch, Renewed, assumed, assumed_with_oidc


def sign_in(settings: Settings, clock: Clock, tell: Tell) -> OpenApi:
    """Return the connection of the configured credentials; nothing is called yet."""
    fetch = _temporary(settings, clock, tell)
    take = Found(settings) if fetch is None else renewed(Renewed(fetch, clock))
    openapi = OpenApi(settings, Credentials(take), clock)
    if settings.assume_role is None:
        return openapi
    return _with_role(openapi, settings.assume_role, settings, clock, tell)


def sign_in_as(openapi: OpenApi, role_arn: str, settings: Settings, clock: Clock, tell: Tell) -> OpenApi:
    """Return the connection of a role that the caller of another connection assumes."""
    role = RoleSettings(role_arn, settings.session_name)
    return _with_role(openapi, role, settings, clock, tell)


def _with_role(openapi: OpenApi, role: RoleSettings, settings: Settings, clock: Clock, tell: Tell) -> OpenApi:
    key = Renewed(assumed(openapi, role, tell), clock)
    return OpenApi(settings, Credentials(renewed(key)), clock)


def _temporary(settings: Settings, clock: Clock, tell: Tell) -> Fetch | None:
    """Return what fetches temporary keys, where the first way that is configured gives such."""
    if settings.access_key or settings.profile or settings.shared_credentials_file:
        return None
    if settings.ecs_role_name:
        return from_metadata(
            settings.metadata_host, settings.ecs_role_name, needs_token=settings.needs_metadata_token
        )
    if settings.oidc:
        return assumed_with_oidc(OpenApi(settings, None, clock), settings.oidc, tell)
    return from_uri(settings.credentials_uri) if settings.credentials_uri else None


def renewed(key: Renewed) -> Take:
    """Return what takes temporary keys."""

    def take(deadline: Deadline) -> CredentialModel:
        found = key.current(deadline)
        return CredentialModel(
            access_key_id=found.key_id,
            access_key_secret=found.secret,
            security_token=found.token,
            type="sts",
        )

    return take
