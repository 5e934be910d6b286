"""Chromium and PostgreSQL are installed where possible; elsewhere `make test` says so and goes on."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine_setup.machine import Machine

_CHECKOUT = Path(__file__).parents[2]
_SKIPPED = {
    "browser": "the tests of the review page in a browser will be skipped",
    "postgres": "the tests of state in PostgreSQL will be skipped",
}
_PROGRAMS = {"browser": ("chromium", "chromedriver"), "postgres": ("initdb",)}

pytestmark = pytest.mark.parametrize("target", sorted(_SKIPPED))


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout whose packages are installed, on a machine of its own."""

    folder: Path
    machine: Machine

    def make(self, target: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            # Where Debian puts PostgreSQL is not on PATH: this machine may have it.
            [str(shutil.which("make")), target, "POSTGRES="],
            cwd=self.folder,
            env={"PATH": str(self.machine.programs)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def is_done(self, target: str) -> bool:
        return (self.folder / ".venv" / target).exists()


@pytest.fixture
def checkout(machine: Machine, tmp_path: Path) -> Checkout:
    folder = tmp_path / "checkout"
    (folder / ".venv").mkdir(parents=True)
    shutil.copy(_CHECKOUT / "Makefile", folder)
    for name in ("pyproject.toml", "requirements-dev.lock", ".venv/installed"):
        (folder / name).touch()
    (machine.programs / "touch").symlink_to(str(shutil.which("touch")))
    machine.put("id", "echo 0")
    return Checkout(folder, machine)


@pytest.mark.parametrize("failing", ["update", "install"])
def test_make_where_apt_fails_continues_and_will_try_again(
    target: str, checkout: Checkout, failing: str
) -> None:
    checkout.machine.put("apt-get", f'[ "$1" != {failing} ] || {{ echo "E: no network" >&2; exit 100; }}')

    done = checkout.make(target)

    assert done.returncode == 0, done.stderr
    assert f"apt-get failed: {_SKIPPED[target]}" in done.stdout
    assert "E: no network" in done.stderr
    assert not checkout.is_done(target)


def test_make_as_root_installs_it_once(target: str, checkout: Checkout) -> None:
    calls = checkout.folder / "calls"
    checkout.machine.put("apt-get", f'echo "$1" >> {calls}')

    done = [checkout.make(target), checkout.make(target)]

    assert [one.returncode for one in done] == [0, 0]
    assert calls.read_text().split() == ["update", "install"]
    assert _SKIPPED[target] not in done[0].stdout


def test_make_where_it_is_there_calls_nothing(target: str, checkout: Checkout) -> None:
    for program in _PROGRAMS[target]:
        checkout.machine.put(program, "exit 0")
    checkout.machine.put("apt-get", "exit 100")

    done = checkout.make(target)

    assert (done.returncode, done.stdout) == (0, "")
    assert checkout.is_done(target)


def test_make_without_root_says_what_is_skipped(target: str, checkout: Checkout) -> None:
    checkout.machine.put("id", "echo 1000")
    checkout.machine.put("apt-get", "exit 100")

    done = checkout.make(target)

    assert done.returncode == 0, done.stderr
    assert _SKIPPED[target] in done.stdout
