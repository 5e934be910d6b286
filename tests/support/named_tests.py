"""The tests that pages name."""

import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]


@cache
def every_test() -> frozenset[str]:
    """Return the names of all test functions."""
    return frozenset(
        name
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    )


def named_tests(text: str) -> set[str]:
    """Return the names of test functions that a text quotes as code."""
    return set(re.findall(r"`(test_\w+)`", text))
