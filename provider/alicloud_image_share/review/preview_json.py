"""Read what `pulumi preview --json` prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from alicloud_image_share.errors import ShareError
from alicloud_image_share.review.configuration import configuration_change
from alicloud_image_share.review.engine_step import (
    REVIEWED_TYPES,
    EngineStep,
    ResourceState,
    project_name,
    resource_name,
    share_properties,
    stack_name,
)
from alicloud_image_share.review.json_document import find_document
from alicloud_image_share.review.preview_facts import PreviewError, PreviewFacts, not_shown, of_shares, untold
from alicloud_image_share.review.unreviewed import is_unreviewed
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.notices import Notice, parse, without_markers
from alicloud_image_share.sharing.rules import broken_rule

_SEVERITY = re.compile(r"^(?:warning|error|info): ")
_EVENT = re.compile(r"^\{\"sequence\": ?[0-9]", re.MULTILINE)
"""How a line begins where the engine streams a preview."""
_AT_FAULT = re.compile(r"resource '([^']+)' has a problem: ")


class ReadingError(ShareError):
    """The text is not what a preview prints."""


def read_preview(text: str) -> PreviewFacts:
    """Return the facts of a preview; raise ReadingError for any other text."""
    document = _document(text)
    # Source positions, state of other resources and all else that grows with a stack is passed over here.
    steps = tuple(_step(step) for step in document["steps"])
    diagnostics = _maps(document, "diagnostics")
    unchanged = not_shown(steps, _unchanged(document))
    return PreviewFacts(
        stack=stack_name(steps[0].urn) if steps else None,
        steps=of_shares(steps),
        notices=tuple(notices(_text(diagnostic, "message") for diagnostic in diagnostics)),
        errors=tuple(_error(line) for line in diagnostics if line.get("severity") == "error"),
        project=project_name(steps[0].urn) if steps else None,
        config=_map(document, "config"),
        configured=configuration_change(steps, unchanged),
        others=_others(document["steps"]),
        not_shown=unchanged,
        untold=untold(steps),
    )


def _others(steps: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    others = {}
    for step in steps:
        state = _map(step, "newState") or _map(step, "oldState")
        if is_unreviewed(_text(step, "op"), _text(state, "type"), custom=state.get("custom") is not False):
            others[_text(step, "urn")] = _text(state, "type")
    return others


def _unchanged(document: Mapping[str, Any]) -> int:
    summary = document.get("changeSummary")
    same = summary.get("same") if isinstance(summary, Mapping) else None
    return same if isinstance(same, int) else 0


def notices(messages: Iterable[str]) -> list[Notice]:
    """Return what the provider said about images, each once."""
    parsed = (parse(without_severity(message)) for message in messages)
    return list(dict.fromkeys(notice for notice in parsed if notice))


def without_severity(message: str) -> str:
    """Return a message without the severity that the engine puts before it."""
    return _SEVERITY.sub("", message.strip())


def preview_error(urn: str | None, message: str) -> PreviewError:
    """Return an error with the resource that it is about."""
    text = without_severity(message)
    at_fault = _AT_FAULT.search(text)
    name = "" if not urn or urn.endswith("-" + stack_name(urn)) else resource_name(urn)
    if at_fault:
        name, text = at_fault[1], text[at_fault.end() :]
    return PreviewError(name, without_markers(text), broken_rule(text))


def _document(text: str) -> Mapping[str, Any]:
    if not text.strip():
        raise ReadingError(
            "There is nothing to review: no text came. Where `pulumi preview --json` prints none,"
            " its error output says why."
        )
    try:
        document = find_document(text, _is_preview)
    except ValueError as error:
        if _EVENT.search(text):
            raise ReadingError(
                "These are events of the engine, one a line, and not one document. Unset"
                " PULUMI_ENABLE_STREAMING_JSON_PREVIEW and run `pulumi preview --json` again."
            ) from error
        raise ReadingError(f"This is not what `pulumi preview --json` prints: {error}.") from error
    return {**document, "steps": document.get("steps", [])}


def _is_preview(document: Mapping[str, Any]) -> bool:
    """Tell a preview from other JSON; one that fails early has diagnostics alone."""
    steps = document.get("steps", [] if "diagnostics" in document else None)
    return isinstance(steps, list) and all(isinstance(step, dict) for step in steps)


def _step(step: Mapping[str, Any]) -> EngineStep:
    return EngineStep(
        op=_text(step, "op"),
        urn=_text(step, "urn"),
        old=_state(_map(step, "oldState")),
        new=_state(_map(step, "newState")),
        provider=_text(step, "provider"),
    )


def _state(state: Mapping[str, Any]) -> ResourceState | None:
    if not state:
        return None
    kind = _text(state, "type")
    inputs, outputs = (share_properties(kind, _map(state, name)) for name in ("inputs", "outputs"))
    if kind in REVIEWED_TYPES:
        _check_share(inputs)
        _check_share(outputs)
    return ResourceState(kind, inputs, outputs, retained=state.get("retainOnDelete") is True)


def _check_share(values: Mapping[str, Any]) -> None:
    for key in ("service", "region_id", "image_id", "imageId", "accountId", "owner_id"):
        _text(values, key)
    foreign = values.get("foreign_accounts")
    if isinstance(foreign, list) and not all(isinstance(account, str) for account in foreign):
        raise _malformed("foreign_accounts", "a list of texts", foreign)


def _map(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = values.get(key)
    if not isinstance(value, Mapping | None):
        raise _malformed(key, "a map", value)
    return value or {}


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str | None):
        raise _malformed(key, "text", value)
    return value or ""


def _maps(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = values.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise _malformed(key, "a list of maps", value)
    return value


def _malformed(key: str, expected: str, value: object) -> ReadingError:
    return ReadingError(
        f"This is not what `pulumi preview --json` prints: {key} is {show(value)}, not {expected}."
    )


def _error(diagnostic: Mapping[str, Any]) -> PreviewError:
    return preview_error(_text(diagnostic, "urn"), _text(diagnostic, "message"))
