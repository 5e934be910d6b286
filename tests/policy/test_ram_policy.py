"""What a policy allows, and that the pages say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.commands.ram_policies import Need, needs_of, ram_policy
from alicloud_image_share.sharing.model import ImageKey
from tests.wire.tables import facts

DOCS = Path(__file__).parents[2] / "docs"
EVERYTHING = tuple(Need(name) for name in services.names())


def actions(*needs: Need, read_only: bool = False) -> set[str]:
    policy = ram_policy(needs, read_only=read_only)
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def resources(*needs: Need, read_only: bool = False) -> list[list[str]]:
    return [one["Resource"] for one in ram_policy(needs, read_only=read_only)["Statement"]]


@pytest.mark.parametrize("service", services.names())
def test_table_of_a_service_names_every_call_that_its_page_lists(service: str):
    known = facts(service)
    writes = {known.add, known.remove, known.switch} - {None}
    table = services.service(service).API.ram_actions

    assert {action.name for action in table if action.writes} == writes
    reads = {action.name for action in table if not (action.writes or action.lists_regions)}
    assert reads == {known.describe, known.list}


@pytest.mark.parametrize("service", services.names())
def test_page_lists_the_actions_of_the_table(service: str):
    page = (DOCS / "services.md").read_text(encoding="utf-8")
    section = page.split(f"(`{service}`)\n", 1)[1].split("\n## ", 1)[0]
    listed = re.search(r"RAM actions: ([^.]*)", section)[1]

    found = set(re.findall(r"`(\w[^`]+:[^`]+)`", listed))
    assert found == actions(Need(service, lists_regions=True))
    assert found >= actions(Need(service))


def test_policy_of_the_ci_page_is_the_one_for_reading():
    page = (DOCS / "ci.md").read_text(encoding="utf-8")

    assert json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1]) == ram_policy(
        EVERYTHING, read_only=True
    )


def test_reading_allows_no_write():
    assert not {name for name in actions(*EVERYTHING, read_only=True) if re.search("Modify|Add|Remove", name)}


def test_image_narrows_what_takes_a_resource():
    image = ImageKey("ecs", "cn-hangzhou", "m-1")

    assert resources(*needs_of([image])) == [["acs:ecs:cn-hangzhou:*:image/m-1"]]


def test_regions_narrow_images_that_are_not_named():
    need = Need("swas", regions=("cn-hangzhou", "cn-shanghai"))

    assert resources(need) == [
        ["acs:swas-open:cn-hangzhou:*:customimage/*", "acs:swas-open:cn-shanghai:*:customimage/*"]
    ]


def test_image_without_a_region_is_meant_in_each():
    need = Need("ecs", (ImageKey("ecs", None, "m-1"),), ("cn-hangzhou", "cn-shanghai"))

    assert resources(need) == [["acs:ecs:cn-hangzhou:*:image/m-1", "acs:ecs:cn-shanghai:*:image/m-1"]]


def test_ens_names_an_image_without_a_region():
    need = Need("ens", (ImageKey("ens", None, "m-1"),), ("cn-hangzhou",))

    assert resources(need) == [["acs:ens::*:image/m-1"], ["*"]]


def test_switch_to_ecs_is_left_out_where_no_share_sets_it():
    assert "swas-open:ModifyImageShareStatus" not in actions(Need("swas", to_ecs=False))
    assert "swas-open:ModifyImageShareStatus" in actions(Need("swas"))
