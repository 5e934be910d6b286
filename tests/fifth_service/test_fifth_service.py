"""A fifth service is one module for the provider, one for the simulator, and test tables.

Nothing else names it: a toy is added to a copy of the project, and the contract suite runs on it as on the
four. The toy is one of them under another name, so that it changes with what a module has to offer.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOY = "toy"
SERVICES = {
    "provider": "alicloud_image_share/cloud/services",
    "simulator": "alicloud_image_simulator/services",
}
ONCE = " and not ".join(
    [TOY, "machine", "each_reading", "every_clause", *(f"{TOY}-{n}" for n in range(1, 9))]
)
"""The suite on the toy under its first behaviour, which is the default; others are tested on the four."""
UNFINISHED = shutil.ignore_patterns("*.pyc.*")
"""Bytecode that another process is about to write; what is there saves the copy half its time."""


def renamed(text: str, service: str) -> str:
    """Give a module or a table with the toy's name and version in place of the service's."""
    for name in (service, service.upper()):
        toy = TOY.upper() if name.isupper() else TOY
        text = re.sub(rf"(?<![A-Za-z]){name}(?![a-z])", toy, text)
    return re.sub(r'(version"?( = |=|: ))"[0-9-]+"', r'\1"2099-01-01"', text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the packages and of the suites that run on every service."""
    copy = tmp_path / "project"
    for folder in ("provider", "simulator", "tests/contract", "tests/support", "tests/wire", "tools"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=UNFINISHED)
    for file in ("pyproject.toml", "tests/conftest.py", "tests/figures_page.py"):
        shutil.copy(ROOT / file, copy / file)
    return copy


def add_toy(project: Path, service: str) -> None:
    """Add the toy, made of a service that is there."""
    for folder, modules in SERVICES.items():
        module = project / folder / modules / f"{service}.py"
        module.with_stem(TOY).write_text(renamed(module.read_text("utf-8"), service), "utf-8")
    tables = project / "tests" / "wire"
    shutil.copytree(tables / service, tables / TOY)
    for table in (tables / TOY).iterdir():
        table.write_text(renamed(table.read_text("utf-8"), service), "utf-8")


def run_suite(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy."""
    path = os.pathsep.join(str(project / folder) for folder in SERVICES)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    # Options for the run that this test is one of are not for the run of the copy.
    environment = {**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": "", "PROFILES": "1"}
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=500, check=False
    )


@pytest.mark.parametrize("service", ["ens", "swas"])
def test_contract_suite_passes_on_a_service_that_is_only_added(project: Path, service: str):
    add_toy(project, service)

    ended = run_suite(project, "-k", ONCE, "tests/contract", "tests/wire")

    passed = re.search(r"(\d+) passed", ended.stdout)
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert passed
    assert int(passed[1]) > 150


def test_service_without_its_tables_is_missed(project: Path):
    add_toy(project, "ens")
    shutil.rmtree(project / "tests" / "wire" / TOY)

    ended = run_suite(project, "tests/wire", "-k", "every_service_has_its_tables")

    assert ended.returncode == 1
    assert TOY in ended.stdout
