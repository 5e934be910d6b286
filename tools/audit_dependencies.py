"""Compare the locked versions with the faults that are published: `python -m tools.audit_dependencies`.

Exit status 0: every version was compared, and none has a published fault. 1: at least one has a fault. 3: at
least one version could not be compared. pip-audit itself exits with 0 where it could compare nothing.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements-dev.lock"
SERVICES = ("pypi", "osv")
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Audit:
    """What one service said: a line for each fault, and the versions that it did not compare."""

    compared: int
    faults: tuple[str, ...]
    not_compared: tuple[str, ...]


def main() -> int:
    """Print what is known of the locked versions, and return the exit status."""
    audit = _first_that_compared(_audits())
    if audit is None:
        names = " or ".join(SERVICES)
        sys.stderr.write(f"Not audited: {names} cannot be reached. Run this command where one of them can.\n")
        return 3
    for fault in audit.faults:
        sys.stdout.write(f"{fault}\n")
    if audit.not_compared:
        sys.stderr.write(f"Not audited: {', '.join(audit.not_compared)}.\n")
    sys.stdout.write(f"versions compared: {audit.compared}, published faults: {len(audit.faults)}\n")
    return 1 if audit.faults else 3 if audit.not_compared else 0


def _first_that_compared(audits: Iterable[Audit | None]) -> Audit | None:
    return next((audit for audit in audits if audit is not None and audit.compared), None)


def _audits() -> Iterator[Audit | None]:
    options = ["--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off"]
    for service in SERVICES:
        chosen = ["--vulnerability-service", service, "--requirement", str(LOCK)]
        yield _audit([sys.executable, "-m", "pip_audit", *chosen, *options])


def _audit(command: Sequence[str]) -> Audit | None:
    """Return what pip-audit found, or None where it says nothing that can be read."""
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return None
    compared = [dependency for dependency in dependencies if "skip_reason" not in dependency]
    return Audit(
        compared=len(compared),
        faults=tuple(_fault(entry, fault) for entry in compared for fault in entry["vulns"]),
        not_compared=tuple(entry["name"] for entry in dependencies if "skip_reason" in entry),
    )


def _fault(dependency: dict[str, Any], fault: dict[str, Any]) -> str:
    names = " ".join([fault["id"], *fault.get("aliases", ())])
    fixed = ", ".join(fault["fix_versions"]) or "no version yet"
    return f"{dependency['name']} {dependency['version']}: {names}; fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main())
