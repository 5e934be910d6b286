"""Shares of which nobody can tell the image: a report names them, and says no none."""

from __future__ import annotations

import pytest

from alicloud_image_simulator import Simulator
from tests.live.conftest import Command, StackWriter
from tests.live.world import image, put
from tests.support.stack_files import share

WEB = "1234567890123456"
ROTATION = {"service": "ecs", "family": "golden", "keep": 1, "accounts": {WEB: ""}}
NO_REGION = "NOT read: share golden of stack dev (it names no region, and alicloud:region is not configured)"


@pytest.mark.parametrize("form", ["table", "short", "json", "csv", "html"])
@pytest.mark.parametrize(
    "shares",
    [{"golden": share([WEB])}, {"golden": ROTATION}, {"golden": share([WEB], service="swas")}],
    ids=["share", "rotation", "swas"],
)
def test_audit_names_a_share_without_a_region(
    cloud: Simulator,
    image_share: Command,
    stack: StackWriter,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    shares: dict[str, object],
):
    put(cloud, image())
    monkeypatch.delenv("ALICLOUD_REGION")
    stack(shares, **{"alicloud:region": None})

    said = image_share("audit", "--format", form)

    assert said.status == 1
    assert "golden of stack dev" in said.output
    assert "it names no region, and alicloud:region is not configured" in said.output
    assert "none is in a stack" not in said.output
    assert "nothing is shared" not in said.output


def test_who_and_revoke_name_a_share_without_a_region(
    cloud: Simulator, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch
):
    put(cloud, image(accounts=[WEB]))
    monkeypatch.delenv("ALICLOUD_REGION")
    stack({"golden": share([WEB])}, **{"alicloud:region": None})

    who, revoke = image_share("who", WEB), image_share("revoke", WEB, "--yes")

    assert (who.status, revoke.status) == (2, 1)
    assert all(NO_REGION in said.output for said in (who, revoke))


def test_share_of_ens_needs_no_region(
    cloud: Simulator, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch
):
    put(cloud, image("ens", accounts=[WEB]))
    monkeypatch.delenv("ALICLOUD_REGION")
    stack({"golden": share([WEB], service="ens")}, **{"alicloud:region": None})

    said = image_share("audit")

    assert (said.status, "✓ OK 1 image" in said.output) == (0, True), said.output


@pytest.mark.parametrize("form", ["table", "short", "json", "csv", "html"])
def test_audit_names_a_rotation_whose_order_is_unclear(
    cloud: Simulator, image_share: Command, stack: StackWriter, form: str
):
    put(cloud, image(family="golden", created="last tuesday"))
    stack({"golden": ROTATION})

    said = image_share("audit", "--format", form)

    assert said.status == 1
    assert "share golden of stack dev" in said.output
    assert "last tuesday" in said.output
