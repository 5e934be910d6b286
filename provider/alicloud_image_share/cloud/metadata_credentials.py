"""Temporary keys that a server of this machine's surroundings gives by HTTP: ECS metadata, or an own one.

Asked without a proxy and without following redirections; of an answer nothing is ever quoted.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.temporary_credentials import Fetch, TemporaryKey
from alicloud_image_share.errors import ConfigurationError

SECONDS = 5.0
"""How long one answer may take: such a server is near."""
TOKEN_SECONDS = 300
LARGEST = 2**16

_TOKEN = "/latest/api/token"  # noqa: S105 - a path
_KEYS = "/latest/meta-data/ram/security-credentials/"


class _NoAnswerError(Exception):
    """Why a server gave nothing."""


def from_metadata(host: str, role: str, *, needs_token: bool) -> Fetch:
    """Return what asks the metadata service of the ECS instance for the keys of its role.

    With a token (IMDSv2), and without where there is none to be had, unless one is required.
    """
    base = f"http://{host}"

    def fetch(deadline: Deadline) -> TemporaryKey:
        try:
            headers = {}
            try:
                wanted = {"X-aliyun-ecs-metadata-token-ttl-seconds": str(TOKEN_SECONDS)}
                token = _ask("PUT", f"{base}{_TOKEN}", wanted, deadline).decode("ascii").strip()
                headers = {"X-aliyun-ecs-metadata-token": token}
            except (_NoAnswerError, ValueError):
                if needs_token:
                    raise
            return _parse(_ask("GET", f"{base}{_KEYS}{role}", headers, deadline))
        except (_NoAnswerError, ValueError) as exc:
            reason = exc if isinstance(exc, _NoAnswerError) else "an answer that can't be read"
            raise ConfigurationError(
                f"alicloud:ecsRoleName: the metadata service gave no credentials of the role {role}"
                f" ({reason}); run on an ECS instance that has this role, or configure other credentials."
            ) from exc

    return fetch


def from_uri(uri: str) -> Fetch:
    """Return what asks an address for keys; it may hold a secret, so messages name its host alone."""

    def fetch(deadline: Deadline) -> TemporaryKey:
        try:
            return _parse(_ask("GET", uri, {}, deadline))
        except _NoAnswerError as exc:
            raise ConfigurationError(
                f"alicloud:credentialsUri: {urlsplit(uri).hostname} gave no credentials ({exc});"
                " check the address, and that its server runs."
            ) from exc

    return fetch


def _ask(method: str, uri: str, headers: Mapping[str, str], deadline: Deadline) -> bytes:
    parts = urlsplit(uri)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        connection = kind(parts.netloc, timeout=max(0.1, min(SECONDS, deadline.left)))
        try:
            connection.request(method, path, headers=dict(headers))
            answer = connection.getresponse()
            body = answer.read(LARGEST)
        finally:
            connection.close()
    except OSError as exc:
        raise _NoAnswerError(str(exc) or type(exc).__name__) from exc
    except (http.client.HTTPException, ValueError) as exc:
        raise _NoAnswerError(type(exc).__name__) from exc
    if answer.status != 200:
        raise _NoAnswerError(f"status {answer.status}")
    return body


def _parse(body: bytes) -> TemporaryKey:
    try:
        document = json.loads(body)
        if document.get("Code", "Success") != "Success":
            raise _NoAnswerError("its answer is not Success")
        return TemporaryKey.parse(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Without its cause: the text of some has the answer in it.
        raise _NoAnswerError("an answer that is not in the form of credentials") from None
