"""What the cloud's answers say: the object that was asked for, or an error, which is made here once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from alicloud_image_share.cloud.network import Answer
from alicloud_image_share.cloud.network_environment import host_of
from alicloud_image_share.cloud.service import Call
from alicloud_image_share.errors import CloudError, Refused, ResponseLost, ResponseRejected, Throttled
from alicloud_image_share.sharing.printable_text import cut, one_line, printable
from alicloud_image_share.sharing.strict_json import parse_json

LONGEST_REASON = 200
"""Characters that are quoted of an answer that can't be read: it may be a whole page."""
LONGEST_NAME = 100
"""Characters that are shown of a code and of the id of a request."""
MOST_CLEANED = 2**14
"""Characters that are searched for secrets, where a line is shown: an answer has up to 16 MB."""

_PERHAPS_CARRIED_OUT = (
    *("ServiceUnavailable", "SignatureNonceUsed"),
    *("IdempotentProcessing", "LastTokenProcessing"),
)
"""Codes that leave open what became of the request: of one that arrived twice, the first may be done, and of
two with one ClientToken the first may be under way."""


def read_answer(answer: Answer, call: Call, endpoint: str, redact: Callable[[str], str]) -> Mapping[str, Any]:
    """Return the object that was answered; raise CloudError for a refusal, and for anything else."""
    if answer.status in range(300, 400):
        target = printable(host_of(answer.headers.get("location", "")))
        words = f"{endpoint} redirects to {target} ({answer.status}); redirections are not followed"
        raise ResponseRejected(call.action, words)
    try:
        document = parse_json(answer.body)
    except ValueError as exc:
        quoted = _one_line(answer.body[:MOST_CLEANED].decode(errors="replace"), redact)[:LONGEST_REASON]
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
    code, words, request_id = (_text(document, name) for name in ("Code", "Message", "RequestId"))
    return _kind(code, answer.status)(
        action,
        _one_line(words or "no message", redact),
        code=cut(_one_line(code, redact), LONGEST_NAME) if code else None,
        status=answer.status,
        request_id=cut(_one_line(request_id, redact), LONGEST_NAME) if request_id else None,
        wait=_server_wait(answer.headers),
    )


def _text(document: Mapping[str, Any], name: str) -> str | None:
    """Return a field of a refusal, which some products write with a small letter; None if it is no text."""
    value = document.get(name) or document.get(name[0].lower() + name[1:])
    return str(value) if value and isinstance(value, str | int) else None


def _one_line(text: str, redact: Callable[[str], str]) -> str:
    return one_line(redact(text[:MOST_CLEANED]))


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
