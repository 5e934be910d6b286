"""Real documents with changes in their text: each is read, or refused by the error of its reader.

FUZZ says how many documents are tried over all readers.
"""

from __future__ import annotations

import json
import os
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from alicloud_image_share.cloud import services
from alicloud_image_share.commands.migration.checkpoint import CheckpointError, read_checkpoint
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.review.approval import ApprovalError, read_approval, to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.preview_json import ReadingError, read_preview
from alicloud_image_share.sharing.notices import parse
from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.project import ProjectError
from tests.fuzz import readers
from tests.wire.tables import services_with_tables, table

COUNT = int(os.environ.get("FUZZ", "10000"))
MEMORY = 2**29
"""Bytes that reading may take on top of what the tests have taken."""
CHANGES_A_DOCUMENT = 25
"""How many changed texts one example of hypothesis tries: each of its own costs more than a reader."""
VALUES = (
    "null",
    "true",
    "-1",
    "1.5",
    "1e400",
    "[1]",
    "{}",
    '{"a": [1]}',
    '""',
    '"\\u202e\\u001b"',
    "9" * 30,
    "[[]]",
)
"""What stands in the place of a value."""
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
    "&a [*a, *a]",
    "!!python/object:os.system {}",
    "<<: *a",
    "\n",
    "\t",
    "[section]",
    "%(name)s",
)
PREVIEWS = [
    path.read_text("utf-8") for path in sorted((Path(__file__).parents[1] / "review/inputs").glob("*"))
]
APPROVALS = [to_json(review(read_preview(text))) for text in PREVIEWS]
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What the module that sends calls takes for an answer that cannot be read."""


def changed(text: str, random: Random) -> str:
    """Replace, remove or repeat pieces of a text, or values of the document that it is."""
    places = _places(text) if random.random() < 0.5 else ()
    for _ in range(random.randint(1, 3)):
        if places:
            start, end = random.choice(places)
            if end <= len(text):
                text = text[:start] + random.choice(VALUES) + text[end:]
                continue
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.choice((0, 1, 5, 40)))
        text = (
            text[:start]
            + random.choice((*PIECES, text[start:end] * 2, "", chr(random.randrange(0xD800))))
            + text[end:]
        )
    return text


@cache
def _places(text: str) -> tuple[tuple[int, int], ...]:
    """Give where the plain values of a JSON text begin and end; of another text, its words."""
    return tuple(match.span() for match in re.finditer(r'"(?:[^"\\]|\\.)*"(?!\s*:)|[\w.+-]+|\[\]|\{\}', text))


def _answers(service: str) -> Callable[[str], Any]:
    module = services.service(service)

    def read(text: str) -> None:
        for read_list in (module.parse_images, module.parse_accounts):
            with suppress(*UNREADABLE):
                read_list(parse_json(text))

    return read


READERS: dict[
    str, tuple[Callable[[str], object], list[str], type[Exception] | tuple[type[Exception], ...]]
] = {
    "preview": (read_preview, PREVIEWS, ReadingError),
    "approval": (read_approval, APPROVALS, ApprovalError),
    "state": (readers.read_state, readers.STATES, ProjectError),
    "engine events": (readers.take_events, readers.EVENTS, ()),
    "export of pulumi-alicloud": (read_checkpoint, readers.STATES, CheckpointError),
    "stack file": (readers.read_stack_file, readers.STACK_FILES, ProjectError),
    "Pulumi.yaml": (readers.read_project_file, readers.PROJECT_FILES, ProjectError),
    "rules": (readers.read_rules_file, readers.RULES, ()),
    "keys of an address": (readers.read_keys, readers.KEYS, ConfigurationError),
    "keys of a role": (readers.read_role, readers.ROLES, UNREADABLE),
    "profiles": (readers.read_profiles, readers.PROFILES, ConfigurationError),
    "regions": (readers.read_regions, readers.REGIONS, UNREADABLE),
    "notices": (parse, readers.NOTICES, ()),
    **{
        f"answers of {service}": (
            _answers(service),
            [json.dumps(case["answer"]) for case in table(service, "answers")],
            ValueError,
        )
        for service in services_with_tables()
    },
}


@pytest.fixture
def limited_memory() -> Iterator[None]:
    """Let a reader that asks for much more memory fail, where the system counts it."""
    pages = Path("/proc/self/statm")
    if not pages.exists():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(pages.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.usefixtures("limited_memory")
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
