"""The bench: its contenders do what is said of them, and docs/performance.md says what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.cases import Case, measured
from bench.programs import Size

ROOT = Path(__file__).parents[1]


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_contenders_create_makes_the_calls_that_each_stands_for():
    case = Case(Size(1, 12), 0, operations=("create",))

    results = list(measured(case, lambda _words: None))

    calls = {one.contender: (one.figures.reads, one.figures.writes) for one in results}
    assert calls == {"ours": (3, 2), "pattern": (12, 12), "floor": (0, 0), "pattern floor": (0, 0)}
    assert all(one.figures.state_bytes and one.figures.provider_bytes for one in results)


def test_pattern_is_shorter_than_60_lines():
    assert len((ROOT / "bench" / "pattern.py").read_text(encoding="utf-8").splitlines()) < 60
