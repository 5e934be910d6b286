"""Keys of a role, which STS gives to whoever may assume it."""

from __future__ import annotations

import os
from dataclasses import replace

from alicloud_image_share.cloud.client import ApiClient
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credential_settings import HOUR, OidcSettings, RoleSettings
from alicloud_image_share.cloud.credentials import AccessKey, Credentials, KeyFetcher, RenewableKey
from alicloud_image_share.cloud.external_credentials import SECONDS as METADATA_SECONDS
from alicloud_image_share.cloud.external_credentials import from_metadata
from alicloud_image_share.cloud.network import Network
from alicloud_image_share.cloud.other_services import STS
from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.cloud.regular_file import open_regular
from alicloud_image_share.cloud.request import OnWait, Reads, Request
from alicloud_image_share.cloud.service import Call
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.errors import CloudError, ConfigurationError
from alicloud_image_share.sharing.failures import is_about_keys, next_step_of_command, remedy_for

LONGEST_TOKEN = 20_000
"""Characters that STS takes of a token."""


class KeySources:
    """Where keys come from besides the configuration itself, and the clients that sign with them."""

    def __init__(self, settings: Settings, clock: Clock, tell: OnWait, network: Network) -> None:
        self.settings = settings
        self.clock = clock
        self.network = network
        self._tell = tell

    def client(self, fetch: KeyFetcher | None, settings: Settings | None = None) -> ApiClient:
        """Return the client that signs with a key; without one its calls are not signed."""
        credentials = Credentials(RenewableKey(fetch, self.clock)) if fetch else None
        return ApiClient(settings or self.settings, credentials, self.clock, self.network)

    def role(self, client: Reads, role: RoleSettings) -> KeyFetcher:
        """Return what assumes a role with the credentials of a client."""
        next_step = "let the role trust the caller, and grant the caller the RAM action sts:AssumeRole on it"

        def fetch(deadline: Deadline) -> AccessKey:
            return self._assume(client, Call("AssumeRole", _parameters(role)), role, next_step, deadline)

        return fetch

    def role_with_token(self, oidc: OidcSettings, settings: Settings | None = None) -> KeyFetcher:
        """Return what assumes a role with the token of an identity provider, by calls that are not signed."""
        next_step = (
            "let the role trust the provider, its issuer, audience and subject, and give a token of it"
        )
        client = self.client(None, settings)

        def fetch(deadline: Deadline) -> AccessKey:
            token = {"OIDCProviderArn": oidc.provider_arn, "OIDCToken": _token(oidc)}
            call = Call("AssumeRoleWithOIDC", {**_parameters(oidc.role), **token})
            return self._assume(client, call, oidc.role, next_step, deadline)

        return fetch

    def metadata(self, role: str | None, seconds: float = METADATA_SECONDS) -> KeyFetcher:
        """Return what asks the metadata service of the ECS instance, for so many seconds."""
        settings = self.settings
        return from_metadata(
            self.network,
            settings.metadata_host,
            role,
            needs_token=settings.needs_metadata_token,
            seconds=seconds,
        )

    def _assume(
        self, client: Reads, call: Call, role: RoleSettings, next_step: str, deadline: Deadline
    ) -> AccessKey:
        request = Request("sts", STS, None, replace(call, confidential=True), deadline, self._tell)
        try:
            return client.read(request, lambda answer: AccessKey.parse(answer["Credentials"]))
        except CloudError as exc:
            if exc.code is None or is_about_keys(exc):
                next_step = next_step_of_command(exc) or remedy_for(exc, STS.ram_prefix).next_step
            reason = redact(str(exc), filter(None, [call.parameters.get("OIDCToken")]))
            raise _not_assumed(role, reason, next_step) from exc


def _parameters(role: RoleSettings) -> dict[str, str]:
    parameters = {
        "RoleArn": role.arn,
        "RoleSessionName": role.session_name,
        "DurationSeconds": str(role.seconds or HOUR),
        "Policy": role.policy,
        "ExternalId": role.external_id,
    }
    return {name: value for name, value in parameters.items() if value}


def _token(oidc: OidcSettings) -> str:
    """Return the token; a file is read each time, for whoever writes it renews it."""
    if oidc.token:
        return oidc.token
    try:
        with open_regular(os.path.expanduser(oidc.token_file or "")) as file:
            token = file.read(LONGEST_TOKEN + 1).decode().strip("\0 \t\r\n")
        token = token if len(token) <= LONGEST_TOKEN else ""
    except ValueError:
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
