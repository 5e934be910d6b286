"""The demo shows what the provider does, and fails when the provider does not do it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.crash.stack import MODIFY, left_running, until, writes
from tests.support.fork_server import forking_python
from tools.demo import IMAGES, WEB, Demo, DemoError, end, user_environment

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

FAILING = {
    "check": "Share them",
    "diff": "Preview of a change, by account",
    "create": "Share them",
    "read": "A refresh finds it",
    "update": "Carry it out",
    "delete": "Unshare all that the stack owns",
}
"""A method of the provider → the first step of the demo that shows what it is for."""

SITE = """\
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult
from alicloud_image_share.resource import ImageShareProvider

ImageShareProvider.{method} = {stand_in}
"""


def run_demo(
    environment: dict[str, str], folder: Path, python: str | Path = sys.executable
) -> subprocess.CompletedProcess[str]:
    """Run the demo; what it leaves behind is in `folder`/demo."""
    (folder / "demo").mkdir()
    return subprocess.run(
        [python, "-m", "tools.demo"],
        cwd=ROOT,
        env={**environment, "TMPDIR": str(folder / "demo")},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def test_demo_shows_what_it_says_and_leaves_nothing_behind(
    engine_environment: dict[str, str], tmp_path: Path
):
    ended = run_demo(engine_environment, tmp_path)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert list((tmp_path / "demo").iterdir()) == []
    assert left_running(tmp_path / "demo") == []


@pytest.mark.parametrize("method", BROKEN)
def test_demo_with_a_broken_provider_method_fails_at_the_step_that_shows_it(
    engine_environment: dict[str, str], tmp_path: Path, method: str
):
    site = tmp_path / "site"
    site.mkdir()
    paths = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    (site / "sitecustomize.py").write_text(SITE.format(method=method, stand_in=BROKEN[method]))

    with forking_python(tmp_path / "forking", PYTHONPATH=paths) as python:
        ended = run_demo(engine_environment, tmp_path, python)

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert f"The demo failed. {FAILING[method]}: " in ended.stderr


def test_demo_step_that_takes_too_long_fails_by_its_title(cloud: Simulator, tmp_path: Path):
    demo = Demo(cloud, tmp_path, user_environment(cloud, tmp_path), limit=0.01)

    with pytest.raises(DemoError, match="Slow: it took more than"):
        demo.step("Slow", "--help", exits=0, shows=(), live=demo.live())


def test_demo_step_that_is_ended_leaves_no_engine_behind(
    engine_environment: dict[str, str], cloud: Simulator, tmp_path: Path
):
    assert engine_environment
    cloud.put_state({"images": IMAGES})
    demo = Demo(cloud, tmp_path, user_environment(cloud, tmp_path))
    demo.start("init", ".").communicate(timeout=60)
    demo.write_stack_file(f'{{"{WEB}": team web}}')
    cloud.put_faults([{"kind": "throttle", "action": MODIFY, "nth": [1], "retry_after_ms": 200_000}])
    command = demo.start("up", "--stack", "dev", "--yes")
    assert until(lambda: writes(cloud)), "it wrote nothing"

    printed = end(command, grace=2)

    assert "interrupt again to stop at once" in printed
    assert until(lambda: not left_running(tmp_path), seconds=20), left_running(tmp_path)
