"""The figures of a run: as tables for a terminal, as JSON, and in docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from alicloud_image_share import __version__
from bench.cases import Result
from bench.operate import OPERATIONS
from bench.ratios import Bound, Run, growth
from bench.stand import ROOT
from tools.figures import put_figures

PAGE = ROOT / "docs" / "performance.md"
RESULTS = ROOT / "bench" / "results"
MEGABYTE = 1_000_000
Row = Sequence[str]

BOUNDS_HEAD = ("what must hold", "figure", "at most", "")
RESULTS_HEAD = (
    "operation",
    "of",
    "reads",
    "writes",
    "seconds",
    "\N{MULTIPLICATION SIGN} floor",
    "\N{MULTIPLICATION SIGN} pattern",
    "program MB",
    "provider MB",
    "state KB",
)
GROWTH_HEAD = ("operation", "ours", "floor")
PARTS_HEAD = ("part of a preview", "milliseconds")
FLOORS = {"ours": "floor", "native": "floor", "pattern": "pattern floor"}
PATTERN = {"ours": "pattern"}


def bound_rows(bounds: Iterable[Bound]) -> Iterator[Row]:
    """Return a row for each thing that must hold."""
    for bound in bounds:
        yield (
            bound.what,
            f"{bound.value:.2f}{bound.unit}",
            f"{bound.limit:g}{bound.unit}",
            "held" if bound.is_held else "NOT held",
        )


def result_rows(results: Sequence[Result]) -> Iterator[Row]:
    """Return a row for each operation of each contender of one case, operations in their order."""
    for one in sorted(results, key=lambda one: OPERATIONS.index(one.operation)):
        figures = one.figures
        of_floor, of_pattern = ratios(one, results, FLOORS), ratios(one, results, PATTERN)
        yield (
            one.operation,
            one.contender,
            f"{figures.reads:,}",
            f"{figures.writes:,}",
            f"{figures.seconds:.1f}",
            f"{of_floor['seconds']:.2f}" if of_floor else "",
            f"{of_pattern['seconds']:.2f}" if of_pattern else "",
            f"{figures.program_bytes / MEGABYTE:.0f}",
            f"{figures.provider_bytes / MEGABYTE:.0f}",
            f"{figures.state_bytes / 1000:,.0f}",
        )


def ratios(one: Result, results: Iterable[Result], compared: Mapping[str, str]) -> dict[str, float]:
    """Return each figure as a ratio to that of the contender that it is compared with, where there is one."""
    other = compared.get(one.contender)
    for each in results:
        if (each.case, each.contender, each.operation) == (one.case, other, one.operation):
            theirs = asdict(each.figures)
            return {name: value / theirs[name] for name, value in asdict(one.figures).items() if theirs[name]}
    return {}


def growth_rows(run: Run) -> Iterator[Row]:
    """Return by how much each operation grows when images double."""
    for operation in OPERATIONS:
        factors = [growth(run, contender, operation) for contender in ("ours", "floor")]
        yield (operation, *(f"{factor:.2f}" if factor else "" for factor in factors))


def part_rows(run: Run) -> Iterator[Row]:
    """Return a row for each part of the runner."""
    for part, milliseconds in run.runner.items():
        yield (part, f"{milliseconds:.1f}")


def by_case(run: Run) -> dict[str, list[Result]]:
    """Return the results of each case."""
    cases: dict[str, list[Result]] = {}
    for one in run.results:
        cases.setdefault(one.case, []).append(one)
    return cases


def record(run: Run, bounds: Sequence[Bound], name: str, minutes: float) -> Path:
    """Write the JSON of a run, and its block of the page; return the file."""
    machine = _machine()
    document = {
        "version": __version__,
        "at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "minutes": round(minutes, 1),
        "machine": machine,
        "bounds": [{**asdict(bound), "held": bound.is_held} for bound in bounds],
        "bare_client_seconds": run.bare_seconds,
        "import_seconds": run.imports,
        "command_seconds": run.commands,
        "provider_seconds": run.provider,
        "decision_milliseconds": run.decisions,
        "runner_milliseconds": run.runner,
        "results": [
            {
                **asdict(one),
                "of_floor": ratios(one, run.results, FLOORS),
                "of_pattern": ratios(one, run.results, PATTERN),
            }
            for one in run.results
        ],
    }
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    put_figures(PAGE, f"make bench: {name}", "\n".join(_block(run, bounds, document, machine)))
    return file


def _machine() -> dict[str, str | int]:
    engine = subprocess.run(["pulumi", "version"], check=True, capture_output=True, text=True, timeout=60)  # noqa: S607 - of PATH
    return {
        "processors": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "engine": engine.stdout.strip(),
        "pulumi": version("pulumi"),
    }


def _block(
    run: Run, bounds: Sequence[Bound], document: Mapping[str, object], machine: Mapping[str, str | int]
) -> Iterator[str]:
    yield (
        f"Version {document['version']}, {str(document['at'])[:10]}, {document['minutes']} minutes on"
        f" {machine['processors']} processors, {machine['system']}, Python {machine['python']},"
        f" engine {machine['engine']}."
    )
    yield ""
    yield from _markdown(BOUNDS_HEAD, bound_rows(bounds))
    yield "\nBy how much seconds grow when images double (2 is linear):\n"
    yield from _markdown(GROWTH_HEAD, growth_rows(run))
    yield "\nWhat `image-share` does beside the engine, for 300 shares of 20 accounts:\n"
    yield from _markdown(PARTS_HEAD, part_rows(run))
    for case, results in by_case(run).items():
        yield f"\n{case}:\n"
        yield from _markdown(RESULTS_HEAD, result_rows(results))


def _markdown(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
