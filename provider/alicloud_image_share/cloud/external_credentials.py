"""Temporary keys that another server or program gives: ECS metadata, an address, CloudSSO, a command.

Of what they answer nothing is ever quoted.
"""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.command_output import OutputError, output_of
from alicloud_image_share.cloud.credential_forms import is_address, is_credential
from alicloud_image_share.cloud.credentials import AccessKey, KeyFetcher, seconds_since_epoch
from alicloud_image_share.cloud.network import FinalError, Network, NetworkError, TimeLimits
from alicloud_image_share.cloud.network_environment import host_and_port, host_of
from alicloud_image_share.cloud.profiles import Profile
from alicloud_image_share.cloud.retry import retrying
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.sharing.strict_json import parse_json

SECONDS = 5.0
"""How long one answer may take: such a server is near."""
LOGIN_SECONDS = 10.0
RETRY_SECONDS = 10.0
"""How long a lost answer is asked for again: what does not answer by then is believed to be down."""
COMMAND_SECONDS = 60.0
TOKEN_SECONDS = 300

_TOKEN = "/latest/api/token"  # noqa: S105 - a path
_KEYS = "/latest/meta-data/ram/security-credentials/"
_ASKS_TO_WAIT = (408, 429)
_NOT_A_KEY = "an answer that is not in the form of credentials"


class _NoAnswerError(Exception):
    """Why a server gave nothing; `is_lost` tells that the same request may be answered later."""

    def __init__(self, reason: str, *, is_lost: bool = False) -> None:
        super().__init__(reason)
        self.is_lost = is_lost


def from_metadata(
    network: Network, host: str, role: str | None, *, needs_token: bool, seconds: float = SECONDS
) -> KeyFetcher:
    """Return what asks the metadata service of the ECS instance for the keys of its role.

    With a token (IMDSv2), and without where there is none to be had, unless one is required. The instance is
    asked for the role where none is named.
    """
    base = f"http://{host}"

    def ask(method: str, path: str, headers: Mapping[str, str], deadline: Deadline) -> bytes:
        return _ask(network, method, f"{base}{path}", headers, min(seconds, deadline.remaining))

    def key(deadline: Deadline) -> AccessKey:
        headers = {}
        try:
            wanted = {"X-aliyun-ecs-metadata-token-ttl-seconds": str(TOKEN_SECONDS)}
            token = ask("PUT", _TOKEN, wanted, deadline).decode("ascii").strip()
            headers = {"X-aliyun-ecs-metadata-token": token}
        except (_NoAnswerError, ValueError):
            if needs_token:
                raise
        name = role or ask("GET", _KEYS, headers, deadline).decode("ascii").strip()
        return _parse(ask("GET", f"{_KEYS}{name}", headers, deadline))

    def fetch(deadline: Deadline) -> AccessKey:
        try:
            return _retrying(lambda: key(deadline), deadline, seconds)
        except (_NoAnswerError, ValueError) as exc:
            reason = exc if isinstance(exc, _NoAnswerError) else "an answer that can't be read"
            raise ConfigurationError(
                "alicloud:ecsRoleName: the metadata service gave no credentials of the role"
                f" {role or 'of this instance'} ({reason}); run on an ECS instance that has this role, or"
                " configure other credentials."
            ) from exc

    return fetch


def from_uri(network: Network, uri: str, name: str = "alicloud:credentialsUri") -> KeyFetcher:
    """Return what asks an address for keys; it may hold a secret, so messages name its host alone."""

    def fetch(deadline: Deadline) -> AccessKey:
        try:
            return _retrying(
                lambda: _parse(_ask(network, "GET", uri, {}, min(SECONDS, deadline.remaining))), deadline
            )
        except _NoAnswerError as exc:
            raise ConfigurationError(
                f"{name}: {host_of(uri)} gave no credentials ({exc});"
                " check the address, and that its server runs."
            ) from exc

    return fetch


