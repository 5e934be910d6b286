"""The package's top holds the rooms, and what users and state name for ever."""

from __future__ import annotations

from pathlib import Path

import alicloud_image_share

ROOMS = {
    *("cloud", "commands", "engine", "inventory", "lifecycle"),
    *("plugin", "programs", "review", "sharing", "stack_file"),
}
MODULES = {"__init__", "__main__", "errors", "resource", "stack_program"}


def test_top_of_the_package_holds_ten_rooms_and_five_modules():
    top = Path(alicloud_image_share.__file__).parent

    assert {path.parent.name for path in top.glob("*/__init__.py")} == ROOMS
    assert {path.stem for path in top.glob("*.py")} == MODULES
