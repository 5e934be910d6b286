"""Profiles of a credentials file, as the cloud's command line and SDKs write them; read, never written."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alicloud_image_share.cloud.regular_file import open_regular
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.spelling import did_you_mean
from alicloud_image_share.sharing.strict_json import parse_json

CLI_FILE = "~/.aliyun/config.json"
SDK_FILE = "~/.alibabacloud/credentials.ini"
LARGEST = 2**20

_MODES = {
    "access_key": "AK",
    "sts": "StsToken",
    "ram_role_arn": "RamRoleArn",
    "ecs_ram_role": "EcsRamRole",
    "oidc_role_arn": "OIDC",
    "rsa_key_pair": "RsaKeyPair",
    "credentials_uri": "CredentialsURI",
}
"""The types of an INI file → the modes of a JSON file."""
_FIELDS = {
    "role_arn": "ram_role_arn",
    "role_session_name": "ram_session_name",
    "role_name": "ram_role_name",
    "oidc_token_file_path": "oidc_token_file",
    "security_token": "sts_token",
}
"""The fields of an INI file → those of a JSON file, where they differ."""

_WITH_KEYS = ("AK", "StsToken", "RamRoleArn")
"""The modes whose keys stand in the profile; `aliyun configure` writes empty ones before the first login."""


class ProfileError(ConfigurationError):
    """A profile can't be used as it is; shows no part of a credential."""


class NoFileError(ProfileError):
    """There is no file of profiles at the place where one was looked for."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile of a file of the Alibaba Cloud CLI, with its fields as JSON has them."""

    file: str
    name: str
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def mode(self) -> str:
        """How the profile gives credentials, in the words of the cloud's command line."""
        return self.text("mode") or "AK"

    def text(self, name: str) -> str | None:
        """Return a text without the blanks around it; None where it is not set."""
        value = self.fields.get(name)
        if not isinstance(value, str | None):
            raise ProfileError(f"{name} of {self} is not text")
        return (value or "").strip() or None

    def required(self, name: str) -> str:
        """Return a text that has to be set."""
        value = self.text(name)
        if value is None:
            raise ProfileError(f"{name} of {self} is not set")
        return value

    @property
    def lacks_keys(self) -> bool:
        """Whether the mode is one with keys of the profile's own, and they are not set."""
        if self.mode not in _WITH_KEYS:
            return False
        return not (self.text("access_key_id") and self.text("access_key_secret"))

    def number(self, name: str) -> int:
        """Return a whole number; 0 where it is not set."""
        value = self.fields.get(name) or 0
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value[:18])
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ProfileError(f"{name} of {self} is not a number")
        return value

    def __str__(self) -> str:
        """Return what a message calls the profile."""
        return f"profile {self.name} of {self.file}"


def named_profile(file: str | None, name: str) -> Profile:
    """Read a profile by its name, from a file or else from the two files that the cloud's tools write.

    Raises ProfileError.
    """
    try:
        return read_profile(file, name)
    except ProfileError:
        if file is None:
            with suppress(ProfileError):
                return read_profile(SDK_FILE, name)
        raise


def read_profile(file: str | None, name: str | None) -> Profile:
    """Read a profile; the current one where no name is given. Raises ProfileError."""
    path = Path(os.path.expanduser(file or CLI_FILE))
    text = _text(path)
    try:
        document = parse_json(text)
    except ValueError as exc:
        if text.lstrip().startswith("{"):
            raise _malformed(path) from exc
        return _of_ini(path, text, name)
    return _of_json(path, document, name)


def sibling(profile: Profile, name: str) -> Profile:
    """Read another profile of the same file."""
    return read_profile(profile.file, name)


def _text(path: Path) -> str:
    try:
        with open_regular(path) as opened:
            text = opened.read(LARGEST).decode("utf-8-sig")
    except FileNotFoundError as exc:
        raise NoFileError(f"there is no file {path}") from exc
    except OSError as exc:
        raise ProfileError(f"{path} can't be read: {exc.strerror}") from exc
    except ValueError as exc:
        raise _malformed(path) from exc
    return text


def _of_json(path: Path, document: Any, name: str | None) -> Profile:
    try:
        profiles = {profile["name"]: profile for profile in document.get("profiles") or []}
        name = name or str(document.get("current") or "")
        known = [each for each in profiles if isinstance(each, str)]
    except (TypeError, KeyError, AttributeError) as exc:
        raise _malformed(path) from exc
    if not name:
        raise ProfileError(f"{path} names no current profile")
    if name not in profiles:
        raise ProfileError(f"{path} has no profile {show(name)}.{did_you_mean(name, known)}")
    return Profile(str(path), name, profiles[name])


def _of_ini(path: Path, text: str, name: str | None) -> Profile:
    parser = configparser.ConfigParser(interpolation=None, default_section="", inline_comment_prefixes="#")
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError) as exc:
        raise _malformed(path) from exc
    name = name or "default"
    if not parser.has_section(name):
        if not parser.sections():
            raise _malformed(path)
        raise ProfileError(f"{path} has no profile {show(name)}.{did_you_mean(name, parser.sections())}")
    fields = {_FIELDS.get(key, key): value for key, value in parser.items(name)}
    kind = fields.pop("type", "")
    return Profile(str(path), name, {**fields, "mode": _MODES.get(kind, kind)})


def _malformed(path: Path) -> ProfileError:
    return ProfileError(f"{path} is not in the form of a credentials file")
