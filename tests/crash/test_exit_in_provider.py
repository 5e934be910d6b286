"""An exit inside of the provider ends the operation with an error, and never hangs the deployment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.crash.stack import Stack

pytestmark = pytest.mark.engine

SITE = """\
import sys

if "pulumi.dynamic" in sys.orig_argv:
    from alicloud_image_share.lifecycle.operations import Lifecycle

    def exits(*arguments):
        raise SystemExit(0)

    Lifecycle.create = exits
"""


def test_exit_in_a_provider_method_fails_the_run(
    stack: Stack, cloud: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "sitecustomize.py").write_text(SITE)
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    stack.ask(["1550000000000000"])

    said = stack.fail("up", "--yes")

    assert "interrupted: SystemExit(0)" in said
    assert cloud.calls() == []
