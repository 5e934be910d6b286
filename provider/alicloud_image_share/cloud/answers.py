"""What the cloud's answers say: the object that was asked for, or an error, which is made here once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from alicloud_image_share.cloud.network import Answer
from alicloud_image_share.cloud.network_environment import host_of
from alicloud_image_share.cloud.service import Call
from alicloud_image_share.errors import CloudError, Refused, ResponseLost, ResponseRejected, Throttled
from alicloud_image_share.sharing.strict_json import parse_json

LONGEST_REASON = 200
"""Characters that are quoted of an answer that can't be read: it may be a whole page."""

_PERHAPS_CARRIED_OUT = ("ServiceUnavailable", "SignatureNonceUsed")
"""Codes that leave open what became of the request: of one that arrived twice, the first may be done."""


def read_answer(answer: Answer, call: Call, endpoint: str, redact: Callable[[str], str]) -> Mapping[str, Any]:
    """Return the object that was answered; raise CloudError for a refusal, and for anything else."""
    if answer.status in range(300, 400):
        target = host_of(answer.headers.get("location", ""))
        words = f"{endpoint} redirects to {target} ({answer.status}); redirections are not followed"
        raise ResponseRejected(call.action, words)
    try:
        document = parse_json(answer.body)
    except ValueError as exc:
        quoted = redact(answer.body[:LONGEST_REASON].decode(errors="replace"))
        quoted = "" if call.confidential else f": {quoted}"
        words = f"status {answer.status}, and an answer that can't be read{quoted} ({endpoint})"
        raise ResponseLost(call.action, words) from exc
    if not isinstance(document, Mapping):
        raise ResponseLost(call.action, f"{endpoint} answered with something that is not an object")
    if answer.status >= 400:
        raise _refusal(call.action, answer, document, redact)
    return document


def _refusal(
    action: str, answer: Answer, document: Mapping[str, Any], redact: Callable[[str], str]
) -> CloudError:
    code, words, request_id = (
        document.get(name) or document.get(name[0].lower() + name[1:])
        for name in ("Code", "Message", "RequestId")
    )
    code = str(code) if code else None
    return _kind(code, answer.status)(
        action,
        " ".join(redact(str(words or "no message")).split()),
        code=code,
        status=answer.status,
        request_id=str(request_id) if request_id else None,
        wait=_server_wait(answer.headers),
    )


def _kind(code: str | None, status: int) -> type[CloudError]:
    if "Throttling" in (code or ""):
        return Throttled
    if code in _PERHAPS_CARRIED_OUT or code is None or status >= 500:
        return ResponseLost
    return Refused


def _server_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks to wait: the cloud's own header is in milliseconds."""
    for name, unit in (("x-acs-retry-after", 1000), ("retry-after", 1)):
        text = headers.get(name, "").strip()
        if text.isascii() and text.isdigit() and int(text[:9]) > 0:
            return int(text[:9]) / unit
    return None
