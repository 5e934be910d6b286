"""What a terminal is shown: colours, a bar while it reads, and a question before anything is changed."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator

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
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "revoke", SHOP, "--cwd", folder],
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        env={**os.environ, **cloud.environment, "TERM": "xterm"},
        start_new_session=True,
    )
    os.close(other_end)

    shown = read_until(terminal, "off 1 image? [y/N]:")
    os.write(terminal, f"{answer}\n".encode())
    after = read_until(terminal, None)

    assert process.wait(timeout=60) == status, shown + after
    assert f"{SHOP}  ecs cn-hangzhou m-1" in shown
    assert "\x1b[33m" in shown
    assert ("stopped; nothing was changed" in after) == (answer == "n")
    assert live(cloud) == {("ecs", "m-1"): left}


def read_until(terminal: int, text: str | None) -> str:
    """Read what a terminal shows until it shows a text, or to the end."""
    shown = ""
    # An OSError is what Linux says when nobody holds the other end any more.
    with contextlib.suppress(OSError):
        while text is None or text not in shown:
            shown += os.read(terminal, 4096).decode(errors="replace")
    return shown
