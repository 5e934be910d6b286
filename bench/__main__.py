"""Measure, print, and record: python -m bench [--full]."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import click
from rich.console import Console
from rich.table import Table

from bench import cases, page, shards
from bench.operate import OPERATIONS
from bench.programs import Size
from bench.ratios import Run, bounds
from bench.replay import bare_seconds
from bench.runner_parts import part_milliseconds
from bench.stand import ROOT
from bench.start import command_seconds, decision_milliseconds, import_seconds, provider_seconds

HUNDRED, SEVERAL, THOUSAND = Size(100, 20), Size(300, 20), Size(1000, 20)
SHARDS = 10


@click.command()
@click.option("--full", is_flag=True, help="All cases: the thousand images and the large pattern, too.")
def main(full: bool) -> None:
    """Compare this project with one resource an account and with the engine's floor, against the simulator.

    Exit status 1 where something that must hold is not held.
    """
    console = Console()
    began = time.perf_counter()

    def say(words: str) -> None:
        console.print(f"{(time.perf_counter() - began) / 60:4.1f} min  {words}", highlight=False)

    say("processes")
    processes = (
        import_seconds(),
        command_seconds(),
        provider_seconds(),
        decision_milliseconds(HUNDRED.account_ids()),
        part_milliseconds(SEVERAL),
    )
    say("the calls of a create, by the bare SDK client")
    bare = bare_seconds(HUNDRED)
    results = [one for case in cases.QUICK for one in cases.measured(case, say)]
    results += shards.measured(SEVERAL, (1,), ("create", "same", "preview"), say)
    held = _recorded(console, Run(tuple(results), bare, *processes), "quick", began)
    if full:
        results += [one for case in cases.MORE for one in cases.measured(case, say)]
        results += shards.measured(THOUSAND, (1, SHARDS), OPERATIONS, say)
        held = _recorded(console, Run(tuple(results), bare, *processes), "full", began)
    sys.exit(not held)


def _recorded(console: Console, run: Run, name: str, began: float) -> bool:
    """Print a run and record it; return whether everything holds that must."""
    found = tuple(bounds(run))
    for case, results in page.by_case(run).items():
        console.print(_table(page.RESULTS_HEAD, page.result_rows(results), case))
    console.print(_table(page.GROWTH_HEAD, page.growth_rows(run), "growth of seconds when images double"))
    console.print(_table(page.PARTS_HEAD, page.part_rows(run), "image-share beside the engine, 300 shares"))
    console.print(_table(page.BOUNDS_HEAD, page.bound_rows(found), "what must hold"))
    minutes = (time.perf_counter() - began) / 60
    file = page.record(run, found, name, minutes)
    console.print(f"{minutes:.1f} minutes; {file.relative_to(ROOT)} and {page.PAGE.name} have the figures")
    return all(bound.is_held for bound in found)


def _table(head: page.Row, rows: Iterator[page.Row], title: str) -> Table:
    table = Table(*head, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    return table


if __name__ == "__main__":
    main()
