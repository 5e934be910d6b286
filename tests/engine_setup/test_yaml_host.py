"""`make yaml-host` takes the host of YAML programs from PATH, else builds it, else says what is skipped."""

import subprocess
import sys
from pathlib import Path

from tests.engine_setup.machine import Machine
from tools.yaml_host.build import PROGRAM

ROOT = Path(__file__).parents[2]


def build(machine: Machine, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools.yaml_host.build", str(folder)],
        cwd=ROOT,
        env={"PATH": str(machine.programs)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_host_of_yaml_programs_on_path_is_taken(machine: Machine, tmp_path: Path) -> None:
    machine.put(PROGRAM, "exit 0")

    done = build(machine, tmp_path / "yaml")

    assert (done.returncode, done.stdout) == (0, f"YAML host: {machine.programs}/{PROGRAM}\n")
    assert not (tmp_path / "yaml").exists()


def test_host_of_yaml_programs_without_go_is_not_built_and_says_what_is_skipped(
    machine: Machine, tmp_path: Path
) -> None:
    done = build(machine, tmp_path / "yaml")

    assert (done.returncode, done.stderr) == (0, "")
    assert "the tests of programs in YAML will be skipped: there is no go on PATH" in done.stdout
    assert not (tmp_path / "yaml" / PROGRAM).exists()


def test_host_of_yaml_programs_is_built_once(machine: Machine, tmp_path: Path) -> None:
    arriving = tmp_path / "yaml" / "arriving"
    machine.put("go", f'[ "$1" = env ] && echo go1.99.0 || echo built > {arriving}')

    first = build(machine, tmp_path / "yaml")
    machine.put("go", "exit 1")
    again = build(machine, tmp_path / "yaml")

    assert first.stdout == again.stdout == f"YAML host: {tmp_path}/yaml/{PROGRAM}\n"
    assert not arriving.exists()
