"""The pytest plugin, and the page that documents it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from alicloud_image_simulator import BEHAVIOURS
from alicloud_image_simulator.fault_document import KINDS

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")
WITHOUT_AIOHTTP = "import sys; sys.modules['aiohttp'] = None"


def rows(section: str) -> dict[str, list[str]]:
    """Give the tables of a section: what its first column has in code → what its second column has."""
    text = PAGE.partition(f"# {section}\n")[2].partition("\n#")[0]
    lines = re.findall(r"^\| `(\w+)` \|(.*?)\|", text, re.MULTILINE)
    return {name: re.findall(r"`([^`]+)`", cell) for name, cell in lines}


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_plugin_runs_the_test_of_the_page(pytester: pytest.Pytester):
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    pytester.makepyfile(example)

    ended = pytester.runpytest_subprocess("-p", "no:cacheprovider", timeout=120)

    ended.assert_outcomes(passed=1)


def test_plugin_without_aiohttp_fails_only_who_uses_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    pytester.makepyfile(
        sitecustomize=WITHOUT_AIOHTTP,
        test_program="def test_uses_it(alicloud_simulator): pass\ndef test_does_not_use_it(): pass",
    )
    paths = [str(pytester.path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))

    ended = pytester.runpytest_subprocess("test_program.py", timeout=60)

    ended.assert_outcomes(passed=1, errors=1)
    ended.stdout.fnmatch_lines(["*pip install 'alicloud-image-share[[]simulator[]]'*"])


def test_page_lists_every_behaviour_with_its_readings():
    assert rows("Behaviours") == {switch: list(map(str, readings)) for switch, readings in BEHAVIOURS.items()}


def test_page_lists_every_kind_of_fault_with_its_fields():
    listed = {kind: set(filter(str.islower, names)) for kind, names in rows("Faults").items()}

    assert listed == {kind: known.needs | known.may_have for kind, known in KINDS.items()}
