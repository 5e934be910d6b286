"""`audit` and `revoke` with `--format short`: five lines for a chat, and the same exit status."""

from __future__ import annotations

import pytest

from alicloud_image_simulator import Simulator
from tests.live.conftest import Command, StackWriter
from tests.live.world import image, put
from tests.support.stack_files import share

WEB, SHOP = "1234567890123456", "1550809237710001"
REFUSED = [{"service": "eds", "kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1}]


def test_short_audit_counts_images_and_names_the_worst(
    cloud: Simulator, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[SHOP]), *(image(image_id=f"m-{n}", accounts=[SHOP]) for n in range(2, 12)))
    stack({"golden": share([WEB])})

    said = image_share("audit", "--format", "short")

    lines = said.output.splitlines()
    assert (said.status, len(lines)) == (2, 5)
    assert lines[0] == "1 DRIFTED, 10 UNMANAGED"
    assert lines[1].startswith("✗ DRIFTED ecs cn-hangzhou m-1: missing 1234567890123456")
    assert lines[-1].endswith("more differences")
    shown = len(lines) - 2
    assert lines[-1] == f"and {12 - shown} more differences"


def test_short_audit_of_what_is_right_is_one_line(cloud: Simulator, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB]))
    stack({"golden": share([WEB])})

    said = image_share("audit", "--format", "short")

    assert (said.status, said.output) == (0, "1 OK\n")


def test_short_audit_says_what_was_not_read(cloud: Simulator, image_share: Command):
    put(cloud)
    cloud.put_faults(REFUSED)

    said = image_share("audit", "--format", "short")

    assert said.status == 1
    assert said.output.splitlines()[0] == "nothing, as far as was read"
    assert "NOT read: eds cn-hangzhou (Forbidden.RAM)" in said.output.splitlines()[-1]


@pytest.mark.parametrize("form", ["short", "table"])
def test_revoke_in_every_format_takes_the_account_off(cloud: Simulator, image_share: Command, form: str):
    put(cloud, image(accounts=[WEB, SHOP]))

    assert image_share("revoke", SHOP, "--yes", "--format", form).status == 0
    (left,) = cloud.state()["images"]
    assert left["accounts"] == [WEB]


def test_short_revoke_says_what_is_off_what_is_left_and_which_stack_would_restore_access(
    cloud: Simulator, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[SHOP]), image(image_id="m-2", accounts=[SHOP], is_public=True))
    stack({"golden": share([SHOP])})

    said = image_share("revoke", SHOP, "--yes", "--format", "short")

    assert said.status == 3
    assert said.output.splitlines() == [
        f"{SHOP}: 1 off, 1 left",
        f"LEFT: {SHOP} ecs cn-hangzhou m-2 (open to everyone)",
        f"`up --refresh` would restore access: stack dev lists {SHOP}",
    ]


def test_short_revoke_that_could_not_read_everything_says_so(cloud: Simulator, image_share: Command):
    put(cloud, image(accounts=[SHOP]))
    cloud.put_faults(REFUSED)

    said = image_share("revoke", SHOP, "--yes", "--format", "short")

    assert said.status == 1
    assert any("NOT read: eds cn-hangzhou" in line for line in said.output.splitlines())
