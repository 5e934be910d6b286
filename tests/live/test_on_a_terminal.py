"""What a terminal is shown: colours, a bar while it reads, and a question before anything is changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.terminal import Terminal

from .world import image, live, put

SHOP = "1550809237710001"
COMMAND = [
    sys.executable,
    "-c",
    "import sys; from alicloud_image_share.command_line import main; sys.exit(main())",
]


@pytest.mark.parametrize(("answer", "status", "left"), [("n", 1, {SHOP}), ("y", 0, set())])
def test_revoke_on_a_terminal_lists_asks_and_does_what_is_answered(
    cloud: Simulator, folder: Path, answer: str, status: int, left: set[str]
):
    put(cloud, image(accounts=[SHOP]))
    environment = {**os.environ, **cloud.environment, "TERM": "xterm"}
    terminal = Terminal([*COMMAND, "revoke", SHOP, "--cwd", folder], environment)

    shown = terminal.read(until="off 1 image? [y/N]:")
    terminal.type(answer)
    after = terminal.read()

    assert terminal.status() == status, shown + after
    assert f"{SHOP}  ecs cn-hangzhou m-1" in shown
    assert "\x1b[33m" in shown
    assert ("stopped; nothing was changed" in after) == (answer == "n")
    assert live(cloud) == {("ecs", "m-1"): left}
