"""Run tests in processes of their own: as the code is, to see which lines each test runs; then on mutants."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, SourceFileLoader
from multiprocessing.connection import Connection
from types import CodeType

import coverage
import hypothesis.configuration
import pytest

from tools.mutants.drawing import PACKAGES, ROOT, Module, Mutant

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tools.mutants.trial", "alicloud_image_simulator"])
MOST_SECONDS = 25
"""How long the tests of one mutant take a processor at most, where nothing is changed."""
PATIENCE = 5
"""A mutant whose tests take a processor this many times as long hangs, and is caught."""


@dataclass(frozen=True, slots=True)
class ObservedTests:
    """The tests of a subject, and what they run."""

    seconds: Mapping[str, float]
    of_lines: Mapping[str, Mapping[int, Sequence[str]]]
    """File → line → the tests that run it; the empty name stands for the import."""

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests that run the statement of a mutant, the quickest first."""
        lines = self.of_lines.get(str(mutant.file), {})
        names = {name for line in _statement(mutant) for name in lines.get(line, ())}
        chosen: list[str] = []
        seconds = 0.0
        for name in sorted(self.seconds if "" in names else names, key=lambda name: self.seconds[name]):
            seconds += self.seconds[name]
            if chosen and seconds > MOST_SECONDS:
                break
            chosen.append(name)
        return chosen

    def catch(self, mutant: Mutant) -> bool:
        """Tell whether a test that runs the changed line fails, or hangs: pytest ends one that only waits."""
        names = self.of(mutant)
        if not names:
            return False
        seconds = 30 + PATIENCE * round(sum(self.seconds[name] for name in names))
        process = PROCESSES.Process(target=_try, args=(names, mutant, seconds))
        process.start()
        process.join()
        return process.exitcode != pytest.ExitCode.OK


def observe(tests: Sequence[str], modules: Sequence[Module]) -> ObservedTests | None:
    """Run tests without a mutant; None where one of them fails."""
    answer, send = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_observe, args=(tests, [str(module.file) for module in modules], send))
    process.start()
    send.close()
    observed: ObservedTests | None = answer.recv()
    process.join()
    return observed


def _statement(mutant: Mutant) -> range:
    """Return the lines of the innermost statement around a mutant, without the block that it begins."""
    spans = [range(mutant.line, mutant.line + 1)]
    for node in ast.walk(ast.parse(mutant.file.read_bytes())):
        if isinstance(node, ast.stmt):
            block = getattr(node, "body", None)
            end = block[0].lineno if block else (node.end_lineno or node.lineno) + 1
            spans.append(range(node.lineno, end))
    return min((span for span in spans[1:] if mutant.line in span), key=len, default=spans[0])


@dataclass(eq=False, slots=True)
class _Plugin:
    """Chooses tests; tells how long each takes, and with `coverage` which lines it runs."""

    chosen: Sequence[str] = ()
    """The tests to run, in their order; all where it is empty."""
    coverage: coverage.Coverage | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is not chosen."""
        if self.chosen:
            by_name = {item.nodeid: item for item in items}
            items[:] = [by_name[name] for name in self.chosen]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Begin to record a test."""
        self.seconds[nodeid] = -time.process_time()
        if self.coverage:
            self.coverage.switch_context(nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """End the record of a test."""
        self.seconds[nodeid] += time.process_time()


class _ChangedModule(SourceFileLoader):
    """Imports a mutant in place of its module; bytecode on disk stays that of the module."""

    def __init__(self, mutant: Mutant) -> None:
        name = ".".join(mutant.file.relative_to(PACKAGES).with_suffix("").parts)
        super().__init__(name, str(mutant.file))
        self._code = mutant.code

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Answer for this module alone."""
        known = name == self.name
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if known else None

    def get_code(self, fullname: str) -> CodeType:
        """Compile the changed code."""
        return compile(self._code, self.get_filename(fullname), "exec", dont_inherit=True)


def _observe(tests: Sequence[str], files: Sequence[str], answer: Connection) -> None:
    recorded = coverage.Coverage(data_file=None, config_file=False, include=files)
    plugin = _Plugin(coverage=recorded)
    recorded.start()
    status = _run(tests, plugin)
    recorded.stop()
    data = recorded.get_data()
    lines = {name: data.contexts_by_lineno(name) for name in data.measured_files()}
    answer.send(ObservedTests(plugin.seconds, lines) if status == pytest.ExitCode.OK else None)


def _try(names: Sequence[str], mutant: Mutant, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    sys.meta_path.insert(0, _ChangedModule(mutant))
    files = dict.fromkeys(name.partition("::")[0] for name in names)
    with _silence():
        os._exit(_run(list(files), _Plugin(names)))


def _run(tests: Sequence[str], plugin: _Plugin) -> int:
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        # What a mutant has failed with is no example for the runs of the developer.
        hypothesis.configuration.set_hypothesis_home_dir(folder)
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not engine"]
        return pytest.main([*options, *tests], plugins=[plugin])


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        yield
