"""From what is configured to a client whose calls are signed.

The order is that of pulumi-alicloud: keys; a profile that holds keys, or gives them by CloudSSO, a command or
a chain of roles; `credentialsUri`; the role of the ECS instance; `assumeRoleWithOidc`. Then come profiles of
modes that pulumi-alicloud does not know, and the default chain of the cloud's SDKs: the variables of a role
with a token, the current profile, the SDKs' own file, the metadata service. One role is assumed on top:
`assumeRole`, or else that of a profile of mode RamRoleArn; and the role of a share on top of that.
"""

from __future__ import annotations

from dataclasses import replace

from alicloud_image_share.cloud.client import ApiClient
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.credential_settings import SESSION_NAME, RoleSettings
from alicloud_image_share.cloud.credentials import AccessKey, KeyFetcher, NoCredentialsError
from alicloud_image_share.cloud.external_credentials import from_uri
from alicloud_image_share.cloud.profile_credentials import ProfileKeys, static_key
from alicloud_image_share.cloud.profiles import (
    SDK_FILE,
    NoFileError,
    Profile,
    ProfileError,
    named_profile,
    read_profile,
)
from alicloud_image_share.cloud.temporary_credentials import KeySources
from alicloud_image_share.errors import ConfigurationError

METADATA_SECONDS = 1.0
"""How long the default chain waits for a metadata service: on most machines there is none."""

_NOT_IN_PULUMI = ("OIDC", "CredentialsURI", "RsaKeyPair", "RamRoleArnWithEcs", "RamRoleArnWithRoleName")
"""Modes of profiles that pulumi-alicloud takes for none."""


class CredentialChain:
    """Finds the credentials that a configuration means, at the first call; what failed is tried again."""

    def __init__(self, sources: KeySources) -> None:
        self._sources = sources
        self._settings = sources.settings
        self._profiles = ProfileKeys(sources)
        self._fetch: KeyFetcher | None = None
        self._reasons: set[str] = set()
        """What was said already: a stack of forty shares finds forty times that there are no credentials."""
        self.source = ""
        """Where the credentials come from, once they were found."""

    def sign_in(self) -> ApiClient:
        """Return the client of the configured credentials; nothing is called yet."""
        return self._sources.client(self.fetch)

    def sign_in_as(self, client: ApiClient, role_arn: str) -> ApiClient:
        """Return the client of a role that the caller of another client assumes."""
        role = RoleSettings(role_arn, self._settings.session_name)
        return self._sources.client(self._sources.role(client, role))

    def fetch(self, deadline: Deadline) -> AccessKey:
        """Fetch the key of the configured credentials; raise ConfigurationError where there is none."""
        try:
            return self._key_fetcher(deadline)(deadline)
        except NoCredentialsError as exc:
            if str(exc) in self._reasons:
                exc.shorten()
            self._reasons.add(str(exc))
            raise

    def _key_fetcher(self, deadline: Deadline) -> KeyFetcher:
        try:
            if self._fetch is None:
                self._fetch = self._find(deadline)
        except ProfileError as exc:
            raise NoCredentialsError(str(exc).rstrip(".")) from exc
        return self._fetch

    def _find(self, deadline: Deadline) -> KeyFetcher:
        profile: Profile | None = None
        missing: ProfileError | None = None
        if self._settings.profile:
            try:
                profile = named_profile(self._settings.shared_credentials_file, self._settings.profile)
            except ProfileError as exc:
                # As for pulumi-alicloud, another way that is configured makes up for it.
                missing = exc
        keys = self._keys(profile) or self._temporary(profile)
        if keys is None and missing:
            raise missing
        keys = keys or self._default(deadline)
        role = self._role_on_top(profile)
        if role is None:
            return keys
        settings = self._settings
        if profile and profile.mode == "RamRoleArn":
            settings = self._profiles.settings_of(profile)
        return self._sources.role(self._sources.client(keys, settings), role)

    def _keys(self, profile: Profile | None) -> KeyFetcher | None:
        settings = self._settings
        if settings.access_key and settings.secret_key:
            self.source = settings.key_origin
            return static_key(settings.access_key, settings.secret_key, settings.security_token)
        if profile is None or profile.mode == "EcsRamRole" or profile.mode in _NOT_IN_PULUMI:
            return None
        if profile.lacks_keys:
            return None  # as for pulumi-alicloud, another way that is configured makes up for it
        self.source = str(profile)
        return self._profiles.without_role(profile)

    def _temporary(self, profile: Profile | None) -> KeyFetcher | None:
        settings = self._settings
        if settings.credentials_uri:
            self.source = "alicloud:credentialsUri"
            return from_uri(self._sources.network, settings.credentials_uri)
        if settings.ecs_role_name:
            self.source = f"the role {settings.ecs_role_name} of this ECS instance"
            return self._sources.metadata(settings.ecs_role_name)
        if (
            settings.oidc
            and not settings.oidc.from_variables
            and not (profile and profile.mode == "EcsRamRole")
        ):
            return self._with_token()
        return self._of_profile(profile) if profile else None

    def _default(self, deadline: Deadline) -> KeyFetcher:
        """Return the first of the default chain that is there; what is there and fails is not passed over."""
        if self._settings.oidc:
            return self._with_token()
        tried: list[ConfigurationError] = []
        keys = self._in_files(tried)
        if keys is not None:
            return keys
        broken = [str(exc).rstrip(".") for exc in tried if not isinstance(exc, NoFileError)]
        if not self._settings.skips_metadata:
            keys = self._sources.metadata(None, METADATA_SECONDS)
            try:
                keys(deadline)
            except ConfigurationError as exc:
                tried.append(exc)
            else:
                self.source = "the role of this ECS instance"
                return keys
        raise NoCredentialsError(broken[0] if broken else "", tuple(map(str, tried)))

    def _in_files(self, tried: list[ConfigurationError]) -> KeyFetcher | None:
        """Return what the current profile gives; a file that is configured must give something."""
        file = self._settings.shared_credentials_file
        if file:
            return self._of_profile(read_profile(file, None))
        for path in (SDK_FILE,) if self._settings.skips_profiles else (None, SDK_FILE):
            try:
                return self._of_profile(read_profile(path, None))
            except ConfigurationError as exc:  # noqa: PERF203 - two files
                tried.append(exc)
        return None

    def _of_profile(self, profile: Profile) -> KeyFetcher:
        keys = self._profiles.of(profile)
        self.source = str(profile)
        return keys

    def _with_token(self) -> KeyFetcher:
        assert self._settings.oidc  # noqa: S101 - as the caller has seen
        self.source = "a role assumed with the token of an identity provider"
        return self._sources.role_with_token(self._settings.oidc)

    def _role_on_top(self, profile: Profile | None) -> RoleSettings | None:
        """Return the one role to assume on top: what assumeRole does not say is taken from the profile."""
        role = self._settings.assume_role
        if profile is None or profile.mode != "RamRoleArn":
            return role
        if role is None:
            return self._profiles.role_of(profile)
        if role.session_name == SESSION_NAME:
            role = replace(role, session_name=profile.text("ram_session_name") or SESSION_NAME)
        return replace(role, seconds=role.seconds or profile.number("expired_seconds"))
