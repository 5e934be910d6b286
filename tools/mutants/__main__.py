"""Change the code that decides, a little at a time, and see whether tests that take seconds notice.

What they let pass is either listed in `subjects.yaml`, with the reason why it changes nothing, or a test is
missing: the exit status is then 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import yaml

from tools.mutants.drawing import PACKAGE, Module, Mutant, draw
from tools.mutants.trial import observe


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants of each subject; say how many are caught, and which are not."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=25, help="of mutants of each subject, at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", help="the name of a subject")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    chosen = parser.parse_args(arguments)
    settings = yaml.safe_load(Path(__file__).with_name("subjects.yaml").read_text(encoding="utf-8"))
    harmless = {(entry["module"], entry["before"], entry["after"]) for entry in settings["harmless"]}
    drawn = passed = 0
    for name, subject in settings["subjects"].items():
        if chosen.only not in (None, name):
            continue
        modules = [Module.read(module) for module in subject["modules"]]
        refuse_outdated(modules, harmless)
        mutants = (mutant for mutant in draw(modules, chosen.seed) if mutant.key not in harmless)
        sample = list(islice(mutants, chosen.number))
        drawn += len(sample)
        passed += try_all(name, subject["tests"], modules, sample, chosen.workers)
    say(f"in all: {drawn - passed} of {drawn} mutants are caught, seed {chosen.seed}")
    return 1 if passed else 0


def refuse_outdated(modules: Sequence[Module], harmless: Iterable[tuple[str, str, str]]) -> None:
    """Exit where the list of harmless mutants names one that a module does not have any more."""
    of_name = {str(module.file.relative_to(PACKAGE)): module for module in modules}
    for key in harmless:
        name, before, _ = key
        if name in of_name and key not in {mutant.key for mutant in of_name[name].mutants_of(before)}:
            raise SystemExit(f"subjects.yaml lists a mutant that is none any more: {key}")


def try_all(
    name: str, tests: Sequence[str], modules: Sequence[Module], sample: Sequence[Mutant], workers: int
) -> int:
    """Return how many mutants no test notices."""
    observed = observe(tests, modules)
    if observed is None:
        raise SystemExit(f"{name}: a test fails without a mutant")
    passed = 0
    with ThreadPoolExecutor(workers) as threads:
        for mutant, is_caught in zip(sample, threads.map(observed.catch, sample), strict=True):
            if not is_caught:
                passed += 1
                say(f"{name}: no test notices {mutant}")
    say(f"{name}: {len(sample) - passed} of {len(sample)} mutants are caught")
    return passed


def say(words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
