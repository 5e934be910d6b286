"""What a terminal is shown: colours, a bar while it reads, and a question before anything is changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from alicloud_image_simulator import OTHER, OWNER, Simulator
from tests.terminal import Terminal

from .world import image, live, put

SHOP = "1550809237710001"
COMMAND = [
    sys.executable,
    "-c",
    "import sys; from alicloud_image_share.commands.main import main; sys.exit(main())",
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


def test_revoke_as_roles_on_a_terminal_asks_once_over_all_accounts(cloud: Simulator, folder: Path):
    put(
        cloud,
        image(image_id="m-1", owner_id=OWNER.id, accounts=[SHOP]),
        image(image_id="m-2", owner_id=OTHER.id, accounts=[SHOP]),
    )
    roles = [f"--role-arn=acs:ram::{account.id}:role/images" for account in (OWNER, OTHER)]
    environment = {**os.environ, **cloud.environment, "TERM": "xterm"}
    terminal = Terminal([*COMMAND, "revoke", SHOP, *roles, "--cwd", folder], environment)

    shown = terminal.read(until="off 2 images of 2 accounts? [y/N]:")
    terminal.type("y")
    after = terminal.read()

    assert terminal.status() == 0, shown + after
    assert "[y/N]" not in after
    assert live(cloud) == {("ecs", "m-1"): set(), ("ecs", "m-2"): set()}
