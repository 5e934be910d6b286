"""docs/reliability.md and docs/interrupted-runs.md name tests that are there."""

import re
from pathlib import Path

import pytest

from tests.support.named_tests import every_test, named_tests

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
INTERRUPTED = (ROOT / "docs" / "interrupted-runs.md").read_text("utf-8")


@pytest.mark.parametrize("page", [PAGE, INTERRUPTED], ids=["reliability", "interrupted-runs"])
def test_page_names_tests_that_are_there(page: str):
    named = named_tests(page)
    assert named
    assert named - every_test() == set()


def test_page_names_files_that_are_there():
    named = re.findall(r"`(tests/[\w/.]+)`", PAGE)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_page_tells_the_figures_of_a_run_with_its_date_and_seed():
    assert re.search(r"`make test` of version \S+ on \d{4}-\d\d-\d\d, seed \d+:\n\n- ", PAGE)
