"""The pages on audits, taking over and off-boarding show what the commands really print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator

from .conftest import Command, StackWriter
from .world import image, put

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "".join(
    (DOCS / f"{page}.md").read_text(encoding="utf-8") for page in ("audit", "taking-over", "off-boarding")
)
WEB, SHOP, PARTNER, DENIED = "1234567890123456", "1550809237710001", "1550809237710009", "1999999999999999"
SHARES = {
    "golden-web": {
        "service": "ecs",
        "image_id": "m-bp1golden0000000001",
        "groups": ["web-teams"],
        "accounts": {PARTNER: "partner"},
    },
    "edge": {"service": "ens", "image_id": "m-5edge000000000001", "accounts": {WEB: "team web"}},
    "old": {"service": "ecs", "image_id": "m-bp1old0000000000001", "accounts": {WEB: "team web"}},
}


@pytest.fixture(autouse=True)
def world(cloud: Simulator, stack: StackWriter) -> None:
    """The images, and the stack prod, that the page tells of."""
    put(
        cloud,
        image("ecs", "m-bp1golden0000000001", name="golden-web", accounts=[SHOP, PARTNER]),
        image("ecs", "m-bp1base00000000001", name="base", accounts=[SHOP], is_public=True),
        image(
            "eds",
            "m-gx2desktop00000001",
            "cn-shanghai",
            name="desktops",
            accounts=[WEB, SHOP, DENIED, "1777777777777770", "1777777777777771"],
        ),
        image("ens", "m-5edge000000000001", name="edge", accounts=[WEB]),
        image("swas", "m-sw1000000000000001", name="shop", accounts=[PARTNER], in_share=True),
        image("swas", "m-sw2000000000000002", "cn-beijing", name="other"),
    )
    groups = {"web-teams": {WEB: "team web", SHOP: "team shop"}}
    rules = {"image-shares:deniedAccounts": [DENIED], "alicloud:region": "cn-hangzhou"}
    stack(SHARES, groups, name="prod", **rules)


def console(command: str) -> str:
    """What the page shows of a command."""
    found = re.search(rf"\$ image-share {re.escape(command)}\n(.*?)```", PAGE, re.DOTALL)
    assert found, f"the page does not show {command}"
    return found[1]


def plain(text: str) -> str:
    """Leave out what differs from run to run."""
    text = re.sub(r"request [0-9A-F-]{36}, \S+Z\)", "request, time)", text)
    return re.sub(r"at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "at time", text)


def test_page_shows_what_an_audit_prints(cloud: Simulator, image_share: Command):
    fault = {"service": "swas", "region_id": "cn-beijing", "kind": "error", "code": "Forbidden.RAM"}
    cloud.put_faults([{**fault, "status": 403, "every": 1}])

    assert plain(image_share("audit", "--region", "all").output) == plain(console("audit --region all"))


def test_page_shows_what_who_prints(image_share: Command):
    command = f"who {SHOP} --region all"

    assert plain(image_share(*shlex.split(command)).output) == plain(console(command))


def test_page_shows_what_revoke_prints(image_share: Command):
    command = f"revoke {PARTNER} --region all --yes"

    assert plain(image_share(*shlex.split(command)).output) == plain(console(command))


def test_page_shows_what_export_prints(image_share: Command):
    output = image_share("export", "--region", "all", "--stack", "prod").output

    shown = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert shown
    parts = [plain(part) for part in shown[1].split("    …\n")]
    assert len(parts) == 2
    assert plain(output).startswith(parts[0])
    assert plain(output).endswith(parts[1])
