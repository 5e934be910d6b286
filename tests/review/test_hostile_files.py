"""Whatever a file holds: it is read, or refused in one sentence."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alicloud_image_share.review.approval import ApprovalError, read_approval, to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_json import ReadingError, read_preview
from alicloud_image_share.review.risks import with_broken_rules
from alicloud_image_share.review.terminal import to_terminal

from .record import INPUTS

DOCUMENTS = [json.loads(path.read_text()) for path in sorted(INPUTS.glob("*.json"))]
JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1e400,
        10**30,
        "",
        "x::y",
        "\udc80",
        "\u202e",
        [],
        [1],
        [[]],
        {},
        {"x": 1},
        {"": [None]},
    ]
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, item in pairs for path in paths(item, (*here, key)))]


@st.composite
def mutated(draw: st.DrawFn, documents: list[Any]) -> Any:
    """A document in which a few places hold something else."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 3))):
        *parents, key = draw(st.sampled_from(paths(document)[1:] or [("x",)]))
        place = document
        for parent in parents:
            place = place[parent]
        place[key] = copy.deepcopy(draw(JUNK))
    return document


def attempt(read: Callable[[str], Any], document: Any) -> tuple[Any, str]:
    """What a reader makes of a document, or why it refuses it."""
    try:
        return read(json.dumps(document)), ""
    except (ReadingError, ApprovalError) as error:
        return None, str(error)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated(DOCUMENTS))
def test_preview_with_anything_in_it_is_reviewed_or_refused(document):
    facts, refusal = attempt(read_preview, document)
    if facts is None:
        assert "\n" not in refusal
        return
    found = with_broken_rules(review(facts), facts.config)

    for form in (to_markdown, to_html, to_json, to_terminal):
        assert form(found)


APPROVALS = [json.loads(to_json(review(read_preview(json.dumps(document))))) for document in DOCUMENTS]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated(APPROVALS))
def test_approval_with_anything_in_it_is_read_or_refused(document):
    _, refusal = attempt(read_approval, document)

    assert "\n" not in refusal


@pytest.mark.parametrize("count", [-1, 1e400, 1.5, "1", None, True, [1]])
def test_approval_with_a_count_that_is_none_is_refused(count):
    change = {"image": "ecs:cn-hangzhou:m-1", "account": "12345", "change": "gain", "count": count}
    document = {"version": 1, "stack": "dev", "complete": True, "changes": [change]}

    with pytest.raises(ApprovalError):
        read_approval(json.dumps(document))


@pytest.mark.parametrize("text", ["[" * 5000, '{"a":' * 5000, '{"version": 1' + "," * 5000])
def test_approval_that_is_nested_too_deeply_is_refused(text):
    with pytest.raises(ApprovalError):
        read_approval(text)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("newState", [1]),
        ("oldState", "x"),
        ("urn", 5),
        ("op", {}),
        ("provider", [1]),
    ],
)
def test_step_with_a_value_of_another_kind_is_refused(place, value):
    document = json.loads((INPUTS / "update.json").read_text())
    document["steps"][-1][place] = value

    with pytest.raises(ReadingError, match=place):
        read_preview(json.dumps(document))


@pytest.mark.parametrize("value", [[1], "x", {"message": 1}, [{"message": 1}]])
def test_diagnostics_of_another_kind_are_refused(value):
    document = json.loads((INPUTS / "update.json").read_text()) | {"diagnostics": value}

    with pytest.raises(ReadingError):
        read_preview(json.dumps(document))


@pytest.mark.parametrize("words", ["", "a program printed this ", "\x1b[0m> "])
def test_document_that_a_program_printed_does_not_hide_the_preview(words):
    preview = (INPUTS / "update.json").read_text()

    with pytest.raises(ReadingError, match="2 documents are in one text"):
        read_preview(f'{{"steps": []}}\n{words}{preview}\n')


@pytest.mark.parametrize(
    "outer",
    [
        '{{"steps": {steps}, "deep": {deep},\n"inner":\n{inner}\n}}',
        '{{"steps": {steps}, "config": {{"a": 1, "a": 2}},\n"inner":\n{inner}\n}}',
        '{{"steps": {steps}, "config": {{"a": 1e400}},\n"inner":\n{inner}\n}}',
        '{{"steps": {steps},\n"inner":\n{inner}\n, ',
    ],
    ids=["too deep", "a key twice", "a number too large", "cut off"],
)
def test_document_inside_of_one_that_cannot_be_read_is_not_taken_for_the_preview(outer):
    steps = json.dumps(json.loads((INPUTS / "update.json").read_text())["steps"])
    deep = "[" * 150 + "]" * 150
    text = outer.format(steps=steps, deep=deep, inner='{"steps": []}')

    with pytest.raises(ReadingError):
        read_preview(text)
