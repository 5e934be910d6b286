"""The demo shows what the provider does, and fails when the provider does not do it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[1]

BROKEN = {
    "check": "lambda self, olds, news: CheckResult(news, [])",
    "diff": "lambda self, id_, olds, news: DiffResult(changes=False)",
    "create": "lambda self, props: CreateResult('ecs:x:y', {**props, 'owned_accounts': props['accounts']})",
    "read": "lambda self, id_, props: ReadResult(id_, props)",
    "update": "lambda self, id_, olds, news: UpdateResult({**olds, **news})",
    "delete": "lambda self, id_, props: None",
}
"""A method of the provider → what does nothing in its place."""

SITE = """\
import sys

if "pulumi.dynamic" in sys.orig_argv:
    from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult
    from alicloud_image_share.resource import ImageShareProvider

    ImageShareProvider.{method} = {stand_in}
"""


def run_demo(environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.demo"],
        cwd=ROOT,
        env={**environment, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def left_running(folder: Path) -> list[str]:
    """The command lines of all processes that were started with this folder in their environment."""
    processes = [process for process in Path("/proc").glob("[0-9]*") if str(folder) in started_with(process)]
    return [(process / "cmdline").read_text() for process in processes]


def started_with(process: Path) -> str:
    try:
        return (process / "environ").read_bytes().decode(errors="replace")
    except OSError:  # it ended meanwhile, or belongs to somebody else
        return ""


def test_demo_shows_what_it_says_and_leaves_nothing_behind(
    engine_environment: dict[str, str], tmp_path: Path
):
    folder = tmp_path / "demo"
    folder.mkdir()

    ended = run_demo(engine_environment, folder)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert list(folder.iterdir()) == []
    assert left_running(folder) == []


@pytest.mark.parametrize("method", BROKEN)
def test_demo_with_a_broken_provider_method_fails(
    engine_environment: dict[str, str], tmp_path: Path, method: str
):
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE.format(method=method, stand_in=BROKEN[method]))
    paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]

    ended = run_demo({**engine_environment, "PYTHONPATH": os.pathsep.join(paths)}, tmp_path)

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "The demo failed." in ended.stderr
