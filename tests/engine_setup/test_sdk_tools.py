"""`make sdk-tools` says which tests of SDKs are skipped where Go, npm or a registry cannot be had."""

import subprocess
import sys
from pathlib import Path

from tests.engine_setup.machine import Machine

ROOT = Path(__file__).parents[2]


def call(machine: Machine, module: str, *arguments: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": str(machine.programs), "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_tools_of_sdks_without_go_and_registries_say_which_tests_are_skipped(
    machine: Machine, tmp_path: Path
):
    done = call(machine, "tools.sdks.prepare", tmp_path / "sdks")

    assert (done.returncode, done.stderr) == (0, "")
    assert "(all) will be skipped: there is no go on PATH" in done.stdout
    assert "(TypeScript) will be skipped: there is no npm on PATH" in done.stdout
    assert "(Python) will be skipped: " in done.stdout
    assert not (tmp_path / "sdks/node").exists()


def test_sdks_without_go_are_not_generated_and_say_why(machine: Machine, tmp_path: Path):
    done = call(machine, "tools.sdks.generate", tmp_path / "sdks", ROOT / "sdk/schema.json", tmp_path / "sdk")

    assert (done.returncode, done.stderr) == (1, "no SDK: there is no go on PATH\n")
    assert not (tmp_path / "sdk").exists()


def test_generator_is_built_again_where_its_sources_have_changed(machine: Machine, tmp_path: Path):
    arriving = tmp_path / "sdks/arriving"
    machine.put("go", f'[ "$1" = env ] && echo go1.99.0 || echo built > {arriving}')
    stale = tmp_path / "sdks"
    stale.mkdir()
    (stale / "sdks").write_text("of other sources")
    (stale / "version").write_text("another")

    call(machine, "tools.sdks.prepare", stale)

    assert (stale / "sdks").read_text() == "built\n"
