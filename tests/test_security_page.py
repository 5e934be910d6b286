"""docs/security.md names tests that are there, one for each line that says what holds."""

from pathlib import Path

from tests.support.named_tests import every_test, named_tests

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


def test_each_line_of_the_table_names_tests_that_are_there():
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]

    assert len(lines) > 10
    for line in lines:
        named = named_tests(line)
        assert named, line
        assert named <= every_test(), line
