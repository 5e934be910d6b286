"""Whose images the configured credentials can share, as far as that is known without a call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from alicloud_image_share.cloud.credential_settings import ASSUME_ROLE, ASSUME_ROLE_WITH_OIDC
from alicloud_image_share.cloud.ram_names import account_of
from alicloud_image_share.cloud.settings import Settings

_WITH_ROLE = ("RamRoleArn", "ChainableRamRoleArn")
"""The modes of profiles whose role pulumi-alicloud assumes."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that owns images, as the configuration tells without a call."""

    account: str
    key: str
    """The key or the input that tells it."""
    role: str = ""

    @property
    def known_by(self) -> str:
        """The key, and the role that it names."""
        return f"{self.key} {self.role}".rstrip()


def configured_owner(settings: Settings, role_arn: str | None) -> Owner | None:
    """Return whose images a role, or the configured credentials, can share; None where only they know."""
    role, key = next(((arn, key) for arn, key in _roles(settings, role_arn) if arn), (None, ""))
    if role:
        account = account_of(role)
        return Owner(account, key, role) if account else None
    return Owner(settings.account_id, "alicloud:accountId") if settings.account_id else None


def _roles(settings: Settings, role_arn: str | None) -> Iterator[tuple[str | None, str]]:
    """Give the roles that act, the last one that is assumed first, with the key that names each."""
    yield role_arn, "role_arn"
    yield settings.assume_role.arn if settings.assume_role else None, ASSUME_ROLE
    has_keys = bool(settings.access_key and settings.secret_key)
    if settings.profile:
        from alicloud_image_share.cloud.profiles import ProfileError, named_profile  # noqa: PLC0415

        with suppress(ProfileError):
            profile = named_profile(settings.shared_credentials_file, settings.profile)
            if profile.mode == "RamRoleArn" or (profile.mode in _WITH_ROLE and not has_keys):
                yield profile.text("ram_role_arn"), f"alicloud:profile {settings.profile}"
    # Where another way is configured, it depends on files which one counts.
    others = (has_keys, settings.profile, settings.credentials_uri, settings.ecs_role_name)
    if settings.oidc and not any(others):
        key = "ALIBABA_CLOUD_ROLE_ARN" if settings.oidc.from_variables else ASSUME_ROLE_WITH_OIDC
        yield settings.oidc.role.arn, key
