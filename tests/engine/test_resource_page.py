"""What docs/resource.md says that its example shows is what the engine prints for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.support.cloud_state import put_images

from .project import Project

pytestmark = pytest.mark.engine

EXAMPLE = (Path(__file__).parents[2] / "docs/resource.md").read_text()
SHOP, PARTNER = '"1550809237710001": "team shop"', '"1550809237710009": "partner"'


def block(language: str) -> str:
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", EXAMPLE, re.DOTALL | re.MULTILINE)
    return str(text)


def words(text: str) -> str:
    return " ".join(text.split())


def test_preview_that_the_page_shows_is_what_the_engine_prints(
    cloud: Simulator, engine_environment: dict[str, str], tmp_path: Path
):
    assert engine_environment
    put_images(cloud, "m-bp1golden0000000001")
    program, shown = block("python"), block("text")
    project = Project(cloud, tmp_path, name="prod")
    project.program = lambda: exec(program, {})
    assert project.up().succeeded
    assert SHOP in program
    project.program = lambda: exec(program.replace(SHOP, PARTNER), {})

    output = words(project.preview(diff=True).output)

    warning, diff = shown.split("    ~ ", 1)
    assert words(warning) in output
    assert words(f"~ {diff}") in output
