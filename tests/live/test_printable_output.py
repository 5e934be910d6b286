"""Nothing that the cloud, a file or an argument says steers a terminal, in any format."""

from __future__ import annotations

from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator

from .conftest import Command, StackWriter
from .world import image, put

ACCOUNT, OTHER = "1550809237710001", "1550809237710002"
HIDDEN = "\u202e\x1b[31mX\x07\u2028\x9b\r\nY\u200f"
"""What turns text round, colours it, rings and breaks lines."""

COMMANDS = (
    *(["audit", "--format", form] for form in ("table", "csv", "json", "html")),
    *(["who", ACCOUNT, "--format", form] for form in ("table", "json")),
    *(["export", "--format", form] for form in ("yaml", "python")),
    ["validate"],
    ["policy", "--stack", "dev"],
    ["audit", "--stack", HIDDEN],
    ["who", ACCOUNT, "--role-arn", f"acs:ram::1999999999999999:role/{HIDDEN}"],
    ["who", HIDDEN],
    ["review", HIDDEN],
    ["migrate", HIDDEN],
    ["audit", "--output", f"/none/{HIDDEN}"],
    ["revoke", ACCOUNT, "--yes", "--format", "json"],
    ["revoke", OTHER, "--yes"],
)


@pytest.fixture(autouse=True)
def world(cloud: Simulator, stack: StackWriter, folder: Path) -> None:
    """Images, shares, groups and notes whose names hide something, and a stack that cannot be read."""
    put(
        cloud,
        image("ecs", "m-1", name=HIDDEN, family=HIDDEN, accounts=[ACCOUNT]),
        image("swas", "m-2", name=HIDDEN, accounts=[ACCOUNT, OTHER]),
        image("ens", "m-3", name=HIDDEN, accounts=[OTHER]),
    )
    share = {
        "service": "ecs",
        "image_id": "m-1",
        "region_id": "cn-hangzhou",
        "accounts": {ACCOUNT: HIDDEN, OTHER: "x"},
        "groups": [f"g{HIDDEN}"],
    }
    stack({f"a{HIDDEN}": share}, {f"g{HIDDEN}": {"1550809237710003": HIDDEN}})
    (folder / "Pulumi.b\x1b[31mad.yaml").write_text("config: [")


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words).split("\u202e")[0])
def test_command_prints_nothing_that_steers_a_terminal(image_share: Command, words: list[str]):
    said = image_share(*words)

    printed = said.output + said.errors
    assert printed
    assert {c for c in printed if not c.isprintable() and c not in "\n\t"} == set()
    assert "Traceback" not in printed


def test_json_has_the_names_as_they_are(image_share: Command):
    document = image_share("who", ACCOUNT, "--format", "json").document

    assert any(f"a{HIDDEN}" in use["shares"] for use in document["uses"])
