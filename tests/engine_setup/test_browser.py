"""Chromium is installed where that is possible; where it isn't, `make test` says so and goes on."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine_setup.machine import Machine

_CHECKOUT = Path(__file__).parents[2]
_SKIPPED = "the tests of the review page in a browser will be skipped"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout whose packages are installed, on a machine of its own."""

    folder: Path
    machine: Machine

    def make_browser(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(shutil.which("make")), "browser"],
            cwd=self.folder,
            env={"PATH": str(self.machine.programs)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def is_done(self) -> bool:
        return (self.folder / ".venv" / "browser").exists()


@pytest.fixture
def checkout(machine: Machine, tmp_path: Path) -> Checkout:
    folder = tmp_path / "checkout"
    (folder / ".venv").mkdir(parents=True)
    shutil.copy(_CHECKOUT / "Makefile", folder)
    for name in ("pyproject.toml", "requirements.txt", ".venv/installed"):
        (folder / name).touch()
    (machine.programs / "touch").symlink_to(str(shutil.which("touch")))
    machine.put("id", "echo 0")
    return Checkout(folder, machine)


@pytest.mark.parametrize("failing", ["update", "install"])
def test_make_browser_where_apt_fails_goes_on_and_will_try_again(checkout: Checkout, failing: str) -> None:
    checkout.machine.put("apt-get", f'[ "$1" != {failing} ] || {{ echo "E: no network" >&2; exit 100; }}')

    done = checkout.make_browser()

    assert done.returncode == 0, done.stderr
    assert f"apt-get failed: {_SKIPPED}" in done.stdout
    assert "E: no network" in done.stderr
    assert not checkout.is_done


def test_make_browser_as_root_installs_it_once(checkout: Checkout) -> None:
    calls = checkout.folder / "calls"
    checkout.machine.put("apt-get", f'echo "$1" >> {calls}')

    done = [checkout.make_browser(), checkout.make_browser()]

    assert [one.returncode for one in done] == [0, 0]
    assert calls.read_text().split() == ["update", "install"]
    assert _SKIPPED not in done[0].stdout


def test_make_browser_where_it_is_there_calls_nothing(checkout: Checkout) -> None:
    for program in ("chromium", "chromedriver"):
        checkout.machine.put(program, "exit 0")
    checkout.machine.put("apt-get", "exit 100")

    done = checkout.make_browser()

    assert (done.returncode, done.stdout) == (0, "")
    assert checkout.is_done


def test_make_browser_without_root_says_what_is_skipped(checkout: Checkout) -> None:
    checkout.machine.put("id", "echo 1000")
    checkout.machine.put("apt-get", "exit 100")

    done = checkout.make_browser()

    assert done.returncode == 0, done.stderr
    assert _SKIPPED in done.stdout
