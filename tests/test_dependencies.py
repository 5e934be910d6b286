"""What the dependencies admit, what the lock file pins, and what an audit says where it cannot compare."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHECKOUT = Path(__file__).parents[1]
TEXT = (CHECKOUT / "pyproject.toml").read_text("utf-8")
PROJECT = tomllib.loads(TEXT)
LOCK = (CHECKOUT / "requirements-dev.lock").read_text("utf-8")
FAULTS = [
    ("aiohttp", "CVE-2025-69223", "3.13.2"),
    ("aiohttp", "CVE-2026-34993", "3.13.5"),
    ("aiohttp", "CVE-2026-69244", "3.14.2"),
    ("certifi", "CVE-2024-39689", "2024.6.2"),
    ("click", "CVE-2026-7246", "8.3.2"),
    ("cryptography", "CVE-2026-26007", "46.0.4"),
    ("cryptography", "GHSA-537c-gmf6-5ccf", "48.0.0"),
    ("cryptography", "CVE-2026-69247", "49.0.0"),
    ("grpcio", "CVE-2024-7246", "1.65.3"),
    ("grpcio", "CVE-2024-11407", "1.66.1"),
    ("idna", "CVE-2024-3651", "3.6"),
    ("idna", "CVE-2026-45409", "3.14"),
    ("jinja2", "CVE-2025-27516", "3.1.5"),
    ("protobuf", "CVE-2025-4565", "5.29.4"),
    ("protobuf", "CVE-2026-0994", "6.33.4"),
    ("pygments", "CVE-2026-4539", "2.19.2"),
    ("pypdf", "CVE-2026-71852", "6.14.2"),
    ("pytest", "CVE-2025-71176", "9.0.2"),
    ("pyyaml", "CVE-2020-14343", "5.3.1"),
    ("requests", "CVE-2024-47081", "2.32.3"),
    ("requests", "CVE-2026-25645", "2.32.5"),
    ("setuptools", "CVE-2025-47273", "78.1.0"),
    ("urllib3", "CVE-2026-21441", "2.6.2"),
    ("urllib3", "CVE-2026-44431", "2.6.3"),
]
"""A published fault, and the newest version that has it."""
WITHOUT_MAJOR = {"certifi"}
IMPORTED_BY_OTHERS = {"aiohttp", "cryptography", "idna", "protobuf", "pygments"}
"""What bounds these above are the packages that import them."""
PIN = re.compile(
    r"^(\S+)==(\S+)(?: ; (.+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def required(lines: list[Any]) -> list[Requirement]:
    return [Requirement(line) for line in lines if isinstance(line, str)]


DEPENDENCIES = required(PROJECT["project"]["dependencies"])
EVERY = [
    *required(PROJECT["build-system"]["requires"]),
    *DEPENDENCIES,
    *required(PROJECT["project"]["optional-dependencies"]["simulator"]),
    *required(PROJECT["dependency-groups"]["dev"]),
]


@pytest.mark.parametrize(("name", "fault", "newest"), FAULTS)
def test_version_with_a_published_fault_is_not_admitted(name: str, fault: str, newest: str) -> None:
    bounds = [requirement for requirement in EVERY if canonicalize_name(requirement.name) == name]

    assert bounds
    assert not [str(bound) for bound in bounds if bound.specifier.contains(newest)], fault


@pytest.mark.parametrize("requirement", DEPENDENCIES, ids=lambda requirement: str(requirement.name))
def test_dependency_ends_before_the_next_major(requirement: Requirement) -> None:
    operators = {specifier.operator for specifier in requirement.specifier}

    assert ">=" in operators
    if requirement.name not in WITHOUT_MAJOR | IMPORTED_BY_OTHERS:
        assert "<" in operators
        assert not requirement.specifier.contains(str(Version(version(requirement.name)).major + 1) + ".0")


@pytest.mark.parametrize("name", sorted({name for name, *_ in FAULTS}))
def test_lower_bound_names_the_fault_beside_it(name: str) -> None:
    lines = [line for line in TEXT.splitlines() if re.search(rf'"{name}[><]', line)]

    assert lines
    for line in lines:
        assert "# CVE-" in line, line


def test_lock_pins_every_package_with_sums_and_names_no_host() -> None:
    pins = PIN.findall(LOCK)

    assert len(pins) > 60
    assert not [line for line in PIN.sub("", LOCK).splitlines() if line and not line.startswith("#")]
    assert "://" not in LOCK


@pytest.mark.parametrize("requirement", EVERY, ids=str)
def test_lock_keeps_to_the_bounds(requirement: Requirement) -> None:
    pinned = [number for name, number, *_ in PIN.findall(LOCK) if name == canonicalize_name(requirement.name)]

    assert pinned or requirement.name == "alicloud-image-share"
    assert not [number for number in pinned if not requirement.specifier.contains(number)]


@pytest.fixture
def pip_audit(tmp_path: Path) -> Path:
    """Stand in for pip-audit: the file for each service is what it prints."""
    module = tmp_path / "pip_audit" / "__main__.py"
    module.parent.mkdir()
    module.write_text(
        "import pathlib, sys\n"
        "service = sys.argv[sys.argv.index('--vulnerability-service') + 1]\n"
        "answer = pathlib.Path(__file__).with_name(service)\n"
        "print(answer.read_text()) if answer.exists() else sys.exit('ConnectionError: no route to host')\n"
    )
    return module.parent


def audit(pip_audit: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.audit_dependencies"],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(pip_audit.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def put_answer(pip_audit: Path, service: str, *dependencies: dict[str, Any]) -> None:
    (pip_audit / service).write_text(json.dumps({"dependencies": dependencies, "fixes": []}))


CLEAN = {"name": "click", "version": "8.5.1", "vulns": []}
FAULTY = {
    "name": "idna",
    "version": "3.14",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-2026-45409"], "fix_versions": ["3.15"]}],
}
SKIPPED = {
    "name": "rich",
    "skip_reason": "Dependency not found on PyPI and could not be audited: rich (15.0.0)",
}


def test_audit_without_a_fault_exits_with_0(pip_audit: Path) -> None:
    put_answer(pip_audit, "pypi", CLEAN)

    done = audit(pip_audit)

    assert (done.returncode, done.stdout) == (0, "versions compared: 1, published faults: 0\n"), done.stderr


def test_audit_with_a_fault_names_the_version_that_has_none_and_exits_with_1(pip_audit: Path) -> None:
    put_answer(pip_audit, "pypi", CLEAN, FAULTY, SKIPPED)

    done = audit(pip_audit)

    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "idna 3.14: PYSEC-1 CVE-2026-45409; fixed in 3.15"
    assert done.stderr == "Not audited: rich.\n"


def test_audit_that_compared_some_versions_names_the_others_and_exits_with_3(pip_audit: Path) -> None:
    put_answer(pip_audit, "pypi", CLEAN, SKIPPED)

    done = audit(pip_audit)

    assert (done.returncode, done.stderr) == (3, "Not audited: rich.\n")


def test_audit_asks_the_second_service_where_the_first_compared_nothing(pip_audit: Path) -> None:
    put_answer(pip_audit, "pypi", SKIPPED)
    put_answer(pip_audit, "osv", CLEAN)

    done = audit(pip_audit)

    assert (done.returncode, done.stdout) == (0, "versions compared: 1, published faults: 0\n"), done.stderr


@pytest.mark.parametrize("answers", [(), (SKIPPED,)], ids=["nothing answers", "every version is skipped"])
def test_audit_where_no_service_can_be_reached_says_so_and_exits_with_3(
    pip_audit: Path, answers: tuple[dict[str, Any], ...]
) -> None:
    if answers:
        put_answer(pip_audit, "pypi", *answers)

    done = audit(pip_audit)

    assert (done.returncode, done.stdout) == (3, "")
    assert (
        done.stderr == "Not audited: pypi or osv cannot be reached. Run this command where one of them can.\n"
    )
