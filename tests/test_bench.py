"""The bench: its contenders do what is said of them, and docs/performance.md says what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bench.cases import Case, measured
from bench.operate import OPERATIONS
from bench.page import PAGE, RESULTS
from bench.programs import Size
from bench.runner_parts import part_milliseconds

PARTS = ("events", "rules", "tables")
ROOT = Path(__file__).parents[1]
RUNS = {"quick": 10, "full": 60}
"""The runs that are recorded, with the minutes that each may take."""


def recorded(name: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return run


def shown(name: str) -> str:
    page = PAGE.read_text(encoding="utf-8")
    return page.partition(f"<!-- figures of make bench: {name} -->")[2].partition("<!-- end of")[0]


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_contenders_create_makes_the_calls_that_each_stands_for():
    case = Case(Size(1, 12), 0, operations=("create",))

    results = list(measured(case, lambda _words: None))

    calls = {one.contender: (one.figures.reads, one.figures.writes) for one in results}
    assert calls == {"ours": (3, 2), "pattern": (12, 12), "floor": (0, 0), "pattern floor": (0, 0)}
    assert all(one.figures.state_bytes and one.figures.provider_bytes for one in results)


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_native_contender_makes_the_calls_of_the_python_one_in_a_process_of_its_own():
    case = Case(Size(2, 12), 0, ("ours", "native"), operations=("create",), slow_writes_ms=10, parallel=32)

    ours, native = measured(case, lambda _words: None)

    calls = [(one.figures.reads, one.figures.writes) for one in (ours, native)]
    assert calls == [(6, 4), (6, 4)]
    assert native.figures.provider_bytes


def test_runner_is_measured_by_parts_for_shares_that_change_and_that_stay():
    parts = part_milliseconds(Size(2, 3))

    of_shares = [f"{part} of {which} shares" for which in ("unchanged", "changed") for part in PARTS]
    assert list(parts) == ["stack file", *of_shares]
    assert all(milliseconds > 0 for milliseconds in parts.values())


def test_pattern_is_shorter_than_60_lines_and_the_page_shows_it_whole():
    pattern = (ROOT / "bench" / "pattern.py").read_text(encoding="utf-8")

    assert len(pattern.splitlines()) < 60
    assert f"```python\n{pattern}```\n" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RUNS)
def test_recorded_run_holds_everything_that_must_hold(name: str):
    bounds = recorded(name)["bounds"]

    assert bounds
    assert [bound["what"] for bound in bounds if bound["value"] > bound["limit"]] == []


@pytest.mark.parametrize("name", RUNS)
def test_page_shows_every_bound_of_the_recorded_run(name: str):
    page, bounds = shown(name), recorded(name)["bounds"]

    assert bounds
    for bound in bounds:
        assert f"| {bound['what']} | {bound['value']:.2f}{bound['unit']} |" in page


@pytest.mark.parametrize("name", RUNS)
def test_page_shows_every_result_of_the_recorded_run(name: str):
    rows = re.findall(
        rf"^\| (?:{'|'.join(OPERATIONS)}) \| [a-z ]+ \| [\d,]+ \| [\d,]+ \| ([\d.]+) \|", shown(name), re.M
    )

    seconds = [one["figures"]["seconds"] for one in recorded(name)["results"]]
    assert sorted(rows) == sorted(f"{one:.1f}" for one in seconds)


@pytest.mark.parametrize("name", RUNS)
def test_recorded_run_was_done_in_time(name: str):
    assert recorded(name)["minutes"] < RUNS[name]