def from_cloud_sso(network: Network, profile: Profile, now: float) -> KeyFetcher:
    """Return what asks CloudSSO for keys, with the login that `aliyun configure` has left in a profile."""
    host = profile.required("cloud_sso_sign_in_url")
    account, access = (profile.required(f"cloud_sso_{name}") for name in ("account_id", "access_config"))
    login, expires = profile.text("access_token"), profile.number("cloud_sso_access_token_expire")
    again = f"log in again: `aliyun configure --profile {profile.name} --mode CloudSSO`"
    if not login or expires <= now:
        raise ConfigurationError(f"the CloudSSO login of {profile} has expired; {again}.")
    if not is_address(host) or urlsplit(host).scheme != "https":
        raise ConfigurationError(f"cloud_sso_sign_in_url of {profile} is not an address of HTTPS.")
    body = json.dumps({"AccountId": account, "AccessConfigurationId": access}).encode()
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Authorization": f"Bearer {login}",
    }

    def key(deadline: Deadline) -> AccessKey:
        uri = f"https://{host_and_port(host)}/cloud-credentials"
        seconds = min(LOGIN_SECONDS, deadline.remaining)
        answer = _ask(network, "POST", uri, headers, seconds, body=body, by_proxy=True)
        return _parse(answer, "CloudCredential")

    def fetch(deadline: Deadline) -> AccessKey:
        try:
            return _retrying(lambda: key(deadline), deadline)
        except _NoAnswerError as exc:
            step = (
                f"check the network and its proxy, and try it again; else {again}" if exc.is_lost else again
            )
            raise ConfigurationError(f"CloudSSO gave no credentials of {profile} ({exc}); {step}.") from exc

    return fetch


def from_command(profile: Profile) -> KeyFetcher:
    """Return what runs the command of a profile, which prints a key as a profile in JSON."""
    command = profile.required("process_command")

    def fetch(deadline: Deadline) -> AccessKey:
        try:
            seconds = max(0.1, min(COMMAND_SECONDS, deadline.remaining))
            return _printed(output_of(shlex.split(command), seconds))
        except (OSError, ValueError, IndexError, OutputError, _NoAnswerError) as exc:
            is_said = isinstance(exc, OutputError | _NoAnswerError)
            reason = exc if is_said else type(exc).__name__
            raise ConfigurationError(
                f"the command of {profile} gave no credentials ({reason}); run it by hand to see why."
            ) from None

    return fetch


def _printed(output: bytes) -> AccessKey:
    try:
        document = parse_json(output)
        parts = [document.get(name) or "" for name in ("access_key_id", "access_key_secret", "sts_token")]
        if not all(parts[:2]) or not all(map(is_credential, parts)):
            raise _NoAnswerError(_NOT_A_KEY)
        if document.get("mode") == "StsToken" and not parts[2]:
            raise _NoAnswerError(_NOT_A_KEY)
        expiration = document.get("expiration")
        expires = seconds_since_epoch(expiration) if expiration else math.inf
        return AccessKey(parts[0], parts[1], parts[2], expires)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise _NoAnswerError(_NOT_A_KEY) from None


def _retrying(
    fetch: Callable[[], AccessKey], deadline: Deadline, seconds: float = RETRY_SECONDS
) -> AccessKey:
    """Fetch a key; again while the answer is lost, for some seconds."""
    until = Deadline(deadline.clock, min(deadline.at, deadline.clock.now() + seconds))
    return retrying(until, lambda exc: isinstance(exc, _NoAnswerError) and exc.is_lost)(fetch)


def _ask(  # noqa: PLR0913 - the parts of one request
    network: Network,
    method: str,
    uri: str,
    headers: Mapping[str, str],
    seconds: float,
    *,
    body: bytes | None = None,
    by_proxy: bool = False,
) -> bytes:
    seconds = max(0.1, seconds)
    try:
        limits = TimeLimits(seconds, seconds, seconds)
        answer = network.send(method, uri, headers, limits, body=body, by_proxy=by_proxy)
    except NetworkError as exc:
        raise _NoAnswerError(str(exc), is_lost=not isinstance(exc, FinalError)) from exc
    if answer.status != 200:
        is_lost = answer.status >= 500 or answer.status in _ASKS_TO_WAIT
        raise _NoAnswerError(f"status {answer.status}", is_lost=is_lost)
    return answer.body


def _parse(body: bytes, within: str | None = None) -> AccessKey:
    try:
        document = parse_json(body)
        if document.get("Code", "Success") != "Success":
            raise _NoAnswerError("its answer is not Success")
        return AccessKey.parse(document[within] if within else document)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        # Without its cause: the text of some has the answer in it.
        raise _NoAnswerError(_NOT_A_KEY) from None
