"""Real documents with changes in their text: each is read, or refused by the error of its reader.

FUZZ says how many documents are tried over all readers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from alicloud_image_share.cloud import services
from alicloud_image_share.review.approval import ApprovalError, read_approval, to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.preview_json import ReadingError, read_preview
from alicloud_image_share.sharing.strict_json import parse_json
from tests.wire.tables import services_with_tables, table

COUNT = int(os.environ.get("FUZZ", "20000"))
CHANGES_A_DOCUMENT = 25
"""How many changed texts one example of hypothesis tries: each of its own costs more than a reader."""
PIECES = (
    "1e400",
    "-1",
    "null",
    "true",
    "{}",
    "[]",
    '""',
    '"\\ud800"',
    "[" * 2000,
    "9" * 5000,
    "\x00",
    ",",
    ":",
)
PREVIEWS = [
    path.read_text("utf-8") for path in sorted((Path(__file__).parents[1] / "review/inputs").glob("*"))
]
APPROVALS = [to_json(review(read_preview(text))) for text in PREVIEWS]
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What the module that sends calls takes for an answer that cannot be read."""


def changed(text: str, random: Random) -> str:
    """Replace, remove or repeat pieces of a text."""
    for _ in range(random.randint(1, 3)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((0, 1, 5, 40)))
        text = (
            text[:start]
            + random.choice((*PIECES, text[start:end] * 2, "", chr(random.randrange(0xD800))))
            + text[end:]
        )
    return text


def _answers(service: str) -> Callable[[str], Any]:
    module = services.service(service)

    def read(text: str) -> None:
        for parse in (module.parse_images, module.parse_accounts):
            with suppress(*UNREADABLE):
                parse(parse_json(text))

    return read


READERS = {
    "preview": (read_preview, PREVIEWS, ReadingError),
    "approval": (read_approval, APPROVALS, ApprovalError),
    **{
        f"answers of {service}": (
            _answers(service),
            [json.dumps(case["answer"]) for case in table(service, "answers")],
            ValueError,
        )
        for service in services_with_tables()
    },
}


@pytest.mark.parametrize("reader", READERS)
def test_changed_document_is_read_or_refused_by_its_reader(reader: str):
    read, documents, refusal = READERS[reader]
    accepted: list[int] = []

    @hypothesis.settings(
        max_examples=COUNT // len(READERS) // CHANGES_A_DOCUMENT + 1,
        deadline=5000,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(st.sampled_from(documents), st.integers(0, 2**32))
    def changes(text: str, seed: int) -> None:
        random = Random(seed)
        for _ in range(CHANGES_A_DOCUMENT):
            with suppress(refusal):
                read(changed(text, random))
                accepted.append(seed)

    changes()
    assert accepted, "every document was refused, and so none was read"
