"""The keys that a profile of a credentials file means, whatever its mode.

The forms are those of the cloud's command line, `aliyun configure`, and of its SDKs. They are read here, and
what they mean is done the way all else is done: the SDK's own providers would call STS past the endpoint, the
proxy and the time limit that are configured, and quote signed requests in their errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from alicloud_image_share.cloud.credential_forms import is_address, is_credential, is_session_name
from alicloud_image_share.cloud.credential_settings import OidcSettings, RoleSettings
from alicloud_image_share.cloud.credentials import AccessKey, KeyFetcher
from alicloud_image_share.cloud.external_credentials import from_cloud_sso, from_command, from_uri
from alicloud_image_share.cloud.profiles import Profile, ProfileError, sibling
from alicloud_image_share.cloud.ram_names import NO_ROLE, is_role
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.cloud.temporary_credentials import KeySources
from alicloud_image_share.sharing.accounts import show

WITH_OWN_ROLE = ("RamRoleArn", "RamRoleArnWithEcs", "RamRoleArnWithRoleName")
"""Modes whose keys only assume the role of the profile."""
LONGEST_CHAIN = 10


class ProfileKeys:
    """Finds what fetches the key of a profile; raises ConfigurationError where it can't be used."""

    def __init__(self, sources: KeySources) -> None:
        self._sources = sources

    def of(self, profile: Profile, depth: int = 0) -> KeyFetcher:
        """Return what fetches the key that a profile means, with its role assumed."""
        keys = self.without_role(profile, depth)
        return self._assumed(keys, profile) if profile.mode in WITH_OWN_ROLE else keys

    def without_role(self, profile: Profile, depth: int = 0) -> KeyFetcher:
        """Return what fetches the key that a profile holds, if only to assume its role."""
        find = _MODES.get(profile.mode)
        if find is None:
            raise ProfileError(f"{profile} has the mode {show(profile.mode)}, which is not known")
        return find(self, profile, depth)

    def role_of(self, profile: Profile) -> RoleSettings:
        """Return the role that a profile names."""
        arn = profile.required("ram_role_arn")
        if not is_role(arn):
            raise ProfileError(f"ram_role_arn of {profile}: {show(arn)} {NO_ROLE}")
        name = profile.text("ram_session_name") or profile.text("role_session_name")
        if name and not is_session_name(name):
            raise ProfileError(f"ram_session_name of {profile}: {show(name)} is not the name of a session")
        return RoleSettings(
            arn=arn,
            session_name=name or self._sources.settings.session_name,
            seconds=profile.number("expired_seconds"),
            policy=profile.text("policy"),
            external_id=profile.text("external_id"),
        )

    def _assumed(self, keys: KeyFetcher, profile: Profile) -> KeyFetcher:
        client = self._sources.client(keys, self.settings_of(profile))
        return self._sources.role(client, self.role_of(profile))

    def settings_of(self, profile: Profile) -> Settings:
        """Return the settings by which STS is called for a profile; `endpoints.sts` wins over its own."""
        settings, by_vpc = self._sources.settings, profile.fields.get("enable_vpc")
        settings = replace(settings, sts_region=profile.text("sts_region") or settings.sts_region)
        return replace(settings, sts_by_vpc=by_vpc) if isinstance(by_vpc, bool) else settings

    # -- modes ------------------------------------------------------------------------------------------

    def _keys(self, profile: Profile, _depth: int) -> KeyFetcher:
        return static_key(profile.required("access_key_id"), profile.required("access_key_secret"))

    def _token(self, profile: Profile, _depth: int) -> KeyFetcher:
        key_id, secret = profile.required("access_key_id"), profile.required("access_key_secret")
        return static_key(key_id, secret, profile.required("sts_token"))

    def _instance(self, profile: Profile, _depth: int) -> KeyFetcher:
        return self._sources.metadata(profile.text("ram_role_name"))

    def _chained(self, profile: Profile, depth: int) -> KeyFetcher:
        if depth >= LONGEST_CHAIN:
            raise ProfileError(f"source_profile of {profile} leads in a circle")
        return self._assumed(
            self.of(sibling(profile, profile.required("source_profile")), depth + 1), profile
        )

    def _oidc(self, profile: Profile, _depth: int) -> KeyFetcher:
        provider, file = profile.required("oidc_provider_arn"), profile.required("oidc_token_file")
        oidc = OidcSettings(self.role_of(profile), provider, None, file)
        return self._sources.role_with_token(oidc, self.settings_of(profile))

    def _cloud_sso(self, profile: Profile, _depth: int) -> KeyFetcher:
        return from_cloud_sso(self._sources.network, profile, self._sources.clock.wall())

    def _command(self, profile: Profile, _depth: int) -> KeyFetcher:
        return from_command(profile)

    def _uri(self, profile: Profile, _depth: int) -> KeyFetcher:
        uri = profile.required("credentials_uri")
        if not is_address(uri):
            raise ProfileError(f"credentials_uri of {profile} is not an address of http or https")
        return from_uri(self._sources.network, uri, str(profile))

    def _oauth(self, profile: Profile, depth: int) -> KeyFetcher:
        """Return the key that the last login left; to renew it is to write the file, and we never do."""
        if profile.number("sts_expiration") <= self._sources.clock.wall():
            raise ProfileError(f"the key of {profile} has expired; any `aliyun` command renews it")
        return self._token(profile, depth)

    def _key_pair(self, profile: Profile, _depth: int) -> KeyFetcher:
        raise ProfileError(f"{profile} has the mode RsaKeyPair, which is not supported: use a role")


_MODES: Mapping[str, Callable[[ProfileKeys, Profile, int], KeyFetcher]] = MappingProxyType(
    {
        "AK": ProfileKeys._keys,
        "StsToken": ProfileKeys._token,
        "RamRoleArn": ProfileKeys._keys,
        "EcsRamRole": ProfileKeys._instance,
        "RamRoleArnWithEcs": ProfileKeys._instance,
        "RamRoleArnWithRoleName": ProfileKeys._instance,
        "ChainableRamRoleArn": ProfileKeys._chained,
        "OIDC": ProfileKeys._oidc,
        "CloudSSO": ProfileKeys._cloud_sso,
        "External": ProfileKeys._command,
        "CredentialsURI": ProfileKeys._uri,
        "OAuth": ProfileKeys._oauth,
        "RsaKeyPair": ProfileKeys._key_pair,
    }
)


def static_key(key_id: str, secret: str, token: str | None = None) -> KeyFetcher:
    """Return a fetcher of a fixed key; raise ProfileError where a part holds a character that no key has."""
    key = AccessKey(key_id, secret, token or "")
    if not all(map(is_credential, (key.key_id, key.secret, key.token))):
        raise ProfileError("a key holds a character that no credential has")
    return lambda _: key
